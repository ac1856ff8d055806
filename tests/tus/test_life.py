"""The life of an upload: begun again, by two at once, cut, killed, refused, forgotten; nothing lost or done twice."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import ClientDisconnected

from pages.world import World, send, worker
from portal import clock, jobs
from portal.lotes import subidas
from portal.lotes.subidas import Anuncio
from portal.modelos import Archivo, Lote, Subida, SubidaParte
from portal.web import tus as said
from tus.sender import Sender, packed, sha256
from web.portal_client import Navegador

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PDF = b"%PDF-1.7\n%\xe2\xe3" + bytes(5_000)


def lines(world: World, count: int = 1) -> bytes:
    return "".join(world.line("INS", worker(n)) + "\r\n" for n in range(1, count + 1)).encode()


def stored(world: World) -> tuple[int, int]:
    """Parts and their bytes."""
    with world.database.reading() as session:
        found = select(func.count(), func.coalesce(func.sum(func.length(SubidaParte.datos)), 0))
        return tuple(session.execute(found.select_from(SubidaParte)).one())  # type: ignore[return-value]


def nothing_is_kept(world: World) -> bool:
    return not world.rows(Subida) and not world.rows(Lote) and not world.rows(Archivo) and stored(world) == (0, 0)


# --- the same file again -------------------------------------------------------------------------------------------
def test_the_same_file_goes_on_where_it_was(world: World, sender: Sender) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido), sha256=sha256(contenido))
    sender.patch(0, contenido[:100])
    first = sender.url
    tomorrow = Sender(world.browser())
    begun = tomorrow.begin(
        len(contenido), filename="otro.txt", sha256=sha256(contenido).upper(), registrar_automaticamente="1"
    )
    assert (tomorrow.url, begun.headers["Upload-Offset"]) == (first, "100")
    tomorrow.patch(100, contenido[100:])
    [lote] = world.rows(Lote)
    assert lote.registrar_automaticamente and world.lote(lote.numero).archivo.nombre == "otro.txt"


def test_another_file_movement_or_empleador_begins_its_own(world: World, sender: Sender, de_b: Navegador) -> None:
    contenido = lines(world, 9)
    mine = sha256(contenido)
    urls = [sender.begin(len(contenido), sha256=mine).location]
    urls.append(sender.begin(len(contenido), sha256=mine, movimiento="MSU").location)
    urls.append(sender.begin(len(contenido) + 1, sha256=mine).location)
    urls.append(sender.begin(len(contenido), sha256=sha256(b"x")).location)
    urls += [sender.begin(len(contenido)).location for _ in range(2)]
    urls.append(Sender(de_b).begin(len(contenido), sha256=mine).location)
    assert len(set(urls)) == 7


@SQLITE
def test_packed_otherwise_for_the_way_it_begins_anew(world: World, sender: Sender) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido), sha256=sha256(contenido), comprimida="gzip")
    first = sender.url
    assert sender.begin(len(contenido), sha256=sha256(contenido)).headers["Upload-Offset"] == "0"
    assert sender.url != first and len(world.rows(Subida)) == 1


def test_what_is_here_already_is_not_carried_again(world: World, sender: Sender, de_b: Navegador) -> None:
    contenido = lines(world, 9)
    numero = send(sender.browser, "INS", ("extras.txt", contenido))
    for _ in range(2):
        begun = sender.begin(1234, comprimida="gzip", sha256=sha256(contenido))
        assert begun.headers["Upload-Offset"] == "1234"
        assert sender.head().location == f"/lotes/{numero}"
    assert len(world.rows(Subida)) == 1 and "ya lo recibimos antes" in sender.browser.get(f"/lotes/{numero}").text
    for other, told in ((Sender(de_b), {}), (sender, {"movimiento": "MSU"})):
        assert other.begin(1234, sha256=sha256(contenido), **told).headers["Upload-Offset"] == "0"


@SQLITE
def test_a_file_whose_packed_or_inner_bytes_are_here_is_known(world: World, sender: Sender) -> None:
    contenido = lines(world, 9)
    own = packed(contenido)
    numero = send(sender.browser, "INS", ("extras.txt.gz", own))
    for known in (own, contenido):
        sender.begin(len(known), sha256=sha256(known))
        assert sender.head().location == f"/lotes/{numero}"


@SQLITE
def test_a_lote_that_stands_for_nothing_is_not_in_the_way(world: World, sender: Sender) -> None:
    contenido = lines(world)
    numero = world.checked("INS", contenido)
    world.decide(numero, "desistir")
    begun = sender.begin(len(contenido), sha256=sha256(contenido))
    assert begun.headers["Upload-Offset"] == "0"
    assert sender.patch(0, contenido).location != f"/lotes/{numero}"


@SQLITE
def test_an_upload_is_given_up_when_its_file_came_another_way(world: World, sender: Sender) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido), sha256=sha256(contenido))
    sender.patch(0, contenido[:9])
    send(sender.browser, "INS", ("extras.txt", contenido))
    sender.begin(len(contenido), sha256=sha256(contenido))
    with world.database.reading() as session:
        assert subidas.under_way(session, world.empleador_id(), clock.now()) == []
    assert stored(world) == (0, 0)


# --- two at once ---------------------------------------------------------------------------------------------------
def at_once(world: World, url: str, patches: list[tuple[int, bytes]]) -> list[int]:
    """Patches by people of their own, all in the same moment; their statuses."""
    people = [Sender(world.browser()) for _ in patches]
    gate, got = threading.Barrier(len(patches)), []

    def go(one: Sender, offset: int, datos: bytes) -> None:
        headers = {"Upload-Offset": str(offset), "Content-Type": said.OCTETS}
        gate.wait()
        got.append(one.ask("PATCH", url, headers=headers, data=datos).status_code)

    pairs = zip(people, patches, strict=True)
    threads = [threading.Thread(target=go, args=(one, *patch)) for one, patch in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(got)


def test_of_two_parts_at_once_one_is_taken(world: World, sender: Sender) -> None:
    contenido = lines(world, 40)
    sender.begin(len(contenido), sha256=sha256(contenido))
    offset = 0
    while offset < 1500:
        part = contenido[offset : offset + 300]
        assert at_once(world, sender.url, [(offset, part)] * 3) == [204, 409, 409]
        offset += 300
        assert sender.offset() == offset
    sender.patch(offset, contenido[offset:])


def test_two_last_parts_at_once_are_one_lote(world: World, sender: Sender) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:100])
    statuses = at_once(world, sender.url, [(100, contenido[100:])] * 3)
    assert statuses[0] == 204 and set(statuses) <= {204, 409}
    [lote] = world.rows(Lote)
    assert sender.head().location == f"/lotes/{lote.numero}" and stored(world) == (0, 0)


def test_one_file_begun_by_several_at_once_is_one_upload(world: World) -> None:
    anuncio = Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "a.txt", 99, sha256(b"x"))
    gate, tokens = threading.Barrier(4), []

    def go() -> None:
        gate.wait()
        tokens.append(subidas.begin(world.database, anuncio, clock.now()).token)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 4 and len(set(tokens)) == 1


# --- cut and killed ------------------------------------------------------------------------------------------------
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


# --- refused -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("told", "size", "status", "said_of_it"),
    [
        ({"filename": "informe.pdf"}, 9, 422, "El nombre termina en «.pdf»"),
        ({"filename": "nomina"}, 9, 422, "El nombre termina en «nomina»"),
        ({"filename": None}, 9, 422, "no dice el nombre del archivo"),
        ({}, 0, 422, "sin ninguna línea con datos"),
        ({}, 20_001, 413, "recibimos hasta 20 kB. Comprímalo"),
        ({"movimiento": "XXX"}, 9, 422, "Elija la novedad"),
        ({"movimiento": None}, 9, 422, "Elija la novedad"),
        ({"movimiento": "ins"}, 9, 422, "Elija la novedad"),
    ],
)
@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
@SQLITE
def test_what_can_be_refused_at_once_is(
    world: World, sender: Sender, told: dict[str, str | None], size: int, status: int, said_of_it: str
) -> None:
    assert said_of_it in sender.begin(size, status, **told).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize(
    ("first", "told", "said_of_it"),
    [
        (PDF, {}, "parece un documento PDF"),
        (packed(PDF), {"comprimida": "gzip"}, "parece un documento PDF"),
        (b"\x89PNG\r\n\x1a\n0000", {"filename": "f.csv"}, "parece una imagen"),
        (b"<!DOCTYPE html><html>", {}, "una página web"),
    ],
)
@SQLITE
def test_what_its_first_bytes_give_away_is_not_carried_to_its_end(
    world: World, sender: Sender, first: bytes, told: dict[str, str], said_of_it: str
) -> None:
    sender.begin(5_000_000, **told)
    answer = sender.patch(0, first, 422)
    assert said_of_it in answer.text and "Guarde sus datos como texto" in answer.text
    assert nothing_is_kept(world)
    sender.head(404)


@SQLITE
def test_what_is_not_packed_as_it_says_is_seen_at_its_first_part(world: World, sender: Sender) -> None:
    sender.begin(5_000_000, comprimida="gzip")
    assert "se dañó en el camino" in sender.patch(0, lines(world), 460).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize(
    ("contenido", "told", "said_of_it"),
    [
        (b"PK\x03\x04" + bytes(400), {"filename": "mal.zip"}, "El archivo comprimido está dañado"),
        (b"PK\x03\x04" + bytes(400), {"filename": "mal.xlsx"}, "El libro de Excel está dañado"),
        (packed(PDF), {"filename": "a.txt.gz"}, "parece un documento PDF"),
    ],
)
def test_what_is_refused_at_the_end_is_gone_with_its_parts(
    world: World, sender: Sender, contenido: bytes, told: dict[str, str], said_of_it: str
) -> None:
    sender.begin(len(contenido), **told)
    assert len(contenido) > 30
    sender.patch(0, contenido[:30])
    assert said_of_it in sender.patch(30, contenido[30:], 422).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
@pytest.mark.parametrize("own", [True, False])
@SQLITE
def test_an_archive_that_unpacks_too_large_is_told_the_limit(world: World, sender: Sender, own: bool) -> None:
    bomb = packed(b"1;2;3\r\n" * 1_000_000)
    told = {"filename": "bomba.txt.gz"} if own else {"comprimida": "gzip"}
    sender.begin(len(bomb), **told)
    sender.patch(0, bomb[:1000])
    assert "pasa de 0.02 MB una vez descomprimido" in sender.patch(1000, bomb[1000:], 422).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize("comprimida", [None, "gzip"])
def test_a_file_that_is_not_what_left_is_asked_for_again(world: World, sender: Sender, comprimida: str | None) -> None:
    contenido = lines(world, 9)
    told = {"sha256": sha256(contenido)} | ({"comprimida": comprimida} if comprimida else {})
    sent = bytearray(packed(contenido) if comprimida else contenido)
    sent[-12] ^= 1
    sender.begin(len(sent), **told)
    sender.patch(0, bytes(sent[:20]))
    assert "Envíelo otra vez" in sender.patch(20, bytes(sent[20:]), 460).text
    assert nothing_is_kept(world)
    assert sender.send(contenido, sha256=sha256(contenido)).startswith("/lotes/")


@SQLITE
def test_a_gzip_for_the_way_that_was_cut_is_the_ways_fault(world: World, sender: Sender) -> None:
    cut = packed(lines(world, 9))[:-4]
    sender.begin(len(cut), comprimida="gzip")
    assert "se dañó en el camino" in sender.patch(0, cut, 460).text
    assert nothing_is_kept(world)


# --- how many, how long --------------------------------------------------------------------------------------------
def test_an_empleador_has_so_many_under_way(world: World, sender: Sender, de_b: Navegador) -> None:
    for _ in range(subidas.MOST):
        sender.begin(99)
    assert "Termine o cancele alguno" in sender.begin(99, 429).text
    Sender(de_b).begin(99)
    contenido = lines(world)
    numero = send(sender.browser, "INS", ("extras.txt", contenido))
    sender.begin(99, sha256=sha256(contenido))
    assert sender.head().location == f"/lotes/{numero}", "what need not be carried always may"
    with world.database.reading() as session:
        [first, *_] = subidas.under_way(session, world.empleador_id(), clock.now())
    sender.ask("DELETE", f"/cargas/tus/{first.token}", 204)
    sender.begin(99)


def test_what_is_under_way_is_listed_until_it_ends(world: World, sender: Sender, de_b: Navegador) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:100])
    Sender(de_b).begin(99)

    def mine(later: timedelta = timedelta()) -> list[subidas.EnCurso]:
        with world.database.reading() as session:
            return subidas.under_way(session, world.empleador_id(), clock.now() + later)

    [one] = mine()
    assert (one.nombre, one.movimiento, one.recibidos, one.bytes) == ("extras.txt", "INS", 100, len(contenido))
    assert sender.url.endswith(one.token) and mine(timedelta(days=7, seconds=1)) == []
    sender.patch(100, contenido[100:])
    assert mine() == []


def test_seven_days_after_its_last_part_it_is_gone(
    world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido), sha256=sha256(contenido))
    then = clock.now
    for day in (6, 12):
        monkeypatch.setattr(subidas, "KEPT", timedelta(days=7 + day))  # the part comes so many days later
        sender.patch(sender.offset(), b"1;2;3\r\n")
    assert subidas.purge(world.database, then() + timedelta(days=18, hours=23)) == 0
    assert stored(world) == (2, 14)
    world_later(world, sender, timedelta(days=19, hours=1))
    assert subidas.purge(world.database, then() + timedelta(days=19, hours=1)) == 1
    assert nothing_is_kept(world)


def world_later(world: World, sender: Sender, later: timedelta) -> None:
    """What is over is not there, also before the sweeper has come by."""
    token = sender.url.rsplit("/", 1)[1]
    with world.database.reading() as session:
        assert subidas.find(session, token, world.empleador_id(), clock.now() + later) is None


def test_what_is_over_is_not_in_the_way_of_its_file(world: World, sender: Sender) -> None:
    anuncio = Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "a.txt", 99, sha256(b"x"))
    old = subidas.begin(world.database, anuncio, clock.now())
    subidas.append(world.database, old.id, 0, b"1;2;3", clock.now())
    new = subidas.begin(world.database, anuncio, clock.now() + timedelta(days=8))
    assert (new.recibidos, new.token != old.token, stored(world)) == (0, True, (0, 0))


def test_the_sweeper_forgets_what_is_over(world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_services", lambda: (world.config, world.database, world.app.extensions["portal_cola"]))
    monkeypatch.setattr(jobs, "_last_look", -jobs._UNDECIDED_EVERY * 2)
    where = sender.send(lines(world))
    sender.begin(99)
    jobs.sweep()
    assert len(world.rows(Subida)) == 2
    monkeypatch.setattr(jobs, "_last_look", -jobs._UNDECIDED_EVERY * 2)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=7, seconds=1))
    jobs.sweep()
    assert not world.rows(Subida) and len(world.rows(Lote)) == 1 and where.startswith("/lotes/")


def test_a_part_for_what_is_being_forgotten_finds_nothing(world: World) -> None:
    anuncio = Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "a.txt", 99)
    subida = subidas.begin(world.database, anuncio, clock.now())
    subidas.cancel(world.database, subida.id)
    with pytest.raises(subidas.Conflicto):
        subidas.append(world.database, subida.id, 0, os.urandom(9), clock.now())
    assert stored(world) == (0, 0)
