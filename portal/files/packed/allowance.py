"""A limit on what all archives of one request may unpack to together."""

from __future__ import annotations

from portal.files.packed.containers import MEGABYTE
from portal.files.problems import FileProblem

#: times the limit of one file: two large ones in one form are no attack
FILES = 2


class Allowance:
    """Counts what is unpacked, kept or not: twenty archives of 97 kB may each hold 100 MB."""

    def __init__(self, max_bytes: int) -> None:
        self._most = self._left = FILES * max_bytes

    def take(self, size: int) -> None:
        """So many bytes more were unpacked. Raises FileProblem ARC-16 once they are too many."""
        self._left -= size
        if self._left < 0:
            raise FileProblem("ARC-16", maximo=f"{self._most / MEGABYTE:g}")
