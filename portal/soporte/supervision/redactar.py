"""New wordings for the dictionary, given by supervisors: checked, stored with who, when and why, never deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.files.explain import Explicacion
from portal.lotes.redacciones import PARTES, forget, in_force
from portal.modelos import Cuenta, TextoDiccionario
from portal.revision.diccionario import entradas
from portal.soporte.atencion import nota
from portal.soporte.rastro import rastro

#: part → (its name on the page, characters that fit)
NOMBRES = {"titulo": "Título", "causa": "Por qué ocurre", "arreglo": "Cómo se corrige", "telefono": "Por teléfono"}
MAXIMOS = {"titulo": 80, "causa": 300, "arreglo": 300, "telefono": 300}
MOTIVO = 5, 300
#: a page of the history
SHOWN = 20
_HOLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Redaccion:
    """One wording that was given to a part; `texto` None: back to the portal's own."""

    id: int
    parte: str
    texto: str | None
    en: datetime
    quien: str
    motivo: str


class CambioEntretanto(Exception):
    """Somebody else changed this code's texts since the page was opened."""


def own(codigo: str) -> dict[str, str]:
    """The portal's own texts of a code, by part."""
    words = entradas()[codigo].explicacion
    return {parte: str(getattr(words, parte)) for parte in PARTES}


def current(session: Session, codigo: str) -> dict[str, str]:
    """The texts in force, by part."""
    return own(codigo) | in_force(session).get(codigo, {})


def last_id(session: Session, codigo: str) -> int:
    """What grows with every change of a code's texts."""
    last = select(func.max(TextoDiccionario.id)).where(TextoDiccionario.codigo == codigo)
    return session.scalar(last) or 0


def history(session: Session, codigo: str, before: int = 0) -> list[Redaccion]:
    """The wordings that were given to a code, the latest first: a page of them, or those before a row's id."""
    rows = select(TextoDiccionario, Cuenta.nombre).join(Cuenta, Cuenta.id == TextoDiccionario.cuenta_id)
    rows = rows.where(TextoDiccionario.codigo == codigo)
    rows = rows.where(TextoDiccionario.id < before) if before else rows
    found = session.execute(rows.order_by(TextoDiccionario.id.desc()).limit(SHOWN))
    return [Redaccion(t.id, t.parte, t.texto, t.en, quien, t.motivo) for t, quien in found]


def earlier(session: Session, codigo: str, given_id: int) -> tuple[str, str] | None:
    """(part, text) of a wording of that code's history; the portal's own where the row went back to it."""
    found = session.scalar(
        select(TextoDiccionario).where(TextoDiccionario.id == given_id, TextoDiccionario.codigo == codigo)
    )
    if found is None or found.parte not in PARTES:
        return None
    return found.parte, found.texto if found.texto is not None else own(codigo)[found.parte]


def holes(codigo: str) -> list[str]:
    """The placeholders that this code's texts may use: those that the portal fills for it."""
    return list(dict.fromkeys(_HOLE.findall(" ".join(own(codigo).values()))))


def tidy(given: Mapping[str, str]) -> dict[str, str]:
    """As they are stored: each part one line. An empty part is the portal's own."""
    return {parte: nota.tidy(given.get(parte, "")) for parte in PARTES}


def worded(codigo: str, given: Mapping[str, str]) -> Explicacion:
    """The explanation as it would read; for the preview."""
    return replace(entradas()[codigo].explicacion, **{p: t for p, t in given.items() if t})


def faults(codigo: str, given: Mapping[str, str], motivo: str) -> list[tuple[str, str]]:
    """(field, what to do) of tidied texts that cannot be stored; the reason, too."""
    found = [(parte, said) for parte in PARTES if (said := _fault(codigo, parte, given[parte]))]
    return found + ([("motivo", said)] if (said := reason_fault(motivo)) else [])


def text_faults(codigo: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """The same of the texts alone: what a preview has to say."""
    return [(parte, said) for parte in PARTES if (said := _fault(codigo, parte, given[parte]))]


def _fault(codigo: str, parte: str, texto: str) -> str:
    name, most, known = NOMBRES[parte], MAXIMOS[parte], _known(codigo, parte)
    if len(texto) > most:
        return f"{name}: tiene {len(texto)} caracteres y caben {most}. Acórtelo"
    unknown = [hole for hole in _HOLE.findall(texto) if hole not in known]
    if unknown:
        can = ", ".join(f"{{{hole}}}" for hole in known)
        return f"{name}: {{{unknown[0]}}} no se puede llenar aquí. " + (f"Puede usar {can}" if can else "Quítelo")
    if re.search(r"[{}]", _HOLE.sub("", texto)):
        return f"{name}: hay una llave suelta. Cada dato va entre dos llaves, por ejemplo {{linea}}"
    if nota.personal_data(texto) and texto != own(codigo)[parte]:
        return f"{name}: lleva un número de nueve cifras o más, o un correo. Quítelo: aquí no van datos de personas"
    return ""


def _known(codigo: str, parte: str) -> list[str]:
    """Titles stand alone in lists: nothing is filled in them."""
    return [] if parte == "titulo" else holes(codigo)


def reason_fault(motivo: str) -> str:
    """What is wrong with a reason, tidied; nothing when it may be kept."""
    least, most = MOTIVO
    if not least <= len(motivo) <= most:
        return f"Escriba por qué cambia el texto, de {least} a {most} caracteres"
    return "Quite del motivo los números de personas y los correos" if nota.personal_data(motivo) else ""


def save(
    session: Session,
    codigo: str,
    given: Mapping[str, str],
    seen: int,
    motivo: str,
    cuenta_id: int,
    now: datetime,
) -> Sequence[str]:
    """Keeps the parts that are not as they stand, and writes it down; the parts that changed. `given` and `motivo` have
    no faults. `seen`: `last_id` of when the texts were read. Raises CambioEntretanto."""
    if last_id(session, codigo) != seen:
        raise CambioEntretanto
    mine, stands = own(codigo), in_force(session).get(codigo, {})
    wanted = {parte: given[parte] if given[parte] != mine[parte] else "" for parte in PARTES}
    changed = [parte for parte in PARTES if wanted[parte] != stands.get(parte, "")]
    if changed:
        rastro.write(session, "cambia_texto", cuenta_id, "otra", now, detalle=codigo)
        if last_id(session, codigo) != seen:  # somebody was writing just now: the trail lets one in at a time
            raise CambioEntretanto
        _add(session, codigo, {parte: wanted[parte] or None for parte in changed}, cuenta_id, motivo, now)
    return changed


def _add(
    session: Session, codigo: str, texts: Mapping[str, str | None], cuenta_id: int, motivo: str, now: datetime
) -> None:
    given = {"codigo": codigo, "en": now, "cuenta_id": cuenta_id, "motivo": motivo}
    session.add_all([TextoDiccionario(parte=parte, texto=texto, **given) for parte, texto in texts.items()])
    session.flush()
    forget(session)
