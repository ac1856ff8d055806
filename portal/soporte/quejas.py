"""Complaints: anyone files one, whoever has its address follows it, a supervisor answers it once, by a deadline."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.catalogos import add_working_days
from portal.cuentas.mascara import oculta
from portal.cuentas.signin import Problem
from portal.db import Database
from portal.lotes import numeros as de_lotes
from portal.lotes.vista.problema_dicho import hide_ids
from portal.modelos import Lote, Queja
from portal.soporte import numeros
from portal.soporte.rastro import rastro
from portal.soporte.rastro.rastro_leido import just_written

LETRA = "Q"
TEXTO, RESPUESTA, CONTACTO = (10, 2_000), (10, 4_000), 100  # characters: least and most; most
POR_PAGINA = 50
OWN = 10
#: the trail asks for a reason of a call; a complaint is none of those
MOTIVO = "otra"
_FORM_TOKEN = 16
_TOO_LONG_NUMBER = re.compile(r"[0-9]{9,}")
_RUC = re.compile(r"(?<![0-9])[0-9]{13}(?![0-9])")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Escrito:
    """What somebody wrote into the form."""

    texto: str
    lote: str = ""
    contacto: str = ""

    def tidy(self) -> Escrito:
        """Without what cannot be seen: line ends are `\\n`, the short fields are one line."""
        return Escrito(clean(self.texto), " ".join(clean(self.lote).split()), " ".join(clean(self.contacto).split()))


@dataclass(frozen=True)
class Quien:
    """For whom a complaint is filed by somebody who is signed in; both None for anyone else."""

    cuenta_id: int | None = None
    empleador_id: int | None = None


@dataclass(frozen=True)
class Pagina:
    """Complaints without an answer, the first to end first (`mas`: how many are not listed), and a page of the answered
    ones, newest first."""

    abiertas: list[Queja]
    mas: int
    filas: list[Queja]
    numero: int
    total: int

    @property
    def esperan(self) -> int:
        """How many wait for an answer."""
        return len(self.abiertas) + self.mas

    @property
    def paginas(self) -> int:
        return max(1, -(-self.total // POR_PAGINA))


def clean(text: str) -> str:
    """A text as it is stored: one kind of line end, no control characters, no space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines).strip()


def numero(queja: Queja) -> str:
    """`Q-000045-6`."""
    return numeros.written(LETRA, queja.id)


def problems(escrito: Escrito) -> list[Problem]:
    """What has to be corrected before it can be filed. Of a lote's number only the form is checked: whether the lote
    exists is not revealed here."""
    found = [_length("texto", escrito.texto, TEXTO, "lo que ocurrió")]
    if escrito.lote and de_lotes.tidy(escrito.lote) is None:
        short = "Ese número no es de un lote"
        found.append(Problem("lote", short, f"{short}. Cópielo del lote, con el último dígito, o déjelo vacío."))
    if escrito.contacto and not _reachable(escrito.contacto):
        short = "Ese contacto no es un correo ni un teléfono"
        found.append(Problem("contacto", short, f"{short}. Escriba uno de los dos o déjelo vacío."))
    return [problem for problem in found if problem]


def answer_problems(respuesta: str) -> list[Problem]:
    """The same of an answer: whoever has the complaint's address reads it, so no number of a person stands in it."""
    found = _length("respuesta", respuesta, RESPUESTA, "la respuesta")
    if found is None and _TOO_LONG_NUMBER.search(respuesta):
        short = "Quite las cédulas y otros números de personas"
        hint = "La respuesta no lleva números de 9 dígitos o más. Un lote se escribe con guiones: 2026-000123-7."
        found = Problem("respuesta", short, f"{short}. {hint}")
    return [found] if found else []


def _length(field: str, text: str, limits: tuple[int, int], what: str) -> Problem | None:
    least, most = limits
    if len(text) < least:
        return Problem(field, f"Escriba {what}", f"Escriba {what}: al menos {least} letras.")
    if len(text) > most:
        short = f"El texto tiene {len(text)} letras y caben {most}"
        return Problem(field, short, f"{short}. Acórtelo; lo más importante primero.")
    return None


def _reachable(contacto: str) -> bool:
    digits = re.sub(r"[\s().+-]", "", contacto)
    is_phone = digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15
    return len(contacto) <= CONTACTO and (is_phone or _MAIL.fullmatch(contacto) is not None)


def form_token() -> str:
    """A random value that tells one form from the next."""
    return secrets.token_urlsafe(_FORM_TOKEN)


def token_of(secret: str, formulario: str, escrito: Escrito) -> str:
    """The address of the complaint that this form with this text becomes: the same one however often it is sent,
    another one for another text. 128 bits derived from the portal's secret; random for a form that is not ours."""
    if len(formulario) < _FORM_TOKEN:
        return secrets.token_urlsafe(16)
    said = "\0".join(("queja", formulario, escrito.texto, escrito.lote, escrito.contacto))
    return urlsafe_b64encode(hmac.digest(secret.encode(), said.encode(), hashlib.sha256)[:16]).decode().rstrip("=")


def file(
    database: Database, token: str, escrito: Escrito, quien: Quien, hoy: date, habiles: int, now: datetime
) -> None:
    """Files a complaint for which `problems` is empty, to be answered within `habiles` working days. Idempotent: sent
    again, or twice concurrently, it is the same complaint."""
    values = {
        "token": token,
        "creada_en": now,
        "vence": add_working_days(hoy, habiles),
        "texto": escrito.texto,
        "contacto": escrito.contacto,
        "cuenta_id": quien.cuenta_id,
        "empleador_id": quien.empleador_id,
    }
    dialect = sqlite if database.is_sqlite else postgresql
    with database.writing() as session:
        lote_id = session.scalar(select(Lote.id).where(Lote.numero == (de_lotes.tidy(escrito.lote) or "")))
        row = dialect.insert(Queja).values(**values, lote_id=lote_id)
        session.execute(row.on_conflict_do_nothing(index_elements=["token"]))


def followed(session: Session, token: str) -> Queja | None:
    """The complaint of that address."""
    plain = token.isascii() and token.isprintable()
    return session.scalar(select(Queja).where(Queja.token == token)) if plain else None


def own(session: Session, cuenta_id: int) -> Sequence[Queja]:
    """The last ones that this account filed, newest first."""
    mine = select(Queja).where(Queja.cuenta_id == cuenta_id)
    return session.scalars(mine.order_by(Queja.id.desc()).limit(OWN)).all()


def find(session: Session, texto: str) -> Queja | None:
    """The complaint of that number, as it was typed or dictated."""
    queja_id = numeros.read(LETRA, texto)
    return session.get(Queja, queja_id) if queja_id is not None else None


def listed(session: Session, pagina: int) -> Pagina:
    """What supervisors have to do first, and what is done."""
    waits = Queja.respondida_en.is_(None)
    to_answer = session.scalar(select(func.count()).select_from(Queja).where(waits)) or 0
    answered = session.scalar(select(func.count()).select_from(Queja).where(~waits)) or 0
    first = session.scalars(select(Queja).where(waits).order_by(Queja.vence, Queja.id).limit(POR_PAGINA)).all()
    done = select(Queja).where(~waits).order_by(Queja.respondida_en.desc(), Queja.id.desc())
    rows = session.scalars(done.limit(POR_PAGINA).offset((pagina - 1) * POR_PAGINA)).all()
    return Pagina(list(first), to_answer - len(first), list(rows), pagina, answered)


def lote_of(session: Session, queja: Queja) -> str | None:
    """The number of the lote it is about, for supervisors."""
    return session.scalar(select(Lote.numero).where(Lote.id == queja.lote_id)) if queja.lote_id else None


def shown(queja: Queja) -> str:
    """The text as the staff may read it: cédulas and RUCs that slipped into it are hidden."""
    return _RUC.sub(lambda ruc: f"{oculta(ruc[0][:10])}001", hide_ids(queja.texto))


def note_look(database: Database, queja: Queja, que: str, cuenta_id: int, now: datetime) -> None:
    """Records that somebody of the staff saw a complaint (`ve_queja`) or its state (`estado_queja`); not again when the
    same page is only reloaded."""
    with database.writing() as session:
        rastro.one_at_a_time(session)
        if not just_written(session, que, cuenta_id, MOTIVO, queja.lote_id, now, numero(queja)):
            _trail(session, queja, que, cuenta_id, now)


def note_list(database: Database, cuenta_id: int, now: datetime) -> None:
    """Records that a supervisor saw which complaints there are; not again when the page is only reloaded."""
    with database.writing() as session:
        rastro.one_at_a_time(session)
        if not just_written(session, "ve_quejas", cuenta_id, MOTIVO, None, now):
            rastro.write(session, "ve_quejas", cuenta_id, MOTIVO, now)


def answer(database: Database, queja: Queja, respuesta: str, cuenta_id: int, now: datetime) -> bool:
    """Answers it. False when another answer was committed first: that one stays."""
    unanswered = update(Queja).where(Queja.id == queja.id, Queja.respondida_en.is_(None))
    with database.writing() as session:
        done = session.scalar(
            unanswered.values(respuesta=respuesta, respondida_en=now, respondida_por=cuenta_id).returning(Queja.id)
        )
        if done is not None:
            _trail(session, queja, "responde_queja", cuenta_id, now)
    return done is not None


def _trail(session: Session, queja: Queja, que: str, cuenta_id: int, now: datetime) -> None:
    about = {"empleador_id": queja.empleador_id, "lote_id": queja.lote_id}
    rastro.write(session, que, cuenta_id, MOTIVO, now, **about, detalle=numero(queja))
