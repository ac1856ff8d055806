"""The labour history: what it says of the workers of a chunk, and how a registered line changes it."""

from portal.historia.efectos import Origen, apply, told_apart
from portal.historia.snapshot import Historia

__all__ = ["Historia", "Origen", "apply", "told_apart"]
