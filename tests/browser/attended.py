"""Attentions of every state in the world of the scenes, and who called about what."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.modelos import Cuenta, Lote
from portal.soporte.atencion import atenciones

from .office import World

#: name → how it ended (None: nobody hung up), reason, code, note
CALLS = {
    "atencion-en-curso": (None, "", None, ""),
    "atencion-abierta": ("abierta", "ceros", "IDE-01", "Vuelve a llamar cuando tenga el archivo corregido"),
    "atencion-escalada": ("escalada", "extemporanea", "SAL-02", "Pide saber si la multa corre"),
    "atencion-resuelta": ("resuelta", "llego", None, ""),
}


def attend(world: World) -> None:
    """One attention of each kind, of the agent; their numbers are with those of the lotes."""
    with world.database.writing() as session:
        agent = session.scalars(select(Cuenta.id).where(Cuenta.rol == "soporte").order_by(Cuenta.id)).first()
        lote = session.scalars(select(Lote).where(Lote.numero == world.lotes["con-errores"])).one()
        assert agent is not None
        for name, (resultado, motivo, codigo, nota) in CALLS.items():
            begun = world.reloj.ticking()
            row_id = atenciones.begin(session, agent, begun, empleador_id=lote.empleador_id, lote_id=lote.id)
            world.lotes[name] = atenciones.numero(row_id)
            if resultado:
                over = begun + timedelta(minutes=4)
                said = {"resultado": resultado, "motivo": motivo, "codigo": codigo, "nota": nota}
                atenciones.hang_up(session, row_id, agent, **said, now=over)
