"""How long others wait for a write while a lote is being registered: the rows of a sign-in, every 50 ms, on both
databases.

The register job runs in a process of its own. This one writes what a sign-in writes: the visit, by the function of the
sign-in page, and a line of the audit. `python -m bench.waiting [LINES] [LINES A CHUNK] [ANOTHER]`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.clients import Seen
from bench.ground import Ground, ground, opened, postgres
from bench.inputs import cedulas, extras
from portal.clock import now
from portal.config import Config
from portal.cuentas.sesiones import open_sesion
from portal.lotes.trabajo.decide import decide
from portal.modelos import Bitacora

EVERY = 0.05
CHUNKS = (Config.tramo_registro, Config.tramo_registro // 4)
PERIODS = ("2026;11", "2026;10")  # one for each size: lines of earlier months come too late
REGISTER = "import sys; from bench.waiting import register; register(*sys.argv[1:])"


def register(url: str, folder: str, lote_id: str, chunk: str) -> None:
    """The other process: registers a decided lote."""
    from portal.lotes.trabajo import register as registering

    there = opened(url, Path(folder), tramo_registro=int(chunk))
    registering.register(there.database, there.config, int(lote_id), now)


def sign_in(there: Ground) -> None:
    """What a sign-in writes."""
    with there.database.writing() as session:
        open_sesion(session, there.cuenta_id, now(), there.empleador_id)
        session.add(Bitacora(en=now(), que="ingreso", cuenta_id=there.cuenta_id, empleador_id=there.empleador_id))


def writes_meanwhile(there: Ground, url: str, folder: Path, lote_id: int, chunk: int) -> tuple[Seen, float]:
    """The writes while the lote is registered, and the seconds that takes, its process' start included."""
    decide(there.database, lote_id, "registrar", there.cuenta_id, now())
    seen, start = Seen(), time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", REGISTER, url, str(folder), str(lote_id), str(chunk)])
    while process.poll() is None:
        begun = time.perf_counter()
        sign_in(there)
        seen.add(200, time.perf_counter() - begun)
        time.sleep(max(0.0, EVERY - (time.perf_counter() - begun)))
    there.lote(lote_id, "registrado")
    return seen, time.perf_counter() - start


def measure(name: str, url: str, folder: Path, lines: int, chunks: tuple[int, ...]) -> None:
    """Each size of chunk, with a lote of its own."""
    there = ground(url, folder)
    who = cedulas(lines)
    there.hire(who)
    quiet = Seen()
    for _ in range(100):
        begun = time.perf_counter()
        sign_in(there)
        quiet.add(200, time.perf_counter() - begun)
    print(f"{name}, nobody else: {told(quiet)}", flush=True)
    for periodo, chunk in zip(PERIODS, chunks, strict=False):
        lote = there.check(there.send("INS", extras(who, bad=0, periodo=periodo)))
        seen, seconds = writes_meanwhile(there, url, folder, lote.id, chunk)
        print(f"  {lines:,} lines in chunks of {chunk:,}, {seconds:.1f} s: {told(seen)}", flush=True)
    there.database.engine.dispose()


def told(seen: Seen) -> str:
    """In milliseconds."""
    figures = (f"{name} {seen.percentile(share):.0f} ms" for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1)))
    return f"{len(seen.seconds)} sign-ins written, " + ", ".join(figures)


def main(lines: int, *chunks: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("SQLite", f"sqlite:///{name}/portal.db", folder, lines, chunks or CHUNKS)
        with postgres(folder / "pg") as url:
            measure("PostgreSQL", url("waiting"), folder, lines, chunks or CHUNKS)


if __name__ == "__main__":
    main(*[int(one) for one in sys.argv[1:]] or [1_000_000])
