"""The register of persons: who is a registered foreigner, and what people are called."""

from portal.padron.tabla import registered_foreigners

__all__ = ["registered_foreigners"]
