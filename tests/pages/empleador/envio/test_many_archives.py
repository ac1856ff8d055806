"""Archives in one request: they share what they may unpack to, and few requests unpack at the same time."""

from __future__ import annotations

import io
import threading
import zipfile

import pytest

from pages.world import World, send, worker
from portal import ventanilla
from portal.files.packed.allowance import Allowance
from portal.modelos import Lote
from web.portal_client import Navegador


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files:
            archive.writestr(name, contents)
    return out.getvalue()


@pytest.fixture
def nobody_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others unpack and do not come to an end."""
    monkeypatch.setattr(ventanilla, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(ventanilla, "WAIT_SECONDS", 0.01)
    ventanilla._turns.acquire()


def test_the_file_that_goes_over_the_allowance_is_named_and_the_others_are_kept(
    world: World, de_a: Navegador, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [world.line("INS", worker(n)).encode() for n in range(4)]
    monkeypatch.setattr(ventanilla, "Allowance", lambda _: Allowance(len(lines[0])))
    files = [(f"parte-{n}.zip", zipped((f"p{n}.txt", line))) for n, line in enumerate(lines[:3])]
    assert send(de_a, "INS", *files, ("suelto.txt", lines[3])) == "/lotes"
    page = de_a.follow().text
    assert "No recibimos «parte-2.zip»" in page and page.count("No recibimos") == 1
    assert "Recibimos 3 archivos" in page and "suelto.txt" in page
    assert len(world.rows(Lote)) == 3


@pytest.mark.usefixtures("nobody_goes_on")
def test_when_too_many_unpack_at_once_nothing_is_kept_and_it_is_said(world: World, de_a: Navegador) -> None:
    files = [("suelto.txt", world.line("INS", worker(1))), ("uno.zip", zipped(("a.txt", b"1;2;3")))]
    send(de_a, "INS", *files, status=503)
    assert de_a.page is not None
    said = "".join(de_a.page.itertext())
    assert "vuelva a intentar" in said and "No guardamos nada de este envío" in said
    assert world.rows(Lote) == []


@pytest.mark.usefixtures("nobody_goes_on")
def test_plain_files_wait_for_nobody(world: World, de_a: Navegador) -> None:
    assert send(de_a, "INS", ("suelto.txt", world.line("INS", worker(1))))
    assert len(world.rows(Lote)) == 1


def test_a_turn_is_given_back_also_when_the_work_fails() -> None:
    for _ in range(ventanilla.UNPACKING + 1):
        with pytest.raises(RuntimeError), ventanilla.turn_to_unpack([zipped(("a.txt", b"1"))]):
            raise RuntimeError
