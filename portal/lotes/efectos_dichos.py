"""What lines do, or did, in words: the same for the preview, the registered page, the receipt and the annulments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.historia.cifras import SUELDOS
from portal.modelos import Ambito
from portal.novedades import Novedad
from portal.novedades.comunes import MESES_SIN_VER

PERIODOS = 12
#: movement's effect → in what its lines are counted; the others add up cents
SETS_PAY, IN_SUELDOS = "fija_sueldo", " en sueldos nuevos"
UNIDADES = {"fija_dias": ("día", "días"), "fija_horas": ("hora", "horas")}
Efectos = Mapping[str, Any]


@dataclass(frozen=True)
class Frase:
    """A sentence with `{}` where each of `montos` (cents) goes: pages write money. `clase`: "warning" or none."""

    texto: str
    montos: tuple[int, ...] = ()
    clase: str = ""


@dataclass(frozen=True)
class FilaPeriodo:
    """The lines of one period (AAAAMM) and what they add up to; None where nothing is added up."""

    periodo: int
    lineas: int
    suma: Frase | None


def effects(nov: Novedad, efectos: Efectos | None, done: bool, ambito: Ambito | None = None) -> list[Frase]:
    """What registering does (or did), to whoever sees that much (None: all). What is only to be looked at before the
    decision is not said afterwards."""
    if not efectos or not efectos.get("lineas"):
        return []
    said = [*EFECTOS[nov.efecto](efectos, done), *_payroll(nov, efectos, done, ambito)]
    return said if done else said + _unheard_of(efectos)


def undone(nov: Novedad, efectos: Efectos | None, done: bool, ambito: Ambito | None = None) -> list[Frase]:
    """What annulling does (or did), to whoever sees that much (None: all)."""
    if not efectos or not efectos.get("lineas"):
        return []
    return [ANULADOS[nov.efecto](efectos, done), *_payroll(nov, efectos, done, ambito)]


def by_period(nov: Novedad, efectos: Efectos | None) -> tuple[list[FilaPeriodo], int]:
    """The first periods of several, and how many more there are; nothing for one alone."""
    periodos: Mapping[str, list[int]] = (efectos or {}).get("periodos") or {}
    if len(periodos) < 2:
        return [], 0
    filas = [FilaPeriodo(int(p), n, amount(nov, total)) for p, (n, total) in sorted(periodos.items())]
    return filas[:PERIODOS], max(0, len(filas) - PERIODOS)


def amount(nov: Novedad, total: int) -> Frase | None:
    """A sum in the unit of the movement: USD, days or hours. Of sueldos it is what they add up to, not what changes."""
    if nov.valor is None:
        return None
    if nov.efecto in UNIDADES:
        return Frase(count(total, *UNIDADES[nov.efecto]))
    return Frase("USD\u00a0{}" + (IN_SUELDOS if nov.efecto == SETS_PAY else ""), (total,))


def unit(nov: Novedad) -> str:
    """What a column of its values is headed with; "" where there are none."""
    if nov.valor is None:
        return ""
    return UNIDADES[nov.efecto][1].capitalize() if nov.efecto in UNIDADES else "USD"


# --- what each effect does -------------------------------------------------------------------------------------------
def _opens(e: Efectos, done: bool) -> list[Frase]:
    return [Frase(f"{_se(e, 'abrió', 'abrieron', 'abre', 'abren', done)} {_relaciones(e)}.")]


def _closes(e: Efectos, done: bool) -> list[Frase]:
    return [Frase(f"{_se(e, 'cerró', 'cerraron', 'cierra', 'cierran', done)} {_relaciones(e)}.")]


def _changes(e: Efectos, done: bool) -> list[Frase]:
    return [Frase(f"{_se(e, 'cambió', 'cambiaron', 'cambia', 'cambian', done)} de tipo {_relaciones(e)}.")]


def _sets(e: Efectos, done: bool) -> list[Frase]:
    said: list[Frase] = []
    if rise := e.get("suben", 0):
        verb = _verb(rise, "Subió", "Subieron", "Sube", "Suben", done)
        said.append(Frase(f"{verb} {count(rise, 'sueldo', 'sueldos')}."))
    if fall := e.get("bajan", 0):
        verb, much = _verb(fall, "Bajó", "Bajaron", "Baja", "Bajan", done), e.get("bajan_mucho", 0)
        texto = f"{verb} {count(fall, 'sueldo', 'sueldos')}{_by_half(fall, much)}."
        said.append(Frase(texto, (), "warning" if much else ""))
    past = e.get("pasadas", 0)
    if same := e["lineas"] - rise - fall - past:
        verb = _verb(same, "dejó", "dejaron", "deja", "dejan", done)
        said.append(Frase(f"{count(same, 'línea', 'líneas')} {verb} igual el sueldo de hoy."))
    if past:
        verb = _verb(past, "fijó", "fijaron", "fija", "fijan", done)
        said.append(
            Frase(f"{count(past, 'línea', 'líneas')} {verb} el sueldo de meses pasados; la planilla de hoy no cambia.")
        )
    return said


def _by_half(fall: int, much: int) -> str:
    if not much:
        return ""
    if much == fall:
        return ", más de la mitad" if fall == 1 else ", todos más de la mitad"
    return f", {number(much)} de ellos más de la mitad"


def _adds(e: Efectos, done: bool) -> list[Frase]:
    verb = "sumaron" if done else "suman"
    return [Frase(f"Se {verb} USD\u00a0{{}} en {count(e['lineas'], 'línea', 'líneas')}.", (e["suma"],))]


def _days(e: Efectos, done: bool) -> list[Frase]:
    verb, n = _se_sum(e, "registró", "registraron", "registra", "registran", done), e["suma"]
    return [Frase(f"{verb} {count(n, 'día no laborado', 'días no laborados')}.")]


def _hours(e: Efectos, done: bool) -> list[Frase]:
    verb = _se_sum(e, "registró", "registraron", "registra", "registran", done)
    return [Frase(f"{verb} {count(e['suma'], 'hora', 'horas')}.")]


def _payroll(nov: Novedad, e: Efectos, done: bool, ambito: Ambito | None) -> list[Frase]:
    """The change is made of the sueldos that stand: of an ENT those are its own, else those of ENT and MSU."""
    change = e.get("planilla", 0)
    if not change or (ambito and nov.efecto != "abre_relacion" and not ambito.ve(*SUELDOS)):
        return []
    verb = ("subió" if done else "sube") if change > 0 else ("bajó" if done else "baja")
    return [Frase(f"La planilla {verb} USD\u00a0{{}} al mes.", (abs(change),))]


def _unheard_of(e: Efectos) -> list[Frase]:
    n = e.get("sin_ver", 0)
    if not n:
        return []
    first = [number(linea) for linea in e.get("sin_ver_lineas", [])]
    which = _listed(first + ([f"{number(n - len(first))} más"] if n > len(first) else []))
    they = "es de un trabajador que no tenía" if n == 1 else "son de trabajadores que no tenían"
    texto = f"{count(n, 'línea', 'líneas')} {they} novedades desde hace más de {MESES_SIN_VER} meses: {which}."
    return [Frase(texto, (), "warning")]


EFECTOS = {
    "abre_relacion": _opens,
    "cierra_relacion": _closes,
    "fija_sueldo": _sets,
    "suma_al_periodo": _adds,
    "fija_dias": _days,
    "fija_horas": _hours,
    "cambia_relacion": _changes,
}


# --- what annulling each takes back ----------------------------------------------------------------------------------
def _hires_void(e: Efectos, done: bool) -> Frase:
    one, many = count(e["lineas"], "entrada", "entradas"), "esas relaciones de trabajo ya no constan"
    verb = _verb(e["lineas"], "Quedó", "Quedaron", "Queda", "Quedan", done)
    return Frase(f"{verb} sin efecto {one}: {'esa relación de trabajo ya no consta' if e['lineas'] == 1 else many}.")


def _reopens(e: Efectos, done: bool) -> Frase:
    return Frase(f"{_se(e, 'reabrió', 'reabrieron', 'reabre', 'reabren', done)} {_relaciones(e)}.")


def _sueldo_back(e: Efectos, done: bool) -> Frase:
    changes = count(e["lineas"], "cambio de sueldo", "cambios de sueldo")
    verb, back = _verb(e["lineas"], "Quedó", "Quedaron", "Queda", "Quedan", done), "volvió" if done else "vuelve"
    return Frase(f"{verb} sin efecto {changes}: {back} el sueldo anterior.")


def _takes_away(e: Efectos, done: bool) -> Frase:
    verb = "restaron" if done else "restan"
    return Frase(f"Se {verb} USD\u00a0{{}} en {count(e['lineas'], 'línea', 'líneas')}.", (e["suma"],))


def _days_away(e: Efectos, done: bool) -> Frase:
    verb = _se_sum(e, "quitó", "quitaron", "quita", "quitan", done)
    return Frase(f"{verb} {count(e['suma'], 'día no laborado', 'días no laborados')}.")


def _hours_away(e: Efectos, done: bool) -> Frase:
    return Frase(f"{_se_sum(e, 'quitó', 'quitaron', 'quita', 'quitan', done)} {count(e['suma'], 'hora', 'horas')}.")


def _changes_back(e: Efectos, done: bool) -> Frase:
    verb = _verb(e["lineas"], "Volvió", "Volvieron", "Vuelve", "Vuelven", done)
    return Frase(f"{verb} a su tipo anterior {_relaciones(e)}.")


ANULADOS = {
    "abre_relacion": _hires_void,
    "cierra_relacion": _reopens,
    "fija_sueldo": _sueldo_back,
    "suma_al_periodo": _takes_away,
    "fija_dias": _days_away,
    "fija_horas": _hours_away,
    "cambia_relacion": _changes_back,
}


# --- words -----------------------------------------------------------------------------------------------------------
def number(n: int) -> str:
    """1200 → `1 200` with a thin space."""
    return f"{n:,}".replace(",", "\u202f")


def count(n: int, one: str, many: str) -> str:
    """`1 línea`, `1 200 líneas`."""
    return f"{number(n)} {one if n == 1 else many}"


def _relaciones(e: Efectos) -> str:
    return count(e["lineas"], "relación de trabajo", "relaciones de trabajo")


def _verb(n: int, past: str, pasts: str, present: str, presents: str, done: bool) -> str:
    return (past if n == 1 else pasts) if done else (present if n == 1 else presents)


def _se(e: Efectos, past: str, pasts: str, present: str, presents: str, done: bool) -> str:
    return "Se " + _verb(e["lineas"], past, pasts, present, presents, done)


def _se_sum(e: Efectos, past: str, pasts: str, present: str, presents: str, done: bool) -> str:
    return "Se " + _verb(e["suma"], past, pasts, present, presents, done)


def _listed(parts: list[str]) -> str:
    """`3`, `3 y 17`, `3, 17 y 20`."""
    return " y ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
