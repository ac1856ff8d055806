"""What must survive a power cut: files, and their directory entries."""

from __future__ import annotations

import os
from pathlib import Path


def to_disk(path: Path) -> None:
    """Syncs a file, or the entries of a directory, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path, mode: int) -> None:
    """Creates the folder and its missing parents, durably. Does nothing when it exists."""
    if path.is_dir():
        return
    if not path.parent.is_dir():
        make_folder(path.parent, mode)
    path.mkdir(exist_ok=True, mode=mode)
    to_disk(path)
    to_disk(path.parent)
