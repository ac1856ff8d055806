"""A portal whose lotes stand still in every state, for what looks at pages: the accessibility tests and tools/screens.

The lotes got there through the portal's own functions, worked off here instead of by workers, so that a check can be
left halfway. Business date and clock are fixed: the same pages, to the second, on every run. One process, one world.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import clock, create_app, demo
from portal.config import INSTITUCION, Config
from portal.db import Database
from portal.files.columns import check_digit_holds
from portal.lotes import check as checking
from portal.lotes import register as registering
from portal.lotes.annul import Pedido, annul, ask
from portal.lotes.decide import decide
from portal.lotes.receive import Envio, mark_queued, receive
from portal.modelos import Cuenta, Empleador, Lote
from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from portal.running.migrate import upgrade

HOY = date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 15, 42, tzinfo=UTC).replace(tzinfo=None)  # 10:42 in Ecuador
RUC = "1799000004001"
CHUNK = 400
MANY = 1_200


class CutShort(BaseException):
    """Ends a job as a kill would: nothing of the portal catches it."""


class OwnFault(Exception):
    """A fault of the portal itself, in the middle of a job."""


@dataclass
class Reloj:
    """A clock that moves only when told to; `at` is naive UTC."""

    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at

    def ticking(self) -> datetime:
        """A second later at each look: history was not made in one instant."""
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class World:
    """The filled database and the server's address. `lotes`: name of a situation → lote number."""

    database: Database
    config: Config
    reloj: Reloj
    base: str = ""
    accounts: list[dict[str, object]] = field(default_factory=list)
    lotes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.database.reading() as session:
            self._empleador_id = session.scalars(select(Empleador.id).where(Empleador.ruc == RUC)).one()
            self._cuenta_id = session.scalars(select(Cuenta.id).where(Cuenta.nombre == demo.PATRONOS[0].persona)).one()

    def send(self, name: str, movimiento: str, file: str, lines: list[str]) -> int:
        """A new lote `recibido`, known as `name`; its id."""
        body = "".join(f"{line}\r\n" for line in lines).encode()
        envio = Envio(self._empleador_id, self._cuenta_id, movimiento, file, body)
        recibo = receive(self.database, envio, HOY, self.reloj.ticking(), self.config.max_bytes)
        self.lotes[name] = recibo.numero
        return recibo.lote_id

    def check(self, lote_id: int, looks: int = 0, error: BaseException | None = None) -> None:
        self._work(checking.check, lote_id, looks, error)

    def register(self, lote_id: int, looks: int = 0, error: BaseException | None = None) -> None:
        self.decide(lote_id)
        self._work(registering.register, lote_id, looks, error)

    def decide(self, lote_id: int) -> None:
        decide(self.database, lote_id, "registrar", self._cuenta_id, self.reloj.ticking())

    def desist(self, lote_id: int) -> None:
        decide(self.database, lote_id, "desistir", self._cuenta_id, self.reloj.ticking())

    def ask(self, name: str, lote_id: int, motivo: str, lineas: list[int] | None = None) -> int:
        """Asks to annul a lote or some of its lines; the annulment's number is known as `name`."""
        pedido = Pedido(lote_id, self._cuenta_id, motivo, lineas)
        asked = ask(self.database, pedido, HOY, self.reloj.ticking())
        self.lotes[name] = asked.numero
        return asked.id

    def annul(self, name: str, lote_id: int, motivo: str, lineas: list[int] | None = None) -> None:
        self.annul_asked(self.ask(name, lote_id, motivo, lineas))

    def annul_asked(self, anulacion_id: int) -> None:
        annul(self.database, self.config, anulacion_id, self.reloj.ticking)

    def lose(self, lote_id: int, **values: object) -> None:
        """Nobody works on a lote any longer, and nobody has taken it up again."""
        with self.database.writing() as session:
            free = {"arriendo_de": None, "arriendo_hasta": None, **values}
            session.execute(update(Lote).where(Lote.id == lote_id).values(free))

    def _work(self, job: Callable[..., object], lote_id: int, looks: int, error: BaseException | None) -> None:
        """Runs `job`; with an `error`, the job's look at the clock number `looks` + 1 raises it, once."""
        left = [looks]

        def now() -> datetime:
            left[0] -= 1
            if error is not None and left[0] == -1:
                raise error
            return self.reloj.ticking()

        try:
            job(self.database, self.config, lote_id, now)
        except (CutShort, OwnFault):
            if error is None:
                raise


def cedulas(first: int, number: int) -> list[str]:
    """Made-up cédulas of Pichincha that hold their check digit, from serial `first` on."""
    stems = (f"175{serial:06d}" for serial in range(first, first + number))
    return [next(f"{stem}{d}" for d in range(10) if check_digit_holds(f"{stem}{d}")) for stem in stems]


def lines(movimiento: str, people: list[str], sucursal: str = "0001", **changes: str) -> list[str]:
    """A good line for each of `people`."""
    nov = todas()[movimiento]
    return [";".join(good_line(nov, HOY, RUC, sucursal, cedula, **changes)) for cedula in people]


def fill(world: World) -> None:
    """The demonstration's data, and a lote in every state a page can be in."""
    matriz = list(demo.PATRONOS[0].trabajadores[1])
    with world.database.reading() as session:
        waiting = select(Lote.numero).where(Lote.estado == "revisado")
        world.lotes["revisado"] = session.scalars(waiting).one()
    _finished(world, matriz)
    _unfinished(world, matriz)


def _finished(world: World, matriz: list[str]) -> None:
    raises = [*lines("MSU", matriz[1:], sueldo="655.00"), *lines("MSU", matriz[:1], sueldo="450.00")]
    world.check(world.send("correcto", "MSU", "sueldos-noviembre.txt", raises))
    known = lines("INS", [*matriz, matriz[0]], valor="42.10")
    mixed = world.send("registrado", "INS", "extras-noviembre.csv", [*known, *lines("INS", cedulas(1, 2))])
    world.check(mixed)
    world.register(mixed)
    hires = world.send("comprobante-largo", "ENT", "temporada.txt", _hires(cedulas(500, 60)))
    world.check(hires)
    world.register(hires)
    world.check(world.send("con-errores", "INS", "extras-sucursal-norte.txt", _all_kinds_of_errors(matriz)))
    world.check(world.send("rechazado", "INS", "sueldos.txt", lines("MSU", matriz, sueldo="700.00")))
    given_up = world.send("desistido", "INS", "extras-bodega.txt", lines("INS", _bodega(), "0009", valor="10.00"))
    world.check(given_up)
    world.desist(given_up)
    _annulled(world, matriz)


def _annulled(world: World, matriz: list[str]) -> None:
    """A raise that was somebody else's, and a hire of somebody who never came."""
    sent = {"anulado": lines("MSU", matriz[:1], sueldo="720.00"), "nunca-vino": lines("ENT", cedulas(900, 1))}
    for name, rows in sent.items():
        lote = world.send(name, rows[0].split(";")[4], f"{name}.txt", rows)
        world.check(lote)
        world.register(lote)
        world.annul(f"anulacion-{name}", lote, "Era de otro trabajador")
    _going_back(world)


def _going_back(world: World) -> None:
    """Lines that were correct when they were checked, some annulled since; hires on which raises rest; an annulment
    that came too late; errors that an undecided hire would put right."""
    season, newest = cedulas(500, 60), cedulas(700, 2)
    with world.database.reading() as session:
        hires = session.scalars(select(Lote.id).where(Lote.numero == world.lotes["comprobante-largo"])).one()
    first = world.send("comisiones", "INS", "comisiones.txt", lines("INS", season[10:12], valor="12.00"))
    late = world.send("tarde", "INS", "comisiones-todas.txt", lines("INS", season[10:16], valor="12.00"))
    for lote in (first, late):
        world.check(lote)
    for lote in (first, late):
        world.register(lote)
    world.annul("anulacion-parte", late, "No cobraron comisiones en noviembre", [4, 5])
    raises = world.send("sueldos", "MSU", "sueldos-temporada.txt", lines("MSU", season[:3], sueldo="510.00"))
    world.check(raises)
    world.decide(raises)
    refused = world.ask("anulacion-negada", hires, "No vinieron a trabajar", [1, 2, 3, 4])
    world.register(raises)
    world.annul_asked(refused)
    world.check(world.send("espera", "ENT", "altas-noviembre.txt", _hires(newest)))
    world.check(world.send("depende", "INS", "extras-altas.txt", lines("INS", [*newest, season[20]], valor="9.00")))


def _all_kinds_of_errors(matriz: list[str]) -> list[str]:
    """More than a page of errors, a few codes, a line registered before and one that is twice there."""
    unknown, bodega = lines("INS", cedulas(100, 52)), lines("INS", _bodega(), "0009", valor="18.00")
    unreadable = [line.replace("18.00", wrong) for line, wrong in zip(bodega, ("12o.00", "18,0,0", ""), strict=True)]
    return [*unknown, *unreadable, unknown[0][:-2], *lines("INS", matriz[:2], valor="42.10"), bodega[0], bodega[0]]


def _bodega() -> list[str]:
    return list(demo.PATRONOS[0].trabajadores[9])


def _unfinished(world: World, matriz: list[str]) -> None:
    large = lines("INS", cedulas(1_000, MANY))
    failed = world.send("fallido", "INS", "extras-region-sierra.txt", large[20:])
    world.check(failed, 3, OwnFault())
    world.lose(failed, intentos=world.config.reintentos)  # so it holds up nobody's turn
    hires = world.send("registrando", "ENT", "contratos-temporada.txt", _hires(cedulas(5_000, MANY)))
    world.check(hires)
    halfway = world.send("revisando", "INS", "extras-nacional.txt", large)
    world.check(halfway, 4, CutShort())
    world.lose(halfway)
    world.register(hires, 3, CutShort())
    queued = world.send("en_cola", "INS", "extras-bodega-2.txt", lines("INS", _bodega(), "0009", valor="15.75"))
    mark_queued(world.database, queued, world.reloj.ticking())
    world.send("recibido", "MSU", "sueldos-bodega.txt", lines("MSU", matriz, sueldo="710.00"))
    with world.database.reading() as session:
        late = session.scalars(select(Lote.id).where(Lote.numero == world.lotes["tarde"])).one()
    world.ask("anulacion-pedida", late, "No cobró comisiones en noviembre", [6])


def _hires(people: list[str]) -> list[str]:
    day = f"{HOY - timedelta(days=4):%Y%m%d}"
    return lines("ENT", people, fecha_ingreso=day, fecha_registro=day, sueldo="482.00")


@contextmanager
def standing(folder: Path) -> Iterator[World]:
    """The world, served on a free port of 127.0.0.1 by threads of this process; its queue is away."""
    reloj = Reloj()
    config = config_of(folder)
    upgrade(config.database_url)
    real, clock.now = clock.now, reloj.ticking
    try:
        database = Database(config.database_url)
        accounts = demo.fill(database, config)
        world = World(database, config, reloj, accounts=accounts)
        fill(world)
        clock.now = reloj.now
        with _served(config) as world.base:
            yield world
    finally:
        clock.now = real
        database.engine.dispose()


def config_of(folder: Path) -> Config:
    return Config(
        datos=folder,
        produccion=False,
        secret_key="not a secret",
        database_url=f"sqlite:///{folder / 'portal.db'}",
        redis_url=f"unix://{folder / 'nobody.sock'}",
        hoy_fijo=HOY,
        institucion=INSTITUCION,
        tramo_lineas=CHUNK,
        tramo_registro=CHUNK,
        arriendo_segundos=3600,
    )


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_of: object) -> None:
        """Nothing: the tests' output is for the tests."""


@contextmanager
def _served(config: Config) -> Iterator[str]:
    app = create_app(config)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        app.extensions["portal_database"].engine.dispose()
