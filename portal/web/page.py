"""What every template knows: who is here, the institute's contact, and which addresses exist."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_login import current_user

from portal.access import signed_in
from portal.web.request import config


def existe(path: str) -> bool:
    """Whether a route has this address: headers and footers link to no page that is not built."""
    known: dict[str, bool] = current_app.extensions.setdefault("portal_addresses", {})
    if path not in known:
        known[path] = current_app.url_map.bind("localhost").test(path, "GET")
    return known[path]


def page_context() -> dict[str, Any]:
    """`usuario()` loads the visit only when a template calls it, so that a fragment need not."""
    settings = config()
    return {
        "usuario": signed_in,
        "current_user": current_user,
        "institucion": settings.institucion,
        "demostracion": not settings.produccion,
    }


def init_app(app: Flask) -> None:
    app.context_processor(page_context)
    app.jinja_env.globals["existe"] = existe
