"""The register of persons: who is a registered foreigner, and what people are called. See docs/padron.md."""

from portal.padron.puerto import Fabrica, Padron, PadronAway, open_padron
from portal.padron.tabla import Tabla, registered_foreigners

__all__ = ["Fabrica", "Padron", "PadronAway", "Tabla", "open_padron", "registered_foreigners"]
