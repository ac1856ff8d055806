"""Pandera on polars: the table read by polars, what can be mended put right in columns, then one schema, all checks.

It cannot report: fields after the last one of the format (polars cuts such lines or refuses the file); repairs; all of
three lines that contradict each other. It names the column and the check that failed. A line is compared with others
also when some field of either is unreadable, so a few are told without reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from bench.inputs import RUC, SUCURSALES
from bench.world import DAY, Memory, load
from portal.catalogos import earliest_in_time

UNSEEN = frozenset({"LIN-01"})
C = pl.col
NAMES = ("ruc", "sucursal", "anio", "mes", "movimiento", "cedula", "valor", "causa")
KEY = ("sucursal", "anio", "mes", "cedula", "causa")
Problem = tuple[int, str, str]


def cedula_holds() -> pl.Expr:
    number = C("cedula").cast(pl.Int64, strict=False)
    total = pl.lit(0, pl.Int64)
    for place in range(10):
        digit = number // 10 ** (9 - place) % 10
        total += digit if place % 2 else digit * 2 - 9 * (digit > 4).cast(pl.Int64)
    province = number // 10**8
    return C("cedula").str.contains("^[0-9]{10}$") & (province.is_between(1, 24) | (province == 30)) & (total % 10 == 0)


def table_check(mask: pl.Expr, name: str) -> pa.Check:
    """A check that reads several columns."""
    return pa.Check(lambda data: data.lazyframe.select(mask.fill_null(True).alias(name)), name=name)


def column_check(mask: pl.Expr, name: str) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(mask.fill_null(False).alias(name)), name=name)


def schema() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "ruc": pa.Column(pl.String, pa.Check.eq(RUC)),
            "sucursal": pa.Column(pl.String, pa.Check.isin([f"{s:04d}" for s in SUCURSALES])),
            "anio": pa.Column(pl.String, pa.Check.str_matches("^2[0-9]{3}$")),
            "mes": pa.Column(pl.String, pa.Check.str_matches("^(0[1-9]|1[0-2])$")),
            "movimiento": pa.Column(pl.String, pa.Check.eq("INS")),
            "cedula": pa.Column(pl.String, column_check(cedula_holds(), "cedula")),
            "valor": pa.Column(pl.String, [pa.Check.str_matches(r"^[0-9]{1,11}\.[0-9]{2}$"), _positive()]),
            "causa": pa.Column(pl.String, pa.Check.isin(["O", "X", "C", "H"])),
        },
        checks=[
            table_check(C("inicio") <= DAY, "periodo"),
            table_check(C("fin") >= DAY - timedelta(days=45), "extemporanea"),
            table_check(C("fin") >= earliest_in_time(DAY, 3), "plazo"),
            table_check(C("rel_ingreso").is_not_null(), "relacion"),
            table_check(C("registrada").is_null(), "registrada"),
            table_check(~C("repetida"), "repetida"),
        ],
    )


def _positive() -> pa.Check:
    return column_check(C("valor").cast(pl.Decimal(14, 2), strict=False) > 0, "positivo")


def prepare(file: str, world: str) -> Callable[[], list[Problem]]:
    data, history = Path(file).read_bytes(), load(world)
    memory = Memory(history)
    relaciones = memory._relaciones.select(C("sucursal").cast(pl.String).str.zfill(4), _text("cedula"), "rel_ingreso")
    registradas = memory._registradas.select(
        C("sucursal").cast(pl.String).str.zfill(4),
        _text("cedula"),
        causa="clave",
        anio=(C("periodo") // 100).cast(pl.String),
        mes=(C("periodo") % 100).cast(pl.String).str.zfill(2),
        registrada="datos",
    )
    return lambda: check(data, relaciones, registradas)


def _text(name: str) -> pl.Expr:
    return C(name).cast(pl.String).str.zfill(10)


def check(data: bytes, relaciones: pl.DataFrame, registradas: pl.DataFrame) -> list[Problem]:
    lines = ready(data)
    lines = lines.join(relaciones, on=("sucursal", "cedula"), how="left", maintain_order="left")
    lines = lines.join(registradas, on=KEY, how="left", maintain_order="left")
    lines = lines.with_columns(repetida=repeated(lines))
    try:
        schema().validate(lines, lazy=True)
    except SchemaErrors as wrong:
        found = wrong.failure_cases.select(C("index") + 1, "column", "check")
        return found.rows()
    return []


def ready(data: bytes) -> pl.DataFrame:
    """The table, with what Excel does to it undone."""
    lines = pl.read_csv(
        data,
        separator=";",
        has_header=False,
        quote_char=None,
        schema=dict.fromkeys(NAMES, pl.String),
        truncate_ragged_lines=True,
        extra_columns="ignore",  # of the first line, like the next
        missing_columns="insert",
    )
    nine = C("cedula").str.contains("^[0-9]{9}$")
    comma = C("valor").str.contains("^[0-9]+,[0-9]{2}$")
    first = (C("anio") + C("mes")).str.to_date("%Y%m", strict=False)
    return lines.with_columns(
        sucursal=C("sucursal").str.zfill(4),
        cedula=pl.when(nine).then("0" + C("cedula")).otherwise("cedula"),
        valor=pl.when(comma).then(C("valor").str.replace(",", ".")).otherwise("valor"),
        inicio=first,
        fin=first.dt.month_end(),
    )


def repeated(lines: pl.DataFrame) -> pl.Series:
    """The later of equal lines, and both of two that contradict each other."""
    key, whole = pl.struct(KEY), pl.struct(*KEY, "valor")
    readable = pl.all_horizontal(C(n).is_not_null() for n in NAMES)
    return lines.select(
        readable & ((key.is_duplicated() & ~whole.is_duplicated()) | ~whole.is_first_distinct())
    ).to_series()
