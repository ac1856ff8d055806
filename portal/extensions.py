"""Flask extensions, unbound; `create_app` binds them."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request
from flask_compress import Compress
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from htmx_flask import Htmx


def caller() -> str:
    """The client's address as the rate limits count it: of IPv6 the /64 network, which belongs to one customer. Its
    letters are valid in a key of the queue server."""
    said = request.remote_addr or "127.0.0.1"
    try:
        address = ip_address(said)
    except ValueError:
        return said
    if not isinstance(address, IPv6Address):
        return said
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64)).replace(":", ".")


compress = Compress()
csrf = CSRFProtect()
htmx = Htmx()
login_manager = LoginManager()
# Moving window: a try counts for 15 minutes after it was made, so the page can say when the next one is possible.
limiter = Limiter(key_func=caller, strategy="moving-window", in_memory_fallback_enabled=True)
