"""RQ entry points. They take ids, may run twice, may overlap and may be killed: the database decides what is done."""

from __future__ import annotations

import time
from functools import cache

from sqlalchemy import select

from portal import clock, config
from portal.cola import Cola
from portal.cuentas import escritos
from portal.db import Database
from portal.lotes.entrada import subidas
from portal.lotes.trabajo import annul as annulling
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo import sweeper
from portal.modelos import Anulacion, Lote
from portal.soporte.atencion import atenciones
from portal.soporte.cifras.cifras import fill_figures
from portal.soporte.llamada import llamadas

_UNDECIDED_EVERY = 600.0  # seconds between two searches for undecided lotes and unfinished uploads
_last_look = 0.0
_steady = clock.Steady()
_FIGURES_EVERY = 3600.0  # seconds between two computations of the public figures
_last_figures = -_FIGURES_EVERY


@cache
def _services() -> tuple[config.Config, Database, Cola]:
    settings = config.from_environment()
    return settings, Database(settings.database_url), Cola(settings.redis_url)


def check(lote_id: int, *, apart: bool = False) -> str | None:
    """Checks a lote in its turn, then rings for what its empleador has waiting. `apart`: see lotes/trabajo/work.py."""
    settings, database, _ = _services()
    return _then_the_next(Lote, lote_id, checking.check(database, settings, lote_id, clock.now, apart=apart))


def register(lote_id: int, *, apart: bool = False) -> str | None:
    """Registers a lote in its turn; then rings for what its empleador has waiting."""
    settings, database, _ = _services()
    return _then_the_next(Lote, lote_id, registering.register(database, settings, lote_id, clock.now, apart=apart))


def annul(anulacion_id: int, *, apart: bool = False) -> str | None:
    """Carries out an annulment in its turn; then rings for what its empleador has waiting."""
    settings, database, _ = _services()
    done = annulling.annul(database, settings, anulacion_id, clock.now, apart=apart)
    return _then_the_next(Anulacion, anulacion_id, done)


JOBS = {"check": check, "register": register, "annul": annul}


def sweep() -> None:
    """Rings for waiting work that nobody holds. From time to time it closes undecided lotes, deletes unfinished
    uploads, and computes the public figures."""
    global _last_look, _last_figures
    settings, database, cola = _services()
    sweeper.sweep(database, settings, bell(cola, settings), clock.now())
    steady = _steady.look(clock.now(), time.monotonic())
    if time.monotonic() - _last_look > _UNDECIDED_EVERY:
        llamadas.expire(database, clock.now())
        if steady:
            _close_what_is_old(database, settings)
        _last_look = time.monotonic()
    # one month at a time: the next ring is not delayed by more
    if time.monotonic() - _last_figures > _FIGURES_EVERY and not fill_figures(database, clock.now(), at_most=1):
        _last_figures = time.monotonic()


def _close_what_is_old(database: Database, settings: config.Config) -> None:
    """What cannot be undone: never by a clock that has just been set forward."""
    sweeper.give_up_undecided(database, settings, clock.now())
    subidas.purge(database, clock.now())
    escritos.forget_old(database, clock.now())
    with database.writing() as session:
        atenciones.let_go_abandoned(session, clock.now())


def bell(cola: Cola, settings: config.Config) -> sweeper.Ring:
    """`ring(job, lote_id, bytes)`: large files wait in their own queue, so that small ones never wait behind them."""
    return lambda job, lote_id, size: cola.ring(job, lote_id, large=size > settings.archivo_grande)


def bell_in_turn(cola: Cola, settings: config.Config, database: Database) -> sweeper.Ring:
    """The same for what was just sent or decided: it is queued only when it is next at its empleador. So a hundred
    files of one empleador are one job in the queue, and the next empleador's file is the second one."""
    ring = bell(cola, settings)
    return lambda job, row_id, size: sweeper.is_next(database, job, row_id) and ring(job, row_id, size)


def _then_the_next(tabla: type[Lote] | type[Anulacion], row_id: int, estado: str | None) -> str | None:
    """Returns the state. A job that could not be claimed rings for nobody: the holder of the turn will."""
    if estado is not None:
        settings, database, cola = _services()
        with database.reading() as session:
            empleador_id = session.scalars(select(tabla.empleador_id).where(tabla.id == row_id)).one()
        for job, waiting, size in sweeper.next_of(database, empleador_id):
            bell(cola, settings)(job, waiting, size)
    return estado
