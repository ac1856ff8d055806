"""The lines of a lote that are not clean, and those that were registered: paged, 50 a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.historia.hechos import Dato, own_day, shown, texts_of
from portal.lotes.efectos_dichos import number
from portal.lotes.vista.anulaciones import numbers as numbers_of_annulments
from portal.lotes.vista.consulta import POR_PAGINA
from portal.lotes.vista.problema_dicho import Dicho, say
from portal.modelos import Lote, Novedad, Problema
from portal.novedades import todas

#: filter → (title for one, title for many)
ESTADOS = {
    "error": ("línea con error", "líneas con error"),
    "aviso": ("línea con aviso", "líneas con avisos"),
    "repetida": ("línea repetida", "líneas repetidas"),
    "ya_registrada": ("línea ya registrada", "líneas ya registradas"),
    "cambiada": ("línea que dejó de estar correcta", "líneas que dejaron de estar correctas"),
    "registrada": ("línea registrada", "líneas registradas"),
}
_WHICH: dict[str, ColumnElement[bool]] = {
    "error": Problema.nivel == "error",
    "aviso": Problema.nivel == "aviso",
    "repetida": Problema.codigo == "DUP-01",
    "ya_registrada": Problema.codigo == "YA-01",
    "cambiada": Problema.al_registrar.is_(True),
}
#: codes whose lines have a list of their own
_OWN_LIST = {"DUP-01": "repetida", "YA-01": "ya_registrada"}


@dataclass(frozen=True)
class PaginaLineas:
    """`dichos`: per line what is said of it; or the `registradas` rows, with the number of what annulled them."""

    estado: str
    codigo: str
    numero: int
    total: int
    dichos: list[list[Dicho]]
    registradas: Sequence[Novedad] = ()
    anulaciones: Mapping[int, str] = field(default_factory=dict)

    @property
    def paginas(self) -> int:
        return max(1, -(-self.total // POR_PAGINA))

    @property
    def desde(self) -> int:
        return (self.numero - 1) * POR_PAGINA + 1

    @property
    def hasta(self) -> int:
        return min(self.numero * POR_PAGINA, self.total)


def to_download(lote: Lote) -> str:
    """The words of the link to the lines in error."""
    return f"Bajar {'la línea' if lote.con_error == 1 else f'las {number(lote.con_error or 0)}'} para corregir"


def lines_page(session: Session, lote: Lote, estado: str, codigo: str, pagina: int) -> PaginaLineas:
    """A page of the lines in that `estado`, all of them or those with one code."""
    if estado == "registrada":
        return _registered(session, lote, pagina)
    which = _problems(lote, estado, codigo)
    total = session.scalar(select(func.count(Problema.linea.distinct())).where(*which)) or 0
    lines = select(Problema.linea).where(*which).distinct().order_by(Problema.linea)
    numbers = list(session.scalars(lines.limit(POR_PAGINA).offset((pagina - 1) * POR_PAGINA)))
    return PaginaLineas(estado, codigo, pagina, total, _said(session, lote, numbers, estado))


def list_with(session: Session, lote: Lote, linea: int) -> str:
    """The list, a key of ESTADOS, on which a line is; that of errors when it is on none."""
    said = select(Problema.codigo, Problema.nivel).where(Problema.lote_id == lote.id, Problema.linea == linea)
    lists = {_OWN_LIST.get(codigo, nivel) for codigo, nivel in session.execute(said)}
    return next((estado for estado in ESTADOS if estado in lists), "error")


def page_with(session: Session, lote: Lote, estado: str, codigo: str, linea: int) -> int:
    """The number of the page of that list on which a line is, or would be."""
    if estado == "registrada":
        return _registered_before(session, lote, linea) // POR_PAGINA + 1
    these = _problems(lote, estado, codigo)
    before = select(func.count(Problema.linea.distinct())).where(*these, Problema.linea < linea)
    return (session.scalar(before) or 0) // POR_PAGINA + 1


def _registered_before(session: Session, lote: Lote, linea: int) -> int:
    """The number of registered lines before that one, counted from the nearer end of the file."""
    count = select(func.count()).select_from(Novedad).where(Novedad.lote_id == lote.id)
    if linea * 2 < (lote.leidas or 0):
        return session.scalar(count.where(Novedad.linea < linea)) or 0
    return lote.registradas - (session.scalar(count.where(Novedad.linea >= linea)) or 0)


def _problems(lote: Lote, estado: str, codigo: str) -> list[ColumnElement[bool]]:
    which = [Problema.lote_id == lote.id, _WHICH[estado]]
    return which + ([Problema.codigo == codigo] if codigo else [])


def _said(session: Session, lote: Lote, numbers: list[int], estado: str) -> list[list[Dicho]]:
    found = select(Problema).where(Problema.lote_id == lote.id, Problema.linea.in_(numbers), _WHICH[estado])
    said = say(
        session,
        lote.empleador_id,
        todas()[lote.movimiento],
        session.scalars(found.order_by(Problema.linea, Problema.id)),
    )
    return [[d for d in said if d.linea == number] for number in numbers]


def _registered(session: Session, lote: Lote, pagina: int) -> PaginaLineas:
    rows = registered_lines(session, lote, POR_PAGINA, (pagina - 1) * POR_PAGINA)
    by = numbers_of_annulments(session, (fila.anulacion_id for fila in rows))
    return PaginaLineas("registrada", "", pagina, lote.registradas, [], rows, by)


def fact_of(fila: Novedad) -> list[Dato]:
    """What a registered line without a number of its own says: its day, and what its movement tells of it."""
    nov, texts, day = todas()[fila.movimiento], texts_of(fila), own_day(fila)
    own = [Dato("fecha", day)] if day else []
    return own + [shown(nov.campo(name), texts[name]) for name in nov.hecho_campos]


def registered_lines(session: Session, lote: Lote, limit: int, offset: int = 0) -> Sequence[Novedad]:
    """Registered lines of a lote in the order of the file. The offset is skipped in the index from the nearer end: the
    first and the last page of a million lines cost the same."""
    left = lote.registradas - offset
    backwards = offset > left > 0
    here = select(Novedad.linea).where(Novedad.lote_id == lote.id)
    here = here.order_by(Novedad.linea.desc() if backwards else Novedad.linea)
    here = here.limit(min(limit, left)).offset(max(0, left - limit)) if backwards else here.limit(limit).offset(offset)
    found = select(Novedad).where(Novedad.lote_id == lote.id, Novedad.linea.in_(here.subquery().select()))
    return session.scalars(found.order_by(Novedad.linea)).all()
