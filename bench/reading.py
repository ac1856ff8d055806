"""How long a file takes to open and read, in each of the ways it may be written, beside polars alone and Python's csv
module: `python -m bench.reading [LINES]`."""

from __future__ import annotations

import csv
import io
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

import polars as pl

from bench.measuring import table
from portal.files.reader import Formato, Limites, open_table

ROUNDS = 5
LINE = b"1799000004001;0009;2013;01;INS;0710435207;00000000872.71;O\r\n"
FORMATO = Formato(
    tuple((name,) for name in ["ruc", "sucursal", "anio", "mes", "movimiento", "cedula", "valor", "causa"])
)


def variants(lines: int) -> dict[str, bytes]:
    """The same lines in the ways that cost differently."""
    plain = LINE * lines
    quoted = b'"' + LINE.strip().replace(b";", b'";"') + b'"\r\n'
    return {
        "plain": plain,
        "UTF-16": plain.decode().encode("utf-16"),
        "Windows-1252": plain + LINE.replace(b"INS", b"I\xd1S"),
        "a NUL in it": plain + LINE.replace(b"INS", b"I\0S"),
        "blank lines at the end": plain + b"\r\n\r\n",
        "all quoted": quoted * lines,
        "error file": LINE.strip() + b";#ERROR;causa;arreglo\r\n" + plain,
    }


def in_turns(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each, measured round after round."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            took[name].append(time.perf_counter() - start)
    return {name: statistics.median(several) for name, several in took.items()}


def ours(data: bytes, lines: int) -> int:
    """Open and read all of it in chunks of 65,536 lines."""
    tabla = open_table(data, "x.txt", FORMATO, Limites(200_000_000, lines + 10))
    return sum(chunk.height for chunk in tabla.chunks(65_536))


def polars_alone(data: bytes) -> int:
    """The whole file as raw lines."""
    return pl.read_csv(data, separator="\x01", has_header=False, quote_char=None, infer_schema=False).height


def csv_module(data: bytes) -> int:
    """Python's own reader, fields thrown away."""
    return sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""), delimiter=";"))


def main(lines: int = 1_000_000) -> None:
    """Measure and print."""
    files = variants(lines)
    works: dict[str, Callable[[], object]] = {
        "csv module": partial(csv_module, files["plain"]),
        "polars alone": partial(polars_alone, files["plain"]),
        **{f"ours, {name}": partial(ours, data, lines) for name, data in files.items()},
    }
    seconds = in_turns(works)
    print(f"{lines:,} lines, {len(files['plain']) / 1e6:.0f} MB; medians of {ROUNDS} rounds in turns\n")
    csv_took = seconds["csv module"]
    table(("", "seconds", "× csv"), [(name, f"{took:.2f}", f"{took / csv_took:.2f}") for name, took in seconds.items()])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
