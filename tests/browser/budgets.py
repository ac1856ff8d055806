"""What pages may weigh (pantallas.md, Weights), what they do weigh, and the tables of it: kB = 1000 bytes, on the wire,
with headers, compressed, without TLS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LOGIN, STILL, COLD, WARM = 4_000, 8_000, 20_000, 4_000
UNCHANGED, CHANGED, JOURNEY = 250, 600, 45_000
FIRST_PAINT = 1_200  # ms, on a line of 50 kbit/s with 400 ms

Record = Callable[[str, object], None]
PROPERTY = "budget"


@dataclass(frozen=True)
class Cell:
    """One figure under the name of its column; without a limit it only informs."""

    column: str
    value: int
    limit: int | None = None

    def __str__(self) -> str:
        return f"{self.value:,}" + (f" of {self.limit:,}" if self.limit else "")


@dataclass(frozen=True)
class Row:
    """A line of the table `table`."""

    table: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def room(self) -> str:
        """What the tightest of its limits leaves."""
        left = [1 - cell.value / cell.limit for cell in self.cells if cell.limit]
        return f"{min(left):.0%}" if left else ""

    def hold(self, record: Record) -> None:
        """Puts the row into the tables, then raises AssertionError for what is over its limit."""
        record(PROPERTY, asdict(self))
        over = [f"{cell.column}: {cell}" for cell in self.cells if cell.limit and cell.value > cell.limit]
        assert not over, f"{self.name} is over its budget: {'; '.join(over)}"


def row_of(told: dict[str, Any]) -> Row:
    """A row as `hold` recorded it, in this process or another one of pytest's."""
    return Row(told["table"], told["name"], tuple(Cell(**cell) for cell in told["cells"]))


def tables(rows: Iterable[Row]) -> dict[str, str]:
    """Name of a table → the table in Markdown, its rows in the order in which they were measured."""
    by_table: dict[str, list[Row]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    return {name: _table(of_it) for name, of_it in by_table.items()}


def _table(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(cell.column for row in rows for cell in row.cells))
    lines = [["", *columns, "room"]]
    for row in rows:
        cells = {cell.column: str(cell) for cell in row.cells}
        lines.append([row.name, *(cells.get(column, "") for column in columns), row.room])
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines)


def write(documents: Sequence[Path], made: dict[str, str]) -> None:
    """Replaces the tables between `<!-- NAME -->` and `<!-- end -->`; a table that no document has a place for is an
    error."""
    texts = {document: document.read_text("utf-8") for document in documents}
    for name, table in made.items():
        place = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
        where = next((document for document, text in texts.items() if place.search(text)), None)
        if where is None:
            raise ValueError(f"no document has a place for the table {name!r}")
        texts[where] = place.sub(lambda p, table=table: f"{p[1]}\n{table}\n\n{p[2]}", texts[where])
    for document, text in texts.items():
        document.write_text(text, "utf-8")
