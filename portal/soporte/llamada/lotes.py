"""A lote by its number, for an agent without a call code: state, times, counts, codes, and what to say of them.

Never ids, names, pay, RUC, the file's name, a line's number or its value: sentences and steps are those of the code
alone, as anyone may read them in the help pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.files.explain import Explicacion
from portal.lotes.efectos_dichos import count
from portal.lotes.numeros import tidy
from portal.lotes.vista import resultado
from portal.lotes.vista.consulta import find
from portal.lotes.vista.estado_dicho import sentence
from portal.lotes.vista.problema_dicho import explanation, hide_ids
from portal.modelos import Lote
from portal.novedades import todas
from portal.soporte.llamada import guion, pasos
from portal.soporte.llamada.guion import Guion
from portal.soporte.rastro import rastro
from portal.soporte.rastro.rastro_leido import just_written

#: states that are the result of a check
RESULTS = ("revisado", "rechazado")


@dataclass(frozen=True)
class ProblemaParaSoporte:
    """One problem code: in how many lines, what to say of it and what to dictate."""

    explicacion: Explicacion
    lineas: int
    guion: Guion


@dataclass(frozen=True)
class LoteParaSoporte:
    """All an agent sees of a lote without the caller's consent. `tardo`: from receipt to result, "" before there is
    one; `pasos`: what to dictate of its state; `no_se_registra`: it is the portal's own sample."""

    numero: str
    novedad: str
    estado: str
    dicho: str
    momentos: dict[str, datetime]
    tardo: str
    leidas: int | None
    correctas: int | None
    registradas: int
    con_error: int
    repetidas: int
    ya_registradas: int
    anuladas: int
    sha256: str
    problemas: list[ProblemaParaSoporte]
    falla: Explicacion | None
    falla_dicha: str
    pasos: tuple[str, ...]
    no_se_registra: bool

    @property
    def se_suma(self) -> bool:
        """Whether its counts add up to the lines read, and stay so."""
        return self.leidas is not None and self.correctas is not None and self.estado != "registrando"

    @property
    def buenas(self) -> str:
        """What its lines without error are called."""
        return "Registradas" if self.estado in ("registrado", "anulado") else "Correctas"

    def codigo(self, motivo: str) -> str:
        """The code a call for that reason is most likely about: of the whole file, of a problem people call about for
        it, else of most lines in error; "" for none, and for who only asks whether the file came."""
        if motivo == "llego":
            return ""
        if self.falla:
            return self.falla.codigo
        likely = [p for p in self.problemas if p.guion.motivo == motivo]
        errors = [p for p in self.problemas if p.explicacion.nivel == "error"]
        return next((p.explicacion.codigo for p in likely + errors), "")


def look(session: Session, numero: str) -> tuple[int, int, LoteParaSoporte] | None:
    """(lote id, empleador id, what may be seen); None when there is no such lote."""
    written = tidy(numero)
    lote = find(session, written, None) if written else None
    return (lote.id, lote.empleador_id, _view(session, lote)) if lote else None


def _view(session: Session, lote: Lote) -> LoteParaSoporte:
    fault, nov = resultado.fault(session, lote), todas()[lote.movimiento]
    counted = sorted((lote.por_codigo or {}).items(), key=lambda item: (-item[1], item[0]))
    momentos = resultado.moments(session, lote)
    return LoteParaSoporte(
        lote.numero,
        nov.nombre,
        lote.estado,
        sentence(lote),
        momentos,
        _lasted(momentos),
        lote.leidas,
        lote.correctas,
        lote.registradas,
        lote.con_error,
        lote.repetidas,
        lote.ya_registradas,
        lote.anuladas,
        lote.archivo.sha256,
        [ProblemaParaSoporte(explanation(session, codigo), n, guion.general(session, codigo)) for codigo, n in counted],
        fault.explicacion if fault else None,
        hide_ids(fault.telefono()) if fault else "",
        pasos.of_file(fault.codigo, nov, fault.datos) if fault else pasos.of_state(lote),
        lote.no_se_registra,
    )


def _lasted(momentos: Mapping[str, datetime]) -> str:
    """How long it took from receipt to the result of the check, in words."""
    end = next((momentos[state] for state in RESULTS if state in momentos), None)
    if end is None or "recibido" not in momentos:
        return ""
    seconds = round((end - momentos["recibido"]).total_seconds())
    if seconds < 60:
        return count(seconds, "segundo", "segundos") if seconds else "menos de un segundo"
    minutes = round(seconds / 60)
    if minutes < 60:
        return count(minutes, "minuto", "minutos")
    hours, rest = divmod(minutes, 60)
    said = [count(hours, "hora", "horas")] + ([count(rest, "minuto", "minutos")] if rest else [])
    return " y ".join(said)


def seen_just_now(session: Session, cuenta_id: int, lote_id: int, motivo: str, now: datetime) -> bool:
    """Whether this agent's look at this lote, for this reason, is recorded already. A page reloaded within a minute is
    the same look, so that people can read the trail."""
    return just_written(session, "ve_lote", cuenta_id, motivo, lote_id, now)


def write_down(session: Session, cuenta_id: int, lote_id: int, empleador_id: int, motivo: str, now: datetime) -> None:
    """Records that this agent looked at this lote, and why (a key of `motivos.MOTIVOS`)."""
    rastro.write(session, "ve_lote", cuenta_id, motivo, now, empleador_id=empleador_id, lote_id=lote_id)
