"""Line numbers as people write them (`3, 7-12`) and as they are stored (`[[3, 3], [7, 12]]`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPAN = re.compile(r"([0-9]{1,9})(?:\s*(?:-|–|a)\s*([0-9]{1,9}))?")


def read_lines(texto: str, last: int) -> list[int]:
    """The numbers a person wrote, in order and once each. Raises ValueError with the part that is no line from 1 to
    `last`, or no span of such."""
    found: set[int] = set()
    for part in (p.strip() for p in re.split(r"[,;\n]", texto) if p.strip()):
        span = _SPAN.fullmatch(part)
        first, end = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= first <= end <= last:
            raise ValueError(part)
        found.update(range(first, end + 1))
    return sorted(found)


def spans_of(lineas: Iterable[int]) -> list[list[int]]:
    """Numbers as spans, neighbours together."""
    spans: list[list[int]] = []
    for n in sorted(set(lineas)):
        if spans and spans[-1][1] == n - 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return spans


def lines_of(spans: list[list[int]] | None) -> list[int] | None:
    """The numbers of spans; None (all lines) stays None."""
    return None if spans is None else [n for first, last in spans for n in range(first, last + 1)]


def write_lines(spans: list[list[int]]) -> str:
    """`3, 7 a 12`."""
    return ", ".join(str(first) if first == last else f"{first} a {last}" for first, last in spans)
