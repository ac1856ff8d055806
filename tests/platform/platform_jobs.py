"""A job for test_workers.py, run by name inside a worker."""

import os

kept: list[bytes] = []


def grow(mark: str) -> None:
    """Hold on to 600 MB, every page touched."""
    kept.append(b"\1" * 600_000_000)
    os.mkdir(mark)
