"""The engine as a contender: without SQL, and as the check and the register jobs do it on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from bench.ground import opened
from bench.inputs import cedulas, extras
from bench.world import Memory, World, context, load
from portal.config import Config
from portal.files.reader import Limites, open_table
from portal.novedades import todas
from portal.revision import ESQUEMA, Revision
from portal.revision.plan import formato

C = pl.col


def prepare(file: str, world: str) -> Callable[[], pl.DataFrame]:
    """All rules, with the history from memory; gives every problem that stands at the end (rows as ESQUEMA)."""
    data, memory = Path(file).read_bytes(), Memory(load(world))
    return lambda: _check(data, memory)


def _opened(data: bytes, memory: Memory) -> tuple[Revision, Iterator[pl.DataFrame]]:
    nov = todas()["INS"]
    tabla = open_table(data, "a.txt", formato(nov), Limites(Config.max_bytes, Config.max_lineas))
    return Revision(nov, context(), memory, tabla.separador), tabla.chunks(Config.tramo_lineas)


def _check(data: bytes, memory: Memory) -> pl.DataFrame:
    revision, chunks = _opened(data, memory)
    found = list(revision.check(chunks))
    cierre = revision.close()
    every = pl.concat([*found, pl.DataFrame(schema=ESQUEMA)])
    withdrawn = C("historica") & C("linea").is_in(cierre.sin_historia.implode())
    return pl.concat([every.filter(~withdrawn), cierre.al_cierre])


def counted(file: str, world: str) -> Callable[[], int]:
    """The same, its problems handed on chunk by chunk as the job does it, and here only counted."""
    data, memory = Path(file).read_bytes(), Memory(load(world))

    def run() -> int:
        revision, chunks = _opened(data, memory)
        found = sum(found.height for found in revision.check(chunks))
        return found + revision.close().al_cierre.height

    return run


def check(url: str, folder: str, lote: int, before: int = 0) -> Callable[[], int]:
    """The check job on a lote that was sent; gives how many problems it stored. `before`: a small lote that is checked
    first, untimed."""
    ground = opened(url, Path(folder))
    if before:
        ground.check(before)
    return lambda: sum((ground.check(lote).por_codigo or {}).values())


def register(url: str, folder: str, lote: int) -> Callable[[], int]:
    """The register job, its second check included; gives how many lines it registered."""
    ground = opened(url, Path(folder))
    _load_all()
    return lambda: ground.register(lote).registradas


def check_and_register(url: str, folder: str, lote: int) -> Callable[[], int]:
    """Both jobs, one after the other."""
    ground = opened(url, Path(folder))
    _load_all()
    return lambda: ground.register(ground.check(lote).id).registradas


def _load_all() -> None:
    """Loads lazily loaded modules and data, as in a worker that has been up for a while."""
    who = cedulas(1_000)
    _check(extras(who), Memory(World(who, who[:0], who[:0])))
