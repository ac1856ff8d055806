"""The check: chunks of lines in, typed columns and problems out. It knows every novedad and no database."""

from portal.revision.file import Cierre, Revision
from portal.revision.tramo import ESQUEMA, Snapshot, Tramo

__all__ = ["ESQUEMA", "Cierre", "Revision", "Snapshot", "Tramo"]
