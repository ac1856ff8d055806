"""The check of one file: chunk after chunk, then the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from portal.files.columns import Contexto
from portal.novedades import Novedad, muestra
from portal.novedades.comunes import vence_hoy
from portal.revision.ahead import ahead
from portal.revision.juicio import ceilings, cruces, doubts
from portal.revision.juicio.effects import WORTH, effects_of, one_after_another, worth
from portal.revision.juicio.repeats import REPETIDA, Repeats
from portal.revision.juicio.rules import YA_REGISTRADA, judge
from portal.revision.reading import read_lines
from portal.revision.totals import TotalDistinto, differing, is_summed
from portal.revision.tramo import ESQUEMA, Snapshot, Tramo

C = pl.col


@dataclass
class Cierre:
    """The end of a check, in lines: leidas = correctas + con_error + repetidas + ya_registradas.

    `al_cierre` are the problems that only the whole file shows (repeats, ceilings, crossing days; rows as ESQUEMA);
    `sin_historia` the lines that turned out repeated, whose history and deadline problems no longer count. `efectos`
    sums what the correct lines would do, in cents. `vencen_hoy`: lines in error that are in time today and not
    tomorrow. `de_muestra`: the workers (cédulas) of the correct lines that are those of the portal's own sample.
    """

    leidas: int
    correctas: int
    con_error: int
    repetidas: int
    ya_registradas: int
    al_cierre: pl.DataFrame
    sin_historia: pl.Series
    efectos: dict[str, Any] = field(default_factory=dict)
    vencen_hoy: int = 0
    de_muestra: list[int] = field(default_factory=list)


class Revision:
    """One file of one movement under check. `snapshot` None: offline, the history is not queried; `dudosas`: the lines
    (in order) whose letters may be read in two ways."""

    def __init__(
        self,
        nov: Novedad,
        ctx: Contexto,
        snapshot: Snapshot | None,
        separador: str = ";",
        dudosas: Sequence[int] | np.ndarray = (),
    ) -> None:
        self.nov, self.ctx, self.snapshot, self.separador = nov, ctx, snapshot, separador
        self.dudosas = np.asarray(dudosas, np.uint32)
        self.repeats = Repeats(nov)
        self.notas: Counter[tuple[str, str]] = Counter()
        self._lines: list[pl.DataFrame] = []
        self._counted: list[pl.DataFrame] = []
        self._told: list[pl.DataFrame] = []
        self._read = self._bad = self._broken = 0
        self._sum: int | None = 0 if is_summed(nov) else None

    def check(self, chunks: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Chunk after chunk (linea UInt32, texto String), every problem found (rows of ESQUEMA) but repeats."""
        read = map(lambda lineas: read_lines(lineas, self.nov, self.ctx, self.separador), chunks)
        return map(self._judge, ahead(read))  # with map, no reference keeps a chunk while the next one is read

    def _judge(self, tramo: Tramo) -> pl.DataFrame:
        judge(tramo, self.snapshot)
        doubts.note(tramo, self.dudosas)
        self.repeats.see(tramo)
        self.notas.update(tramo.notas)
        if self.nov.tope is not None:
            self._counted.append(ceilings.counted(tramo))
        if self.nov.cruce is not None:
            self._told.append(cruces.told(tramo))
        standing = _standing(tramo)
        self._lines.append(standing.select(s for s in standing if s.is_empty() or s.null_count() < len(s)))
        self._broken += tramo.rotas.height
        self._read += tramo.rotas.height + standing.height
        self._add_up(tramo)
        self._bad += tramo.rotas.height + int((standing["error"] | standing["error_historia"]).sum())
        return tramo.problemas()

    def _add_up(self, tramo: Tramo) -> None:
        """What all lines come to, whatever becomes of them; unknown once an amount cannot be read."""
        if self._sum is None or self.nov.valor is None:
            return
        amounts = tramo.datos[self.nov.valor]
        self._sum = None if amounts.null_count() or tramo.rotas.height else self._sum + int(amounts.sum())

    def total_told(self, apartadas: Sequence[Mapping[str, Any]]) -> TotalDistinto | None:
        """Of a sheet whose rows `apartadas` are no lines: a total that is not what its lines come to."""
        return differing(self.nov, apartadas, self._sum, self.ctx)

    def so_far(self) -> tuple[int, int]:
        """Lines checked and lines in error until now (repeats not yet decided)."""
        return self._read, self._bad

    def close(self) -> Cierre:
        """After the last chunk."""
        self.snapshot = None  # frees its cache
        dups = self.repeats.problems()
        repeated = dups.filter(C("codigo") == REPETIDA.codigo)["linea"]
        clash = dups.filter(C("codigo") != REPETIDA.codigo)["linea"]
        ends = Counter(error=self._broken)
        chunks = []
        while self._lines:  # released one by one: a million lines are in memory once
            counts, correct = _ended(self._lines.pop(0), repeated, clash)
            ends.update(counts)
            chunks.append(correct)
        good = pl.concat([pl.DataFrame(schema=STANDING).drop(_JUDGED), *chunks], how="diagonal")
        over = self._over(good)
        beyond = good["linea"].is_in(over["linea"].implode())
        crossing = self._crossing(good)
        late = int(good.filter(beyond)["vence_hoy"].sum())
        good = good.filter(~beyond) if over.height else good
        return Cierre(
            leidas=self._read,
            correctas=good.height,
            con_error=ends["error"] + over.height,
            repetidas=ends["repetida"],
            ya_registradas=ends["ya"],
            al_cierre=pl.concat([dups, over, crossing]),
            sin_historia=repeated,
            efectos=effects_of(one_after_another(good)),
            vencen_hoy=ends["vencen"] + late,
            de_muestra=good["muestra"].drop_nulls().to_list(),
        )

    def _over(self, good: pl.DataFrame) -> pl.DataFrame:
        """Good lines that go over the movement's ceiling together."""
        if not self._counted:
            return pl.DataFrame(schema=ESQUEMA)
        return ceilings.problems(self.nov, pl.concat(self._counted).join(good, on="linea", how="semi"))

    def _crossing(self, good: pl.DataFrame) -> pl.DataFrame:
        """Good lines that tell the same days of a worker."""
        if not self._told:
            return pl.DataFrame(schema=ESQUEMA)
        return cruces.within(self.nov, pl.concat(self._told).join(good, on="linea", how="semi"))


#: the result of each line that could be split, and its effect: a few bytes per line, kept until the end of the file
STANDING = {
    **WORTH,
    "vence_hoy": pl.Boolean,
    "muestra": pl.Int64,
    "error": pl.Boolean,
    "error_historia": pl.Boolean,
    "ya": pl.Boolean,
}
_JUDGED = ("error", "error_historia", "ya")


def _ended(lines: pl.DataFrame, repeated: pl.Series, clash: pl.Series) -> tuple[dict[str, int], pl.DataFrame]:
    """How many lines of a chunk ended in each way ("vencen": those in error that are late tomorrow), and those that
    are correct."""
    is_rep = _among(repeated, lines["linea"])
    error = lines["error"] | _among(clash, lines["linea"]) | (lines["error_historia"] & ~is_rep)
    ends = {"error": error, "repetida": ~error & is_rep, "ya": ~error & ~is_rep & lines["ya"]}
    counts = {name: int(which.sum()) for name, which in ends.items()}
    counts["vencen"] = int((error & lines["vence_hoy"]).sum())
    return counts, lines.drop(_JUDGED).filter(~(error | ends["repetida"] | ends["ya"]))


def _among(some: pl.Series, lineas: pl.Series) -> pl.Series:
    """Which of `lineas`, in order, are among some few."""
    mask = np.zeros(len(lineas), bool)
    places = np.searchsorted(lineas, some)
    inside = places < len(lineas)
    mask[places[inside]] = lineas.to_numpy()[places[inside]] == some.to_numpy()[inside]
    return pl.Series(mask)


def check_chunk(lineas: pl.DataFrame, nov: Novedad, ctx: Contexto, snapshot: Snapshot | None, separador: str) -> Tramo:
    """A chunk read and judged, independently of the rest of its file."""
    tramo = read_lines(lineas, nov, ctx, separador)
    judge(tramo, snapshot)
    return tramo


def _standing(tramo: Tramo) -> pl.DataFrame:
    due = tramo.datos.select(vence_hoy=vence_hoy(tramo.nov).fill_null(False))
    return worth(tramo).hstack(
        [
            due["vence_hoy"],
            _of_the_sample(tramo),
            tramo.lines_where(lambda d: d.nivel == "error" and not d.historica).alias("error"),
            tramo.lines_where(lambda d: d.nivel == "error" and d.historica).alias("error_historia"),
            tramo.lines_where(lambda d: d.codigo == YA_REGISTRADA.codigo).alias("ya"),
        ]
    )


def _of_the_sample(tramo: Tramo) -> pl.Series:
    """The worker of each line that is one of the portal's own sample; null for all others, which is nearly always."""
    nov, ruc, datos = tramo.nov, tramo.ctx.ruc, tramo.datos
    marked = datos.select(muestra.quick(nov, ruc)).to_series()
    if not marked.any():
        return pl.repeat(None, datos.height, dtype=pl.Int64, eager=True).alias("muestra")
    return datos.select(muestra=pl.when(muestra.of_the_sample(nov, ruc)).then("cedula")).to_series()
