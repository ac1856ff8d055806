"""`revisar`: the check of a file without database or queue."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from portal.cli.services import services
from portal.files.columns import Contexto
from portal.files.reader import Lectura, Limites
from portal.novedades import Novedad, todas
from portal.revision.offline import Informe, check_files, like_foreigners
from portal.revision.plan import plan


def _thirteen_digits(ctx: click.Context, param: click.Parameter, ruc: str) -> str:
    """Else every line would be told that its RUC is another's."""
    if not re.fullmatch("[0-9]{13}", ruc):
        raise click.BadParameter("el RUC tiene 13 dígitos")
    return ruc


@click.command()
@click.argument("archivo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--movimiento", type=click.Choice(list(todas()), case_sensitive=False), required=True)
@click.option("--ruc", required=True, callback=_thirteen_digits, help="el RUC que deben llevar las líneas")
@click.option("--columnas", default="", help="qué columna es cada campo, desde 1: cedula=2,valor=5")
@click.option("--anio", help="el año de las líneas, si el archivo no lo trae")
@click.option("--mes", help="el mes de las líneas, si el archivo no lo trae")
@click.option("--sucursal", help="la sucursal de las líneas, si el archivo no la trae")
@click.option("--hoy", type=click.DateTime(["%Y-%m-%d"]), help="la fecha con que se juzga; si no, la de hoy")
@click.option("--formato", type=click.Choice(["texto", "json"]), default="texto")
@click.pass_context
def revisar(
    ctx: click.Context,
    archivo: Path,
    movimiento: str,
    ruc: str,
    columnas: str,
    anio: str | None,
    mes: str | None,
    sucursal: str | None,
    hoy: datetime | None,
    formato: str,
) -> None:
    """Checks a file by the same rules, without a database: of a .zip with several files each. What a sheet lacks (RUC,
    movement, period, sucursal) comes from the options. Exit status: 0 no errors, 1 errors, 2 one that cannot be
    used."""
    nov = todas()[movimiento.upper()]
    given = {"anio": anio, "mes": mes, "sucursal": sucursal}
    lectura = Lectura({name: value for name, value in given.items() if value}, numeros=_columns(nov, columnas))
    _, config = services()
    contexto = Contexto(
        ruc,
        hoy.date() if hoy else config.hoy(),
        extranjeros=like_foreigners,
        plazo_entrada=config.plazo_entrada_dias,
        plazo_habiles=config.plazo_habiles,
        extemporanea=config.extemporanea_dias,
    )
    limites = Limites(config.max_bytes, config.max_lineas)
    informes = check_files(archivo.read_bytes(), archivo.name, nov, contexto, limites, lectura)
    click.echo(_as_json(informes) if formato == "json" else _as_text(informes))
    ctx.exit(max(informe.salida for _, informe in informes))


def _columns(nov: Novedad, given: str) -> dict[str, int] | None:
    """`cedula=2,valor=5` as field → number of its column."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        name, _, number = part.partition("=")
        if name.strip() not in plan(nov).nombres:
            raise click.BadParameter(f"«{name.strip()}» no es un campo de {nov.codigo}", param_hint="--columnas")
        if not number.strip().isascii() or not number.strip().isdigit() or int(number) < 1:
            raise click.BadParameter(f"«{part}»: van números desde 1, como cedula=2", param_hint="--columnas")
        found[name.strip()] = int(number)
    return found or None


def _as_json(informes: list[tuple[str, Informe]]) -> str:
    """One object; of several files one that holds theirs, each with its name."""
    each = [{"archivo": nombre, **informe.as_dict()} for nombre, informe in informes]
    whole = informes[0][1].as_dict() if len(informes) == 1 else {"archivos": each}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _as_text(informes: list[tuple[str, Informe]]) -> str:
    if len(informes) == 1:
        return _report(informes[0][1])
    return "\n\n".join(f"{nombre}\n{_report(informe)}" for nombre, informe in informes)


def _report(informe: Informe) -> str:
    """The report as people read it, a line each note and each problem."""
    if informe.falla:
        return f"{informe.falla['codigo']} {informe.falla['causa']} {informe.falla['arreglo']}"
    rows = [f"{informe.movimiento}: {informe.entendido}", *(f"nota: {nota}" for nota in informe.notas)]
    rows += [f"no es línea: fila {una['fila']} «{una['texto']}» ({una['por']})" for una in informe.apartadas]
    rows += [f"{campo}: {_source(una)}" for campo, una in informe.columnas.items()]
    rows += [_doubt(duda) for duda in informe.dudas]
    rows += [f"línea {p.linea}: {p.codigo} ({p.nivel}) {p.titulo}. {p.causa} {p.arreglo}" for p in informe.problemas]
    rows += [f"{r['codigo']} {r['que']}, campo {r['campo']}: {r['lineas']}" for r in informe.reparaciones]
    rows.append(
        f"{informe.leidas} leídas = {informe.correctas} correctas + {informe.con_error} con error "
        f"+ {informe.repetidas} repetidas"
    )
    return "\n".join(rows)


def _source(una: dict[str, Any]) -> str:
    if "valor" in una:
        return f"«{una['valor']}» en todas las líneas"
    return f"columna {una['columna']}" + (f" «{una['titulo']}»" if una["titulo"] else "")


def _doubt(duda: dict[str, Any]) -> str:
    other = f"; también puede ser «{duda['otra']}»" if duda["otra"] else ", y no se sabe si es eso"
    return f"línea {duda['linea']}: se leyó «{duda['leida']}»{other}"
