"""How Python and polars are set in the processes that work on files; measured, see docs/adr/0009-fast.md."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

#: polars' allocator (jemalloc) uses two arenas instead of eight, and returns freed pages to the system immediately
#: instead of under memory pressure: some 30 and 25 MB less at a million lines, as fast
ENVIRONMENT: Final = {"_RJEM_MALLOC_CONF": "narenas:2,muzzy_decay_ms:0"}
#: the GIL's switch interval (5 ms by default): a poll waits one interval for each page that is being rendered, and the
#: thread that reads ahead does not delay the one that judges
SWITCH_SECONDS = 0.001
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of mallopt(3)


def switch_soon() -> None:
    """For this process."""
    sys.setswitchinterval(SWITCH_SECONDS)


def give_back_soon() -> None:
    """For this process: buffers that many threads allocate for a moment, parts of files above all, are returned to the
    system when they are freed. By default glibc keeps them, in an arena per thread. Elsewhere nothing happens."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 2)
        set_option(M_MMAP_THRESHOLD, 1 << 18)
