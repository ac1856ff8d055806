"""What must outlast a power cut: files, and their names in their folders."""

from __future__ import annotations

import os
from pathlib import Path


def to_disk(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path, mode: int) -> None:
    """The folder, and those above it that are missing. Does nothing when it is there."""
    if path.is_dir():
        return
    if not path.parent.is_dir():
        make_folder(path.parent, mode)
    path.mkdir(exist_ok=True, mode=mode)
    to_disk(path)
    to_disk(path.parent)
