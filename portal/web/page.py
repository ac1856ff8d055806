"""What every template knows: who is here, the institute's contact, and which addresses exist."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, current_app
from flask_login import current_user
from jinja2.ext import Extension

from portal.access import signed_in
from portal.web.request import config

CONTINUED = re.compile(r"\n[ \t]+(?=<|\{[{%])")


class Continued(Extension):
    """A line of a template that is indented goes on with the one above, without a space between them: what is one row
    of a table goes out as one, and is read as several."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with those lines joined; a comment keeps their numbers for the messages of failures."""
        return CONTINUED.sub("{#\n#}", source)


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
