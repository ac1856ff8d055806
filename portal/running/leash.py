"""`python -I -S leash.py PARENT COMMAND…`: becomes COMMAND, and dies with the process PARENT, even by kill -9.

A script of its own, without imports from the portal, so that every part is tied to its parent within milliseconds of
its start. The kernel sends the signal (prctl(2), PR_SET_PDEATHSIG); the setting survives exec. Where there is no prctl
(macOS) the part runs without a leash.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it ends."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def main(parent: int, command: list[str]) -> None:
    die_with_parent()
    if os.getppid() != parent:
        sys.exit("the parent was gone before the leash was on")
    os.execvp(command[0], command)  # noqa: S606 - a command of our own list of parts, without a shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
