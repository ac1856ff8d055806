"""The life of a guided call: a code to say aloud, a shared view, an end.

A call lives as long as the visit that asked for it acts for the same empleador, and no longer than its time limit.
Whoever signs out, changes the RUC or cuts is no longer watched, whatever the agent's page still shows.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session
from stdnum import damm

from portal.cuentas.empleadores import ambito_of
from portal.cuentas.sesiones import ABSOLUTE, token_digest
from portal.db import Database
from portal.modelos import Ambito, Llamada, Lote, Problema, Rastro, Sesion
from portal.soporte.atencion import atenciones
from portal.soporte.motivos import GUIADA
from portal.soporte.rastro import rastro

CODE = timedelta(minutes=15)
VIEW = timedelta(minutes=15)
LONGEST = max(CODE, VIEW)
DIGITS = 6
TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)


class CodigoMal(ValueError):
    """Why a code opens nothing, in words for the agent."""


class DemasiadosCodigos(CodigoMal):
    """The code was not checked: this agent typed too many wrong ones lately."""


def ask(session: Session, secret: str, token: str, cuenta_id: int, empleador_id: int, now: datetime) -> Llamada:
    """A new code for the visit of `token`, instead of the one it may have had."""
    visit = session.scalars(select(Sesion).where(Sesion.token_sha256 == token_digest(token))).one()
    if visit.llamada_id is not None:
        end(session, visit.llamada_id, "otro_codigo", now)
    semilla = _unused(session, secret)
    llamada = Llamada(cuenta_id=cuenta_id, empleador_id=empleador_id, semilla=semilla, pedida_en=now)
    llamada.huella, llamada.vence_en = _mark(secret, code(secret, semilla)), now + CODE
    session.add(llamada)
    session.flush()
    visit.llamada_id = llamada.id
    return llamada


def code(secret: str, semilla: str) -> str:
    """The code of a call: `482913-7`, six digits and their Damm digit, which detects every single slip and swap."""
    number = int.from_bytes(_hmac(secret, f"codigo:{semilla}"), "big") % 10**DIGITS
    return f"{number:0{DIGITS}d}-{damm.calc_check_digit(f'{number:0{DIGITS}d}')}"


def tidy(typed: str) -> str | None:
    """What an agent typed (`482 913 7`) as a code, or None when it cannot be one."""
    digits = re.sub(r"[\s.\-·]", "", typed)
    ok = len(digits) == DIGITS + 1 and digits.isascii() and digits.isdigit() and damm.is_valid(digits)
    return f"{digits[:-1]}-{digits[-1]}" if ok else None


def take(session: Session, secret: str, typed: str, agente_id: int, now: datetime) -> Llamada | None:
    """The agent's use of a code: opens the call, begins its attention, writes the trail. None: no call waits for such a
    code, which is recorded too, as a try. Raises CodigoMal when it was not even tried."""
    written = tidy(typed)
    if written is None:
        raise CodigoMal("Ese número no es un código de llamada: repita los seis dígitos y el verificador")
    if of_agent(session, agente_id, now) is not None:
        raise CodigoMal("Usted tiene una llamada abierta: córtela antes de abrir otra")
    if wrong_tries(session, agente_id, now) >= TRIES:
        raise DemasiadosCodigos("Escribió varios códigos que no existen: espere 15 minutos o pida ayuda a supervisión")
    llamada = session.scalar(_alive(now).where(Llamada.huella == _mark(secret, written)).with_for_update(of=Llamada))
    if llamada is None:
        rastro.write(session, "codigo_errado", agente_id, GUIADA, now)
        return None
    llamada.huella, llamada.agente_id, llamada.atendida_en = None, agente_id, now
    llamada.vence_en, llamada.version = now + VIEW, llamada.version + 1
    session.flush()
    about: dict[str, Any] = {"empleador_id": llamada.empleador_id, "llamada_id": llamada.id}
    atenciones.begin(session, agente_id, now, lote_id=llamada.lote_id, **about)
    rastro.write(session, "entra_llamada", agente_id, GUIADA, now, **about)
    return llamada


def wrong_tries(session: Session, agente_id: int, now: datetime) -> int:
    """The number of unknown codes that this agent typed lately, counted in the append-only trail."""
    lately = (Rastro.en > now - TRIES_WITHIN, Rastro.en <= now)  # none in the future: the clock may have been set back
    mine = (Rastro.cuenta_id == agente_id, *lately, Rastro.que == "codigo_errado")
    return session.scalar(select(func.count()).select_from(Rastro).where(*mine)) or 0


def of_visit(session: Session, llamada_id: int | None, empleador_id: int, now: datetime) -> Llamada | None:
    """The call that a visit has open, waiting or guided."""
    if llamada_id is None:
        return None
    return session.scalar(_alive(now).where(Llamada.id == llamada_id, Llamada.empleador_id == empleador_id))


def of_agent(session: Session, agente_id: int, now: datetime) -> Llamada | None:
    """The call that an agent has open."""
    mine = _alive(now).where(Llamada.agente_id == agente_id)
    return session.scalar(mine.order_by(Llamada.id.desc()).limit(1))


def end(session: Session, llamada_id: int, termino: str, now: datetime) -> bool:
    """Ends the view and invalidates the code. False: it had ended before, and stays as it was."""
    open_one = update(Llamada).where(Llamada.id == llamada_id, Llamada.terminada_en.is_(None))
    ended = open_one.values(terminada_en=now, termino=termino, huella=None, version=Llamada.version + 1)
    first = bool(session.execute(ended).rowcount)  # type: ignore[attr-defined]  # a CursorResult
    session.execute(update(Sesion).where(Sesion.llamada_id == llamada_id).values(llamada_id=None))
    return first


def moved(session: Session, llamada_id: int, pagina: str, numero: str | None, now: datetime) -> None:
    """The caller opened another page: `pagina` is its endpoint, `numero` the lote's when it is a lote's page."""
    llamada = session.scalar(select(Llamada).where(Llamada.id == llamada_id).with_for_update())
    if llamada is None or llamada.terminada_en is not None or llamada.vence_en <= now:
        return
    lote_id = _own_lote(session, llamada, numero) or llamada.lote_id
    if (pagina, lote_id) != (llamada.pagina, llamada.lote_id):
        _look_at(llamada, lote_id)
        llamada.pagina, llamada.version = pagina, llamada.version + 1


def show(session: Session, llamada: Llamada, numero: str) -> bool:
    """The agent opens a lote of the caller's beside the caller's page. False: the caller sees no such lote."""
    lote_id = _own_lote(session, llamada, numero)
    if lote_id is None:
        return False
    _look_at(llamada, lote_id)
    llamada.version += 1
    return True


def permit(session: Session, llamada_id: int, yes: bool, now: datetime) -> None:
    """The caller lets the agent see ids and pay, or no longer."""
    mine = update(Llamada).where(Llamada.id == llamada_id, Llamada.terminada_en.is_(None))
    session.execute(mine.values(permiso_en=now if yes else None, version=Llamada.version + 1))


def point(session: Session, llamada: Llamada, linea: int | None, campo: str | None, now: datetime) -> bool:
    """The agent points at a line, or a field of it, in the lote both look at; None takes it away. False: nothing is
    said of such a line there, so that there is nothing to point at."""
    if linea is not None:
        said = select(Problema.id).where(Problema.lote_id == llamada.lote_id, Problema.linea == linea)
        if session.scalar((said.where(Problema.campo == campo) if campo else said).limit(1)) is None:
            return False
    llamada.marca_linea, llamada.marca_campo = linea, campo if linea is not None else None
    llamada.version += 1
    rastro.write(
        session,
        "senala" if linea is not None else "deja_de_senalar",
        int(llamada.agente_id or 0),
        GUIADA,
        now,
        empleador_id=llamada.empleador_id,
        lote_id=llamada.lote_id,
        llamada_id=llamada.id,
        detalle=f"línea {linea}" if linea is not None else "",
    )
    return True


def expire(database: Database, now: datetime) -> int:
    """Ends the calls whose time is over, or whose visit is; returns their number. A call whose end is too far in the
    future, because the clock was set back, ends as if it had begun now."""
    with database.reading() as session:
        too_long = select(Llamada.id).where(Llamada.terminada_en.is_(None), Llamada.vence_en > now + LONGEST)
        late = list(session.scalars(too_long))
        ids = list(session.scalars(select(Llamada.id).where(Llamada.terminada_en.is_(None), Llamada.vence_en <= now)))
        alive = _alive(now).with_only_columns(Llamada.id)
        left = select(Llamada.id).where(Llamada.terminada_en.is_(None), Llamada.vence_en > now)
        gone = list(session.scalars(left.where(Llamada.id.not_in(alive))))
    if not ids and not gone and not late:
        return 0
    with database.writing() as session:
        session.execute(update(Llamada).where(Llamada.id.in_(late)).values(vence_en=now + LONGEST))
        return sum(end(session, one, "tiempo", now) for one in ids) + sum(
            end(session, one, "salida", now) for one in gone
        )


def _look_at(llamada: Llamada, lote_id: int | None) -> None:
    if lote_id != llamada.lote_id:
        llamada.lote_id, llamada.marca_linea, llamada.marca_campo = lote_id, None, None


def of_caller(session: Session, llamada: Llamada) -> Ambito:
    """What the caller sees; both sides of a call see no more."""
    return ambito_of(session, llamada.cuenta_id, llamada.empleador_id)


def _own_lote(session: Session, llamada: Llamada, numero: str | None) -> int | None:
    mine = of_caller(session, llamada).de(Lote)
    return session.scalar(select(Lote.id).where(Lote.numero == numero, *mine)) if numero else None


def _alive(now: datetime) -> Select[Llamada]:
    visit = (Sesion.llamada_id == Llamada.id) & (Sesion.empleador_id == Llamada.empleador_id)
    open_visit = (Sesion.cerrada_en.is_(None), Sesion.creada_en > now - ABSOLUTE)
    in_time = (Llamada.terminada_en.is_(None), Llamada.vence_en > now)
    return select(Llamada).join(Sesion, visit).where(*in_time, *open_visit)


def _unused(session: Session, secret: str) -> str:
    """A seed whose code no other call waits for."""
    while True:
        semilla = secrets.token_hex(16)
        same = select(Llamada.id).where(Llamada.huella == _mark(secret, code(secret, semilla)))
        if session.scalar(same) is None:
            return semilla


def _mark(secret: str, written: str) -> str:
    """The keyed hash of a code in the table: whoever reads the table cannot recover the code."""
    return _hmac(secret, f"huella:{written}").hex()


def _hmac(secret: str, said: str) -> bytes:
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).digest()
