"""The background half: `python worker.py` runs the workers and the sweeper until it is told to stop."""

import sys

from portal.running.commands import work

if __name__ == "__main__":
    sys.exit(work())
