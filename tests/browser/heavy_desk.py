"""Attentions as many as a page shows, with the longest of notes, in a portal's own database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.db import Database
from portal.modelos import Atencion, Cuenta, Lote
from portal.soporte.atencion import atenciones
from portal.soporte.atencion.nota import MAXIMO
from portal.soporte.motivos import MOTIVOS
from portal.soporte.supervision import redactar

MANY = 60
REWORDED = "IDE-02"
NOTE = "Vuelve a llamar cuando la contadora tenga el archivo corregido de la agencia del norte. "


def desk(folder: Path) -> dict[str, str]:
    """The address of an attention with a long history, beside many others of all reasons and codes."""
    database = Database(f"sqlite:///{folder / 'portal.db'}")
    with database.writing() as session:
        agent = session.scalars(select(Cuenta.id).where(Cuenta.rol == "soporte").order_by(Cuenta.id)).first()
        lotes = session.scalars(select(Lote).order_by(Lote.id)).all()
        assert agent is not None and lotes
        for n in range(MANY):
            lote, codigo = lotes[n % len(lotes)], ("SAL-02", "IDE-01", "YA-01", "MON-01", "ARC-06")[n % 5]
            row_id = atenciones.begin(session, agent, clock.now(), empleador_id=lote.empleador_id, lote_id=lote.id)
            said = {"motivo": list(MOTIVOS)[n % len(MOTIVOS)], "codigo": codigo, "nota": (NOTE * 4)[:MAXIMO]}
            resultado = ("abierta", "abierta", "escalada", "resuelta")[n % 4]
            atenciones.hang_up(session, row_id, agent, resultado=resultado, **said, now=clock.now())
        first = session.scalars(select(Atencion).order_by(Atencion.id)).first()
        assert first is not None
        for _ in range(12):
            atenciones.annotate(session, first.id, agent, NOTE, clock.now())
        place = f"/soporte/atenciones/{atenciones.numero(first.id)}"
        _reword(session, agent)
    database.engine.dispose()
    return {"attention": place, "wordings": f"/supervision/textos/{REWORDED}"}


def _reword(session: Session, cuenta_id: int) -> None:
    """As many wordings of a code as its page shows, each of the longest."""
    for n in range(redactar.SHOWN // 3):
        long = (f"Dice «{{valor}}» en su {n}.ª forma. " + NOTE * 4)[: redactar.MAXIMOS["causa"]]
        given = redactar.own(REWORDED) | dict.fromkeys(("causa", "arreglo", "telefono"), long)
        redactar.save(session, REWORDED, given, redactar.last_id(session, REWORDED), NOTE, cuenta_id, clock.now())
