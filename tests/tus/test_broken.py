"""What is cut or killed under way: nothing lost, nothing done twice."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import ClientDisconnected

from pages.world import World
from portal.lotes.entrada import subidas
from portal.modelos import Archivo, Lote
from portal.web.tus import peticion as said
from tus.desk import SQLITE, lines, stored
from tus.sender import Sender, sha256


class Breaking:
    """A body that gives some bytes, and then nobody is there."""

    def __init__(self, datos: bytes, loud: bool) -> None:
        self.rest, self.loud = datos, loud

    def read(self, size: int) -> bytes:
        if not self.rest and self.loud:
            raise ClientDisconnected
        some, self.rest = self.rest[: min(size, 1000)], self.rest[min(size, 1000) :]
        return some


@pytest.mark.parametrize("loud", [True, False])
@SQLITE
def test_of_a_body_that_breaks_off_what_came_is_kept(
    world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch, loud: bool
) -> None:
    contenido = lines(world, 9_000)
    sender.begin(len(contenido), sha256=sha256(contenido))
    came = Breaking(contenido[:300_001], loud)
    monkeypatch.setattr(said, "_read", lambda _stream, size, read=said._read: read(came, size))  # type: ignore[misc]
    sender.patch(0, contenido)
    monkeypatch.undo()
    assert sender.offset() == 300_001 and stored(world) == (2, 300_001)
    sender.patch(300_001, contenido[300_001:])
    assert world.rows(Archivo)[0].sha256 == sha256(contenido)


def test_a_slow_body_is_stored_every_few_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(said, "SOON", 0.0)
    assert [len(piece) for piece in said._pieces(Breaking(bytes(3_500), False), 9_999)] == [1000, 1000, 1000, 500]  # type: ignore[arg-type]
    monkeypatch.setattr(said, "SOON", 99.0)
    sizes = [len(piece) for piece in said._pieces(Breaking(bytes(600_000), False), 600_000)]  # type: ignore[arg-type]
    assert sizes == [said.PIECE, said.PIECE, 600_000 - 2 * said.PIECE]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_between_the_lote_and_the_end_nothing_is_there_twice(
    world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Killed before the upload is told to have ended, or after it and before the answer is on its way."""
    contenido = lines(world, 9)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:100])
    real = subidas.finish

    def killed(*args: Any) -> None:
        if moment == "after":
            real(*args)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(subidas, "finish", killed)
        with pytest.raises(ZeroDivisionError):
            sender.patch(100, contenido[100:])
    [lote] = world.rows(Lote)
    if moment == "before":
        assert sender.offset() == 100
        assert sender.patch(100, contenido[100:]).location == f"/lotes/{lote.numero}"
    assert sender.head().location == f"/lotes/{lote.numero}" and sender.offset() == len(contenido)
    assert len(world.rows(Lote)) == 1 and stored(world) == (0, 0)


@SQLITE
def test_a_failure_of_ours_is_told_with_its_code_and_loses_nothing(
    world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:100])
    world.app.testing = False
    monkeypatch.setattr(subidas, "whole", lambda *_: 1 // 0)
    answer = sender.patch(100, contenido[100:], 500)
    assert "F-" in answer.text and "Lo que llegó está guardado" in answer.text
    monkeypatch.undo()
    sender.patch(100, contenido[100:])
