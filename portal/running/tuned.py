"""How Python and polars are set in the processes that work on files; measured, see docs/adr/0009-fast.md."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

#: polars' allocator keeps what was freed in two places and not in eight, and what it lets go of is the system's at once
#: and not when that runs short: some 30 and 25 MB less at a million lines, as fast
ENVIRONMENT: Final = {"_RJEM_MALLOC_CONF": "narenas:2,muzzy_decay_ms:0"}
#: Python hands its lock to a waiting thread after this long (5 ms as it comes): a poll waits for one turn of each page,
#: and the thread that reads ahead does not hold up the one that judges
SWITCH_SECONDS = 0.001
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of mallopt(3)


def switch_soon() -> None:
    """For this process."""
    sys.setswitchinterval(SWITCH_SECONDS)


def give_back_soon() -> None:
    """For this process: what many threads asked of memory in passing, parts of files above all, is the system's again
    when they are done. By itself glibc keeps it, for each of its threads apart. Elsewhere nothing happens."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 2)
        set_option(M_MMAP_THRESHOLD, 1 << 18)
