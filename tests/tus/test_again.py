"""The same file sent again goes on where it was; two that send at once don't disturb each other."""

from __future__ import annotations

import threading

import pytest

from pages.world import World, send
from portal import clock
from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Anuncio
from portal.modelos import Ambito, Lote, Subida
from portal.web.tus import peticion as said
from tus.desk import SQLITE, lines, stored
from tus.sender import Sender, packed, sha256
from web.portal_client import Navegador

pytestmark = pytest.mark.both_databases


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
        assert subidas.under_way(session, Ambito(world.empleador_id()), clock.now()) == []
    assert stored(world) == (0, 0)


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
