"""The client's address behind the one proxy of a production: what that proxy writes into the one trusted header.

WSGI has one name for `X-Forwarded-For` and `X_Forwarded_For`, and Granian keeps the later one: a client could choose
its own address beside the proxy's. `Forwarded` (RFC 7239), the header trusted unless another is named, has no such
twin: its name has no dash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import structlog
from werkzeug.middleware.proxy_fix import ProxyFix

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
FOR = re.compile(r'(?:^|;)\s*for\s*=\s*"?(\[[^\]"]+\]|[^;"\s]+)', re.IGNORECASE)
PORT = re.compile(r"(\[.+\]|[0-9.]+):[0-9]+")
log = structlog.get_logger("portal.web")


class BehindProxy:
    """Puts the client's address where all other code looks for it. An invalid address changes nothing."""

    def __init__(self, app: Wsgi, header: str) -> None:
        self._app, self._header, self._told = app, header, False
        self._key = "HTTP_" + header.upper().replace("-", "_")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if address := address_in(self._header, environ.get(self._key, "")):
            environ["REMOTE_ADDR"] = address
        elif "HTTP_X_FORWARDED_FOR" in environ and not self._told:
            self._told = True
            log.warning("the proxy does not send the header that is trusted: all callers have its address")
        return self._app(environ, start_response)


def address_in(header: str, value: str) -> str | None:
    """The address that the proxy wrote last: the client may have forged the elements before it."""
    last = value.rpartition(",")[2].strip()
    if header.lower() == "forwarded":
        found = FOR.search(last)
        last = found[1] if found else ""
    if port := PORT.fullmatch(last):
        last = port[1]
    try:
        return str(ip_address(last.strip("[]")))
    except ValueError:
        return None


def trust(app: Wsgi, header: str) -> Wsgi:
    """`app` as it is called by a proxy: its address by `header`, its scheme by X-Forwarded-Proto, whose twin changes
    nothing for anybody but who sends it."""
    return BehindProxy(ProxyFix(app, x_for=0, x_proto=1, x_host=0), header)
