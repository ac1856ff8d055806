"""Prefetching in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(results: Iterator[T]) -> Iterator[T]:
    """The same results, each computed in a thread while the caller works on the one before it. polars and the database
    drivers release the GIL, so two cores work on one file."""
    end = object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, results, end)
        while (result := [coming.result()])[0] is not end:
            coming = thread.submit(next, results, end)
            yield result.pop()  # type: ignore[misc]  # the one object that is no T has ended the loop; none is kept here
