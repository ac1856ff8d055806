"""How many uploads an empleador has under way, and how long they are kept."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from pages.world import World, send
from portal import clock, jobs
from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Anuncio
from portal.modelos import Ambito, Lote, Subida
from tus.desk import lines, nothing_is_kept, stored
from tus.sender import Sender, sha256
from web.portal_client import Navegador


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
        [first, *_] = subidas.under_way(session, Ambito(world.empleador_id()), clock.now())
    sender.ask("DELETE", f"/cargas/tus/{first.token}", 204)
    sender.begin(99)


def test_what_is_under_way_is_listed_until_it_ends(world: World, sender: Sender, de_b: Navegador) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:100])
    Sender(de_b).begin(99)

    def mine(later: timedelta = timedelta()) -> list[subidas.EnCurso]:
        with world.database.reading() as session:
            return subidas.under_way(session, Ambito(world.empleador_id()), clock.now() + later)

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
        assert subidas.find(session, token, Ambito(world.empleador_id()), clock.now() + later) is None


def test_what_is_over_and_not_taken_away_yet_goes_on(world: World, sender: Sender) -> None:
    anuncio = Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "a.txt", 99, sha256(b"x"))
    old = subidas.begin(world.database, anuncio, clock.now())
    subidas.append(world.database, old.id, 0, b"1;2;3", clock.now())
    late = clock.now() + timedelta(days=8)
    again = subidas.begin(world.database, anuncio, late)
    assert (again.recibidos, again.token, stored(world)) == (5, old.token, (1, 5))
    assert subidas.purge(world.database, late + timedelta(days=6)) == 0
    assert subidas.purge(world.database, late + timedelta(days=8)) == 1
    assert subidas.begin(world.database, anuncio, late + timedelta(days=8)).recibidos == 0


def test_what_is_over_takes_nobodys_place(world: World, sender: Sender) -> None:
    for n in range(subidas.MOST):
        subidas.begin(
            world.database, Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "a.txt", 99 + n), clock.now()
        )
    one_more = Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "b.txt", 99)
    with pytest.raises(subidas.Demasiadas):
        subidas.begin(world.database, one_more, clock.now())
    assert subidas.begin(world.database, one_more, clock.now() + timedelta(days=8)).recibidos == 0


def test_the_sweeper_forgets_what_is_over(world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_services", lambda: (world.config, world.database, world.app.extensions["portal_cola"]))
    monkeypatch.setattr(jobs, "_last_look", -jobs._UNDECIDED_EVERY * 2)
    where = sender.send(lines(world))
    sender.begin(99)
    jobs.sweep()
    assert len(world.rows(Subida)) == 2
    monkeypatch.setattr(jobs, "_last_look", -jobs._UNDECIDED_EVERY * 2)
    real, ticks = clock.now, time.monotonic
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=7, seconds=1))
    jobs.sweep()
    assert len(world.rows(Subida)) == 2  # a clock that has just been put forward ends nothing
    monkeypatch.setattr(jobs, "_last_look", -jobs._UNDECIDED_EVERY * 2)
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=7, hours=2))
    monkeypatch.setattr(time, "monotonic", lambda: ticks() + 7200)
    jobs.sweep()
    assert not world.rows(Subida) and len(world.rows(Lote)) == 1 and where.startswith("/lotes/")


def test_a_part_for_what_is_being_forgotten_finds_nothing(world: World) -> None:
    anuncio = Anuncio(world.empleador_id(), world.cuenta_id(), "INS", "a.txt", 99)
    subida = subidas.begin(world.database, anuncio, clock.now())
    subidas.cancel(world.database, subida.id)
    with pytest.raises(subidas.Conflicto):
        subidas.append(world.database, subida.id, 0, os.urandom(9), clock.now())
    assert stored(world) == (0, 0)
