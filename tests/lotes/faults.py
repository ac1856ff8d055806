"""A lote with some of everything, a second database to do it unbroken in, and all that a lote leaves behind."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from sqlalchemy import select

from portal import clock
from portal.db import Database
from portal.lotes.trabajo.decide import decide
from portal.modelos import Anulacion, Lote, LoteCambio, Novedad, Problema, Relacion, ResumenMes
from tests.columns.test_columns_law import with_check_digit
from tests.lotes.conftest import Office, make_config

CHUNKS = {"tramo_registro": 3, "tramo_lineas": 11, "reintentos": 1000}


def later(seconds):
    """A clock that is ahead."""
    return lambda: clock.now() + timedelta(seconds=seconds)


def workers(count, province=17):
    return [with_check_digit(f"{province:02d}{n:07d}") for n in range(1, count + 1)]


def make_office(database, tmp_path):
    return Office(database, make_config(tmp_path, **CHUNKS))


def some_of_everything(office, movimiento, count=60):
    """The lines of a file: good, repeated, contradicting, unreadable, refused by the history, registered before."""
    cedulas, strangers = workers(count), workers(3, province=9)
    office.hire(*cedulas[:3]) if movimiento == "ENT" else office.hire(*cedulas)
    other = {"ENT": {"cargo": "JEFE"}, "SAL": {"causa": "T"}, "MSU": {"sueldo": "800.00"}}[movimiento]
    before = cedulas[3:6]
    office.all_the_way(movimiento, [office.line(movimiento, c) for c in before])
    lines = [office.line(movimiento, c) for c in cedulas]
    lines[10:10] = [lines[5], "broken", office.line(movimiento, cedulas[20], **other), lines[8]]
    lines[30:30] = [office.line(movimiento, "0912791804"), office.line(movimiento, cedulas[4], **other), lines[28]]
    return lines + [office.line(movimiento, c, sucursal="9") for c in strangers]


def ready(office, movimiento, decided=True):
    """The id of such a lote, checked and decided (or only received)."""
    lote_id = office.send(movimiento, some_of_everything(office, movimiento)).lote_id
    if decided:
        assert office.check(lote_id).estado == "revisado"
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
    return lote_id


def run(job, office, url, lote_id, seconds_later=0, dies_at=0):
    """The job in a process of its own; its return code (-9: killed)."""
    with started(job, office, url, lote_id, seconds_later, dies_at) as process:
        return process.wait(120)


@contextmanager
def started(job, office, url, lote_id, seconds_later=0, dies_at=0):
    settings = CHUNKS | {"arriendo_segundos": office.config.arriendo_segundos}
    order = {"job": job, "url": url, "datos": str(office.config.datos), "lote_id": lote_id, "later": seconds_later}
    order |= {"dies_at": dies_at, "settings": settings}
    process = subprocess.Popen([sys.executable, "-m", "tests.lotes.job_process", json.dumps(order)])
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


@contextmanager
def twin(database, url):
    """The same database a second time, to see what an unbroken run makes of it."""
    database.engine.dispose()
    if database.is_sqlite:
        copy = url + ".twin"
        with (
            sqlite3.connect(url.removeprefix("sqlite:///")) as old,
            sqlite3.connect(copy.removeprefix("sqlite:///")) as new,
        ):
            old.backup(new)
    else:
        server, name = url.rsplit("/", 1)
        copy = f"{server}/{name}_twin"
        order(server, f"create database {name}_twin template {name}")
    other = Database(copy)
    try:
        yield other
    finally:
        other.engine.dispose()
        if not database.is_sqlite:
            order(server, f"drop database {name}_twin with (force)")


def order(server, statement):
    with psycopg.connect(server.replace("+psycopg", "") + "/postgres", autocommit=True) as connection:
        connection.execute(statement)


RELACION = ("sucursal", "cedula", "ingreso", "salida", "jornada", "sectorial", "lote_id", "linea")
RELACION += ("salida_lote_id", "salida_linea")
NOVEDAD = ("lote_id", "linea", "movimiento", "sucursal", "periodo", "cedula", "clave", "valor", "datos", "anulacion_id")
PROBLEMA = ("lote_id", "linea", "campo", "codigo", "nivel", "valor", "otra", "al_registrar")
RESUMEN = ("empleador_id", "sucursal", "periodo", "personas", "planilla")
ANULACION = ("numero", "lote_id", "estado", "hasta", "anuladas", "pedidas", "efectos", "impide", "arriendo_de")
LOTE = ("id", "estado", "vigente", "leidas", "revisadas", "correctas", "con_error", "repetidas", "ya_registradas")
LOTE += ("cambiadas", "anuladas")
LOTE += ("registradas", "hasta", "efectos", "por_codigo", "reparaciones", "entendido", "falla", "arriendo_de")


def left_behind(database):
    """Everything the lotes made, without row ids and instants."""

    def values(row, names):
        return tuple(getattr(row, name) for name in names)

    with database.reading() as s:
        relaciones = {r.id: (*values(r, RELACION), r.anulada_en is None) for r in s.scalars(select(Relacion))}
        novedades = [(*values(n, NOVEDAD), relaciones[n.relacion_id]) for n in s.scalars(select(Novedad))]
        return {
            "relaciones": sorted(relaciones.values(), key=str),
            "novedades": sorted(novedades, key=str),
            "problemas": sorted((values(p, PROBLEMA) for p in s.scalars(select(Problema))), key=str),
            "resumen": sorted(values(r, RESUMEN) for r in s.scalars(select(ResumenMes)) if r.personas or r.planilla),
            "anulaciones": [values(a, ANULACION) for a in s.scalars(select(Anulacion).order_by(Anulacion.id))],
            "lotes": [values(lote, LOTE) for lote in s.scalars(select(Lote).order_by(Lote.id))],
            "cambios": [(c.lote_id, c.de, c.a) for c in s.scalars(select(LoteCambio).order_by(LoteCambio.id))],
        }


def adds_up(lote):
    return lote.leidas == lote.registradas + lote.con_error + lote.repetidas + lote.ya_registradas
