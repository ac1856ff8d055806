"""Templates and samples that carry an empleador's own workers, so that the sample can be sent and checked unchanged.

The lines of a sample are candidates built from the movement's own example. Those are kept that the real check, on the
present history, finds correct: so a downloaded sample checks cleanly, whatever the rules are. Its values are marked
(novedades/muestra.py): it is recognised, and never registered (lotes/trabajo/a_mano.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

import polars as pl
from sqlalchemy import BigInteger, Connection, Date, Integer, bindparam, select, text
from sqlalchemy.orm import Session

from portal.files.columns import Contexto, check_digit_holds
from portal.historia import Historia
from portal.modelos import Sucursal
from portal.novedades import Novedad
from portal.novedades.ejemplos import NADIE, good_line, render
from portal.novedades.muestra import is_marked, sample_line
from portal.padron import registered_foreigners
from portal.revision.file import check_chunk

ROWS = 5_000  # of a template
LINES = 200  # of a sample
BATCHES = 5  # of workers tried before a sample may be short
MADE_UP = NADIE[:3]
ASKED = 50  # workers tried for one line
CABECERA = 6
OPENS = "abre_relacion"
_TIPOS = {"publica": "1", "privada": "2"}  # the others are natural persons: 3
#: workers in a pseudo-random order: a sample of one line names nobody in particular
_STRIDE, _ROUND = 7_919, 99_991
_PLACE = f"(r.cedula * {_STRIDE}) % {_ROUND}"


class Quien(Protocol):
    """An empleador: a row, or the values of a visit."""

    @property
    def id(self) -> int: ...
    @property
    def ruc(self) -> str: ...
    @property
    def tipo(self) -> str: ...


@dataclass(frozen=True)
class Lineas:
    """Lines as lists of fields. `mas`: there are more workers than these."""

    lineas: list[list[str]]
    mas: bool = False


class _Persona(NamedTuple):
    """A worker to write a line for, and the last day of the last relación that ended."""

    cedula: int
    sucursal: int
    salida: date | None = None


def template_rows(session: Session, empleador: Quien, nov: Novedad, hoy: date, limit: int = ROWS) -> Lineas:
    """Fields 1 to 6 of each active worker, the rest empty; no rows for a movement that opens a relación."""
    if nov.efecto == OPENS:
        return Lineas([])
    sql = (
        "select cedula, sucursal from relacion where empleador_id = :empleador and salida is null "
        "and anulada_en is null order by cedula, sucursal limit :limite"
    )
    found = session.execute(text(sql), {"empleador": empleador.id, "limite": limit + 1}).all()
    line = good_line(nov, hoy, ruc=empleador.ruc)
    head, rest = line[2:5], [""] * (len(line) - CABECERA)
    rows = [[empleador.ruc, f"{r.sucursal:04d}", *head, f"{r.cedula:010d}", *rest] for r in found[:limit]]
    return Lineas(rows, len(found) > limit)


def active_workers(session: Session, empleador: Quien, limit: int) -> int:
    """How many open relaciones the empleador has; counting stops at `limit`."""
    sql = (
        "select count(*) from (select 1 from relacion where empleador_id = :e and salida is null "
        "and anulada_en is null limit :limite) as open"
    )
    return session.execute(text(sql), {"e": empleador.id, "limite": limit}).scalar_one()


def sample_lines(session: Session, empleador: Quien, nov: Novedad, hoy: date, limit: int = LINES) -> Lineas:
    """Whole lines that check without errors when they are sent on `hoy`; none when there is no worker for them.

    A movement that opens a relación gets a former worker, or else a made-up person. Where registering by mistake would
    have the worst effect the sample is one line. Where its values cannot tell it from an honest line, it is of a
    made-up person, and that is its error.
    """
    limit = 1 if nov.muestra_sola else limit
    if nov.muestra_de_nadie:
        *_, as_it_stands = _candidates(empleador, nov, hoy, _made_up(session, empleador.id))
        return Lineas([as_it_stands])
    batches = (
        _newcomers(session, empleador, hoy, limit)
        if nov.efecto == OPENS
        else _active(session, empleador, nov, hoy, limit)
    )
    lines: list[list[str]] = []
    for personas in batches:
        lines += _that_check(session, empleador, nov, hoy, personas)
        if len(lines) > limit:
            return Lineas(lines[:limit], True)
    return Lineas(lines)


def is_of_sample(nov: Novedad, cedulas: Sequence[int]) -> bool:
    """Whether lines that carry the sample's marks (of these workers) are the sample's."""
    return is_marked(nov) or (len(set(cedulas)) == 1 and not nov.muestra_de_nadie)


def are_of_nobody(conn: Connection, lote_id: int, lines: int) -> bool:
    """Whether all lines of a lote name persons that the portal made up, whom no line can be registered for."""
    sql = (
        "select count(distinct linea) from problema where lote_id = :lote and campo = 'cedula' and valor like :made_up"
    )
    found: int = conn.execute(text(sql), {"lote": lote_id, "made_up": f"{MADE_UP}%"}).scalar_one()
    return 0 < lines == found


# --- whose lines --------------------------------------------------------------------------------------------------
def _active(session: Session, empleador: Quien, nov: Novedad, hoy: date, limit: int) -> Iterator[list[_Persona]]:
    """Batches of active workers without a live novedad of that movement in the period of its example."""
    line = sample_line(nov, hoy)
    order, batches, size = (f"{_PLACE}, ", 1, ASKED) if nov.muestra_sola else ("", BATCHES, limit + 1)
    sql = text(
        "select r.cedula, r.sucursal from relacion r "
        "where r.empleador_id = :empleador and r.salida is null and r.anulada_en is null "
        "and (r.cedula, r.sucursal) > (:cedula, :sucursal) and not exists (select 1 from novedad v "
        "where v.empleador_id = r.empleador_id and v.movimiento = :movimiento "
        "and v.periodo = :periodo and v.cedula = r.cedula and v.sucursal = r.sucursal and v.anulada_en is null) "
        f"order by {order}r.cedula, r.sucursal limit :limite"
    )
    params: dict[str, Any] = {"empleador": empleador.id, "movimiento": nov.codigo, "periodo": int(line[2] + line[3])}
    last = _Persona(0, 0)
    for _ in range(batches):
        after = {"cedula": last.cedula, "sucursal": last.sucursal, "limite": size}
        personas = [_Persona(*row) for row in session.execute(sql, {**params, **after})]
        if not personas:
            return
        yield personas
        last = personas[-1]


def _newcomers(session: Session, empleador: Quien, hoy: date, limit: int) -> Iterator[list[_Persona]]:
    """Former workers with nothing open at this empleador; without any, somebody made up."""
    sql = text(
        "select r.cedula, min(r.sucursal) as sucursal, max(r.salida) as salida from relacion r "
        "where r.empleador_id = :empleador and r.salida is not null and not exists (select 1 from relacion o where "
        "o.empleador_id = r.empleador_id and o.cedula = r.cedula and o.salida is null and o.anulada_en is null) "
        "group by r.cedula having max(r.salida) < :hoy order by r.cedula limit :limite"
    )
    typed = sql.bindparams(bindparam("hoy", type_=Date())).columns(
        cedula=BigInteger(), sucursal=Integer(), salida=Date()
    )
    rows = session.execute(typed, {"empleador": empleador.id, "hoy": hoy, "limite": limit + 1})
    found = [_Persona(row.cedula, row.sucursal, row.salida) for row in rows]
    yield found or [_made_up(session, empleador.id)]


def _made_up(session: Session, empleador_id: int) -> _Persona:
    sucursales = select(Sucursal.codigo).where(Sucursal.empleador_id == empleador_id).order_by(Sucursal.codigo)
    return _Persona(_nobody(session, empleador_id), session.scalars(sucursales).first() or 1)


def _nobody(session: Session, seed: int) -> int:
    """A number that passes as a cédula and belongs to nobody: its third digit is not assigned, and no table has it."""
    sql = text(
        "select 1 from afiliado where cedula = :cedula union all select 1 from relacion where cedula = :cedula "
        "union all select 1 from cuenta where identificacion = :texto limit 1"
    )
    for number in range(100_000):
        nine = f"{MADE_UP}{(seed * 7_919 + number) % 1_000_000:06d}"
        cedula = next(nine + d for d in "0123456789" if check_digit_holds(nine + d))
        if not session.execute(sql, {"cedula": int(cedula), "texto": cedula}).first():
            return int(cedula)
    raise RuntimeError("no number is left for a made-up person")


# --- which lines --------------------------------------------------------------------------------------------------
def _that_check(
    session: Session, empleador: Quien, nov: Novedad, hoy: date, personas: Sequence[_Persona]
) -> list[list[str]]:
    """The first candidate of each person that has no error and is not registered already."""
    candidates = [(place, line) for place, p in enumerate(personas) for line in _candidates(empleador, nov, hoy, p)]
    bad = _refused(session, empleador, nov, hoy, [line for _, line in candidates])
    good: dict[int, list[str]] = {}
    for number, (place, line) in enumerate(candidates, 1):
        if number not in bad:
            good.setdefault(place, line)
    return list(good.values())


def _candidates(empleador: Quien, nov: Novedad, hoy: date, persona: _Persona) -> Iterator[list[str]]:
    """The movement's sample for that person, dated today where it has a date of its own, and as it stands."""
    cambia: dict[str, str] = {}
    if any(campo.nombre == "tipo_empleador" for campo in nov.campos):
        cambia["tipo_empleador"] = _TIPOS.get(empleador.tipo, "3")
    for dated in _dated(nov, hoy, persona):
        ids = {"ruc": empleador.ruc, "sucursal": f"{persona.sucursal:04d}", "cedula": f"{persona.cedula:010d}"}
        yield sample_line(nov, hoy, **ids, **cambia, **dated)


def _dated(nov: Novedad, hoy: date, persona: _Persona) -> list[dict[str, str]]:
    if not nov.fecha:
        return [{}]
    today = {nov.fecha: hoy.strftime("%Y%m%d")}
    if nov.efecto != OPENS:
        return [today, {}]
    example = render(nov.campo(nov.fecha).ejemplo, hoy)
    too_early = persona.salida is not None and example <= persona.salida.strftime("%Y%m%d")
    return [today] if too_early else [{}]


def _refused(session: Session, empleador: Quien, nov: Novedad, hoy: date, lines: list[list[str]]) -> set[int]:
    """The numbers, from 1, of the lines that would not be registered if they were sent now."""
    conn = session.connection()
    codigos = session.scalars(select(Sucursal.codigo).where(Sucursal.empleador_id == empleador.id))
    ctx = Contexto(empleador.ruc, hoy, frozenset(codigos), lambda asked: registered_foreigners(conn, asked))
    frame = pl.DataFrame(
        {"linea": range(1, len(lines) + 1), "texto": [";".join(line) for line in lines]},
        schema={"linea": pl.UInt32, "texto": pl.String},
    )
    problemas = check_chunk(frame, nov, ctx, Historia(conn, empleador.id), ";").problemas()
    return set(problemas.filter(pl.col("nivel") != "aviso")["linea"].to_list())
