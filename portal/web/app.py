"""The Flask application class: strict templates, and a failure log without personal data."""

from __future__ import annotations

from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter, ValidationError

from portal.config import MEGABYTE, Config
from portal.web.logs import log_failure
from portal.web.page import Continued
from portal.web.request import LARGEST_ID

ExcInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
FORM_OVERHEAD = MEGABYTE  # the other fields and the boundaries of a multipart form


_ADDRESSES = ("HTTP_REFERER", "HTTP_ORIGIN", "HTTP_HX_CURRENT_URL")


class Number(IntegerConverter):
    """The `<int:…>` converter: a number that no row can have gives 404."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValidationError
        return number


class PortalFlask(Flask):
    """Flask with this portal's template rules, numbers in addresses, and failure log."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.url_map.converters["int"] = Number
        self.url_map.merge_slashes = False  # `//lotes` is no address: a redirect of it would trust `Host`

    jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": [Continued],
    }

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """As Flask's. An unparsable client address is removed: code that parses it would fail."""
        for name in _ADDRESSES:
            if name in environ and not _readable(environ[name]):
                del environ[name]
        return super().wsgi_app(environ, start_response)

    def log_exception(self, exc_info: ExcInfo) -> None:
        g.falla = log_failure(exc_info[1])


def _readable(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def flask_settings(config: Config) -> dict[str, Any]:
    """The settings of Flask and its extensions that follow from ours."""
    return {
        "PORTAL": config,
        "SECRET_KEY": config.secret_key,
        "TRUSTED_HOSTS": trusted_hosts(config),
        "MAX_CONTENT_LENGTH": config.max_bytes + FORM_OVERHEAD,
        "SESSION_COOKIE_NAME": "__Host-portal" if config.produccion else "portal",
        "SESSION_COOKIE_SECURE": config.produccion,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_MIMETYPES": ["text/html", "application/json", "image/svg+xml", "text/plain", "text/csv"],
        "RATELIMIT_STORAGE_URI": limits_storage(config.redis_url),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def trusted_hosts(config: Config) -> list[str] | None:
    """The host names that the portal accepts where its own is set: that one, and those of the same machine."""
    return [urlsplit(config.base).hostname or "", "127.0.0.1", "localhost"] if config.base else None


def limits_storage(redis_url: str) -> str:
    """The queue's address as Flask-Limiter writes it: `unix:///x.sock` is `redis+unix:///x.sock` there."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url
