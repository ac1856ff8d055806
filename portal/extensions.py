"""Flask extensions, unbound; `create_app` binds them."""

from __future__ import annotations

from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

compress = Compress()
csrf = CSRFProtect()
htmx = Htmx()
login_manager = LoginManager()
# Moving window: a try counts for 15 minutes after it was made, so the page can say when the next one is possible.
limiter = Limiter(key_func=get_remote_address, strategy="moving-window", in_memory_fallback_enabled=True)
