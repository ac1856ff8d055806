"""How long a file of a million lines takes to open and read, beside polars alone and Python's csv module.

Usage: python bench/reading.py [LINES]. Prints seconds, best of three.
"""

from __future__ import annotations

import csv
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal.files.reader import Formato, Limites, open_table

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


def best(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the quickest of `times` runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


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


def main(lines: int) -> None:
    """Measure and print."""
    files = variants(lines)
    print(f"{lines} lines, {len(files['plain']) / 1e6:.0f} MB")
    print(f"{'csv module':24} {best(lambda: csv_module(files['plain'])):6.2f} s")
    print(f"{'polars alone':24} {best(lambda: polars_alone(files['plain'])):6.2f} s")
    for name, data in files.items():
        print(f"{'ours, ' + name:24} {best(lambda data=data: ours(data, lines)):6.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
