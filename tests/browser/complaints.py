"""Complaints of the world (world.py), one in every state, and the figures of its months."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.modelos import Cuenta, Queja
from portal.soporte import quejas
from portal.soporte.cifras.cifras import fill_figures
from portal.soporte.quejas import Escrito, Quien

from .office import HOY, World

TEXTO = (
    "Envié el archivo de sueldos tres veces y no sé cuál vale.\n"
    "Llamé el lunes y el martes: nadie contestó antes de las once."
)
RESPUESTA = "Vale la primera: el portal no registra dos veces el mismo archivo. Desde hoy atienden dos agentes más."
#: name → days from the business date to its deadline
DUE = {"queja": 14, "queja-hoy": 0, "queja-vencida": -3, "queja-respondida": -10}


def complaints(world: World) -> None:
    """`{queja}` is the number and `{queja-token}` the address of one that was received; so of the others."""
    with world.database.reading() as session:
        who = session.scalars(select(Cuenta).where(Cuenta.identificacion == "1710010024")).one()
    for name in DUE:
        escrito = Escrito(TEXTO, world.lotes["registrado"], "lucia@correo.ec")
        token = f"{name:->22}"
        mine = Quien(who.id) if name != "queja" else Quien()
        quejas.file(world.database, token, escrito, mine, HOY, 10, world.reloj.ticking())
        world.lotes[f"{name}-token"] = token
    with world.database.writing() as session:
        for name, days in DUE.items():
            row = session.scalars(select(Queja).where(Queja.token == world.lotes[f"{name}-token"])).one()
            row.vence, world.lotes[name] = HOY + timedelta(days=days), quejas.numero(row)
            if name == "queja-respondida":
                row.respuesta, row.respondida_en = RESPUESTA, world.reloj.ticking()
    fill_figures(world.database, world.reloj.ticking())
