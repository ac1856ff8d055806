"""A worker's labour history with one empleador: relaciones, and each fact with the lote and line it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.historia.cifras import SUELDOS, Valor, sueldo_in
from portal.historia.hechos import Hecho, Registro, fact, registered, shown, texts_of
from portal.modelos import Ambito, Novedad, Relacion
from portal.novedades import todas

HECHOS_POR_PAGINA = 50


@dataclass(frozen=True)
class RelacionVista:
    """One relación with its facts, the latest first. `entrada`: what its ENT says, in words, as changed since;
    `valores`: the numbers of its live facts. The facts of an annulled one are only a record.

    Everybody who acts for the empleador sees when it began and ended, because each check reveals it. Its facts, and
    figures computed from them, are seen only by those who may see all components.
    """

    id: int
    sucursal: int
    ingreso: date
    salida: date | None
    anulada_en: datetime | None
    sueldo: int | None
    entrada: dict[str, str]
    hechos: list[Hecho]
    valores: tuple[Valor, ...]

    @property
    def abierta(self) -> bool:
        return self.salida is None and self.anulada_en is None


@dataclass(frozen=True)
class PaginaHechos:
    """One page of the time line: relaciones with those of their facts that are on it."""

    relaciones: list[RelacionVista]
    numero: int
    paginas: int


def find_worker(session: Session, empleador_id: int, cedula: int) -> int | None:
    """The opaque id of a worker with an empleador: its first relación; None when there never was one."""
    first = select(func.min(Relacion.id)).where(Relacion.empleador_id == empleador_id, Relacion.cedula == cedula)
    return session.scalar(first)


def worker_of(session: Session, empleador_id: int, relacion_id: int) -> int | None:
    """The cédula behind an opaque id, when it is of that empleador."""
    mine = select(Relacion.cedula).where(Relacion.id == relacion_id, Relacion.empleador_id == empleador_id)
    return session.scalar(mine)


def history(session: Session, ambito: Ambito, cedula: int) -> list[RelacionVista]:
    """All relaciones of a worker with an empleador: the open ones, the ended ones, the annulled ones, each the latest
    first; of their facts those in that scope."""
    relaciones = relaciones_of(session, ambito.empleador_id, cedula)
    return views(relaciones, registered(session, ambito, cedula), ambito)


def relaciones_of(session: Session, empleador_id: int, cedula: int) -> list[Relacion]:
    """The same relaciones as rows, in the same order."""
    mine = select(Relacion).where(Relacion.empleador_id == empleador_id, Relacion.cedula == cedula)
    latest = session.scalars(mine.order_by(Relacion.ingreso.desc(), Relacion.id.desc()))
    return sorted(latest, key=lambda r: (r.anulada_en is not None, r.salida is not None))


def views(relaciones: Sequence[Relacion], registros: Sequence[Registro], ambito: Ambito) -> list[RelacionVista]:
    """Assembles the rows."""
    rows = ([r for r in registros if r.novedad.relacion_id == relacion.id] for relacion in relaciones)
    return [_view(relacion, mine, ambito) for relacion, mine in zip(relaciones, rows, strict=True)]


def present(relaciones: Sequence[RelacionVista]) -> list[RelacionVista]:
    """What stands today: the open relaciones, or else the last that ended; none when all were annulled."""
    live = [r for r in relaciones if r.anulada_en is None]
    return [r for r in live if r.abierta] or live[:1]


def page_of_facts(relaciones: Sequence[RelacionVista], numero: int) -> PaginaHechos:
    """The page `numero` (from 1) of the time line; past the end, the last one."""
    paginas = max(1, -(-sum(len(r.hechos) for r in relaciones) // HECHOS_POR_PAGINA))
    numero = max(1, min(numero, paginas))
    first, found = (numero - 1) * HECHOS_POR_PAGINA, []
    for relacion in relaciones:
        hechos = relacion.hechos[max(0, first) : max(0, first + HECHOS_POR_PAGINA)]
        first -= len(relacion.hechos)
        if hechos:
            found.append(replace(relacion, hechos=hechos))
    return PaginaHechos(found, numero, paginas)


def _view(relacion: Relacion, rows: Sequence[Registro], ambito: Ambito) -> RelacionVista:
    live = [r.novedad for r in rows if r.novedad.anulada_en is None]
    valores = tuple(Valor(n.movimiento, n.periodo, n.valor) for n in live if n.valor is not None)
    return RelacionVista(
        relacion.id,
        relacion.sucursal,
        relacion.ingreso,
        relacion.salida,
        relacion.anulada_en,
        sueldo_in(valores) if ambito.ve(*SUELDOS) else None,
        in_words(_entry(live, ambito)),
        [fact(r) for r in rows],
        valores,
    )


def _entry(live: Sequence[Novedad], ambito: Ambito) -> dict[str, str]:
    """What the ENT says as changed since; without its type of relación for whoever may not see the changes of that."""
    entrada = next((texts_of(n) for n in live if n.movimiento == "ENT"), {})
    if not ambito.ve("RRT"):
        entrada.pop("relacion_trabajo", None)
    changes = [texts_of(n) for n in live if n.movimiento == "RRT"] if entrada else []
    if changes:
        last = max(changes, key=lambda texts: texts["fecha_cambio"])
        entrada = {**entrada, "relacion_trabajo": last["relacion_nueva"]}
    return entrada


def in_words(entrada: dict[str, str]) -> dict[str, str]:
    """The fields of an ENT as people read them."""
    nov = todas()["ENT"]
    return {name: str(shown(nov.campo(name), text).valor) for name, text in entrada.items()}
