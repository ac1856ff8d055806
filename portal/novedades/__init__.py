"""The movements: one file each. They are found, not listed: a module with a `NOVEDAD` is a movement."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from portal.novedades.base import Campo, Cruce, Dia, Falla, Meses, Novedad, Regla, Tope

# as the institute's menu has them; one that is not named here comes after, by its code
_ORDEN = ("ENT", "SAL", "MSU", "INS", "PFM", "PFR", "PFN", "PPF", "PRA", "MND", "RHT", "RRT")


@cache
def todas() -> dict[str, Novedad]:
    """Every movement by its code, in the order of the menu."""
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    found = [m.NOVEDAD for m in modules if hasattr(m, "NOVEDAD")]
    found.sort(key=lambda n: (_ORDEN.index(n.codigo) if n.codigo in _ORDEN else len(_ORDEN), n.codigo))
    return {n.codigo: n for n in found}


__all__ = ["Campo", "Cruce", "Dia", "Falla", "Meses", "Novedad", "Regla", "Tope", "todas"]
