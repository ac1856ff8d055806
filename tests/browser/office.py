"""What works lotes off in the world (world.py): the portal's own functions, on a clock that moves when told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from portal import demo
from portal.config import Config
from portal.cuentas.altas import save_cuenta, save_empleador, save_representacion
from portal.db import Database
from portal.files.columns import check_digit_holds
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.lotes.trabajo.decide import decide
from portal.modelos import Anulacion, Cuenta, Empleador, Lote
from portal.novedades import todas
from portal.novedades.ejemplos import good_line

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

    @property
    def empleador_id(self) -> int:
        return self._empleador_id

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

    def annul_asked(self, anulacion_id: int, looks: int = 0, error: BaseException | None = None) -> None:
        self._work(annul, anulacion_id, looks, error)

    def account(self, identificacion: str, nombre: str, ruc: str | None = None, empleador: str = "") -> None:
        """One more account of an empleador, its titular; without `ruc`, of nobody."""
        clave = f"demo-{identificacion}"
        with self.database.writing() as session:
            cuenta = save_cuenta(session, identificacion, nombre, "empleador", clave)
            if ruc:
                mine = save_empleador(session, ruc, empleador, "privada", {1: "Matriz"})
                save_representacion(session, cuenta.id, mine.id)
        self.accounts.append({"identificacion": identificacion, "clave": clave})

    def lose(self, kind: type[Lote] | type[Anulacion], of: int, **values: object) -> None:
        """Nobody works on a lote or an annulment any longer, and nobody has taken it up again."""
        self._put(kind, of, arriendo_de=None, arriendo_hasta=None, **values)

    def take(self, kind: type[Lote] | type[Anulacion], of: int) -> None:
        """Somebody works on it."""
        self._put(kind, of, arriendo_de="w", arriendo_hasta=self.reloj.at + timedelta(hours=1))

    def _put(self, kind: type[Lote] | type[Anulacion], of: int, **values: object) -> None:
        with self.database.writing() as session:
            session.execute(update(kind).where(kind.id == of).values(values))

    def id_of(self, name: str) -> int:
        with self.database.reading() as session:
            return session.scalars(select(Lote.id).where(Lote.numero == self.lotes[name])).one()

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
