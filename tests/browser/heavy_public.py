"""Complaints and public figures as heavy as they ordinarily become, written into a portal's own database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from portal import clock
from portal.db import Database
from portal.modelos import CifraMensual, Queja
from portal.novedades import todas
from portal.revision.diccionario import entradas
from portal.soporte import quejas
from portal.soporte.cifras.cifras import TODAS, period_of
from portal.soporte.quejas import RESPUESTA, TEXTO, Escrito, Quien

from .world import HOY

MANY = 55
WORDS = "No contestó nadie en la agencia de Santo Domingo y el lote seguía sin respuesta el viernes por la tarde. "


def public(folder: Path) -> dict[str, str]:
    """Names of addresses: the longest complaint, followed and answered, and its number."""
    database = Database(f"sqlite:///{folder / 'portal.db'}")
    _figures(database)
    for n in range(2 * MANY):
        escrito = Escrito((f"{n} " + WORDS * 40)[: TEXTO[1]], "", "maria.fernanda.villavicencio@correo.ec")
        quejas.file(database, f"{n:022d}", escrito, Quien(), HOY, 10, clock.now())
    with database.writing() as session:
        for n, row in enumerate(session.query(Queja).order_by(Queja.id)):
            if n % 2:
                row.respondida_en, row.respuesta = clock.now(), (WORDS * 60)[: RESPUESTA[1]]
    with database.reading() as session:
        answered = quejas.followed(session, f"{1:022d}")
        assert answered is not None
        numero = quejas.numero(answered)
    database.engine.dispose()
    return {"complaint": f"/queja/{1:022d}", "answered": f"/supervision/quejas/{numero}"}


def _figures(database: Database) -> None:
    """Twelve months of all movements, each with other figures, and every code there is."""
    now = clock.now()
    periods = sorted({period_of(now - timedelta(days=28 * n)) for n in range(1, 13)})
    with database.writing() as session:
        for n, period in enumerate(periods):
            names = {
                name: _movement(31 * n + 7 * place) for place, name in enumerate([*sorted(todas()), TODAS], start=1)
            }
            codes = {code: [977 * (n + place), 11 + place] for place, code in enumerate(entradas())}
            kept = {"atenciones": 4_100 + 83 * n, "quejas": n % 3, "novedades": names, "codigos": codes}
            session.merge(CifraMensual(periodo=period, calculada_en=now, datos=kept | {"sin_terminar": 0}))


def _movement(seed: int) -> dict[str, int]:
    return {
        "revisados": 1_000 + 13 * seed,
        "registrados": 900 + 11 * seed,
        "primeros": 800 + 7 * seed,
        "bien": 500 + 5 * seed,
        "resultado_p50": 700 + 331 * seed,
        "resultado_p95": 6_000 + 977 * seed,
        "registro_p50": 400 + 173 * seed,
        "registro_p95": 9_000 + 769 * seed,
    }
