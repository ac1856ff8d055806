"""`python -m portal.running`: what `make run` starts."""

import sys

from portal.running.commands import demonstrate

sys.exit(demonstrate())
