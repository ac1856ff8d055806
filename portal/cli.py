"""Commands for operators: `flask --app wsgi …`. They log to stderr and print their answer to stdout."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from flask import Flask, current_app

from portal import clock
from portal.config import Config
from portal.cuentas.altas import save_afiliados, save_cuenta
from portal.db import Database
from portal.demo import fill
from portal.files.columns import Contexto
from portal.files.reader import Limites
from portal.lotes.consulta import find
from portal.lotes.numeros import tidy
from portal.lotes.sweeper import requeue
from portal.novedades import todas
from portal.revision.offline import Informe, check_file, like_foreigners


def register_commands(app: Flask) -> None:
    """Hang the commands on the application."""
    app.cli.add_command(demo)
    app.cli.add_command(lotes)
    app.cli.add_command(cuentas)
    app.cli.add_command(personas)
    app.cli.add_command(revisar)


def _services() -> tuple[Database, Config]:
    return current_app.extensions["portal_database"], current_app.config["PORTAL"]


@click.command()
@click.option("--formato", type=click.Choice(["texto", "json"]), default="texto")
def demo(formato: str) -> None:
    """Fills the demonstration data and prints its accounts. Doing it again changes nothing."""
    database, config = _services()
    if config.produccion:
        raise click.ClickException("Los datos de demostración no se cargan con PORTAL_ENTORNO=produccion.")
    accounts = fill(database, config)
    if formato == "json":
        click.echo(json.dumps(accounts, ensure_ascii=False, indent=1))
        return
    for account in accounts:
        rucs = ", ".join(account["rucs"]) if isinstance(account["rucs"], list) else ""
        click.echo(f"  {account['rol']:<10} {account['identificacion']}  clave {account['clave']}  {rucs}".rstrip())


@click.command()
@click.argument("archivo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--movimiento", type=click.Choice(list(todas()), case_sensitive=False), required=True)
@click.option("--ruc", required=True, help="el RUC que deben llevar las líneas")
@click.option("--hoy", type=click.DateTime(["%Y-%m-%d"]), help="la fecha con que se juzga; si no, la de hoy")
@click.option("--formato", type=click.Choice(["texto", "json"]), default="texto")
@click.pass_context
def revisar(ctx: click.Context, archivo: Path, movimiento: str, ruc: str, hoy: datetime | None, formato: str) -> None:
    """Checks a file by the same rules, without a database. Exit status: 0 no errors, 1 errors, 2 unreadable."""
    config: Config = current_app.config["PORTAL"]
    contexto = Contexto(
        ruc,
        hoy.date() if hoy else config.hoy(),
        extranjeros=like_foreigners,
        plazo_entrada=config.plazo_entrada_dias,
        plazo_habiles=config.plazo_habiles,
        extemporanea=config.extemporanea_dias,
    )
    limites = Limites(config.max_bytes, config.max_lineas)
    informe = check_file(archivo.read_bytes(), archivo.name, todas()[movimiento.upper()], contexto, limites)
    click.echo(json.dumps(informe.as_dict(), ensure_ascii=False, indent=1) if formato == "json" else _report(informe))
    ctx.exit(informe.salida)


def _report(informe: Informe) -> str:
    """The report as people read it, a line each problem."""
    if informe.falla:
        return f"{informe.falla['codigo']} {informe.falla['causa']} {informe.falla['arreglo']}"
    rows = [f"{informe.movimiento}: {informe.entendido}"]
    rows += [f"línea {p.linea}: {p.codigo} ({p.nivel}) {p.titulo}. {p.causa} {p.arreglo}" for p in informe.problemas]
    rows += [f"{r['codigo']} {r['que']}, campo {r['campo']}: {r['lineas']}" for r in informe.reparaciones]
    rows.append(
        f"{informe.leidas} leídas = {informe.correctas} correctas + {informe.con_error} con error "
        f"+ {informe.repetidas} repetidas"
    )
    return "\n".join(rows)


@click.group()
def lotes() -> None:
    """Lotes que necesitan una mano."""


@lotes.command()
@click.argument("numero")
def reencolar(numero: str) -> None:
    """Gives a `fallido` lote its tries back; the sweeper rings for it."""
    database, _ = _services()
    written = tidy(numero)
    with database.reading() as session:
        lote = find(session, written, None) if written else None
    if lote is None:
        raise click.ClickException(f"No hay un lote con el número «{numero}».")
    if lote.estado != "fallido":
        raise click.ClickException(f"El lote {lote.numero} está «{lote.estado}»: solo se reencola uno «fallido».")
    requeue(database, lote.id, clock.now())
    click.echo(f"El lote {lote.numero} vuelve a intentarse.")


@click.group()
def personas() -> None:
    """Personas que el instituto conoce."""


@personas.command()
@click.argument("archivo", type=click.File(encoding="utf-8-sig"))
def importar(archivo: TextIO) -> None:
    """Imports a CSV with the columns identificacion, nombre, extranjero (si or no). Doing it again changes nothing."""
    database, _ = _services()
    with database.writing() as session:
        total = save_afiliados(session, _people(archivo))
    click.echo(f"Personas importadas: {total}.")


def _people(archivo: TextIO) -> Iterator[tuple[int, str | None, bool]]:
    """The rows of the file; ClickException with the line and what is wrong there: nothing is imported then."""
    reader = csv.DictReader(archivo)
    missing = {"identificacion", "extranjero"} - set(reader.fieldnames or ())
    if missing:
        raise click.ClickException("Faltan columnas en el encabezado: " + ", ".join(sorted(missing)) + ".")
    for row in reader:
        identificacion, foreign = (row["identificacion"] or "").strip(), (row["extranjero"] or "").strip().lower()
        if not (len(identificacion) == 10 and identificacion.isascii() and identificacion.isdigit()):
            raise click.ClickException(f"Línea {reader.line_num}: la identificación debe tener 10 dígitos.")
        if foreign not in ("si", "sí", "no"):
            raise click.ClickException(f"Línea {reader.line_num}: en «extranjero» va si o no.")
        yield int(identificacion), (row.get("nombre") or "").strip() or None, foreign != "no"


@click.group()
def cuentas() -> None:
    """Cuentas de soporte y de supervisión."""


@cuentas.command()
@click.argument("identificacion")
@click.argument("nombre")
@click.option("--rol", type=click.Choice(["soporte", "supervisor"]), required=True)
@click.password_option("--clave", prompt="Clave")
def crear(identificacion: str, nombre: str, rol: str, clave: str) -> None:
    """Makes a staff account, or gives it a new key."""
    database, _ = _services()
    with database.writing() as session:
        save_cuenta(session, identificacion, nombre, rol, clave)
    click.echo("La cuenta está lista.")
