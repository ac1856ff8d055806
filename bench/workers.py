"""How the portal grows with its workers: lotes per second of one and of two, and of more by a model.
`python -m bench.workers`"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import many
from bench.ground import postgres


def main() -> None:
    """Measure and print."""
    print(f"{many.LOTES} lotes of {many.LINES} INS lines of {many.EMPLEADORES} empleadores, checked and registered")
    print(f"automatically, from the first bell to the last `registrado`; medians of {many.ROUNDS} rounds in turns.")
    with tempfile.TemporaryDirectory(prefix="b-") as name:  # short: the queue's socket is in it
        folder = Path(name)
        found = {"SQLite": many.measure(f"sqlite:///{folder}/many.db", folder / "lite")}
        with postgres(folder / "pg-many") as url:
            found["PostgreSQL"] = many.measure(url("many"), folder / "post")
    many.show(found)


if __name__ == "__main__":
    main()
