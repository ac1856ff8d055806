"""Who may see what. Each route carries exactly one decision; a route without one stops the application's start.

What is not yours does not exist: the wrong role gets 404, and so does another's lote (its loader is with the lotes).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import NoReturn, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import structlog
from flask import Flask, abort, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from htmx_flask import make_response
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal import clock
from portal.cuentas.sesiones import is_ahead, is_due, sesion_of, set_back, touch, why_over
from portal.cuentas.usuario import EmpleadorActual, Usuario, usuario_of
from portal.extensions import login_manager
from portal.lotes.numeros import is_number
from portal.lotes.vista.consulta import find
from portal.modelos import Ambito, Lote
from portal.web.request import business_date, config, db, writing
from portal.web.seguridad import suceso

log = structlog.get_logger("portal.access")

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
Check = Callable[[], ResponseReturnValue | None]
DECISION = "portal_access"
SIGN_IN = "/ingresar"
CHOOSE = "/empleadores"


def publico(view: View) -> View:
    """Anyone."""
    setattr(view, DECISION, "publico")
    return view


def cuenta(view: View) -> View:
    """Anyone signed in."""
    return _guarded(view, "cuenta", _ask_sign_in)


def representante(view: View) -> View:
    """An empleador's account, also before it has chosen the RUC."""
    return _guarded(view, "representante", _ask_representante)


def empleador(view: View) -> View:
    """An empleador's account that acts for a RUC; with none chosen it is sent to choose."""
    return _guarded(view, "empleador", _ask_empleador)


def personal(view: View) -> View:
    """Support agents and supervisors."""
    return _guarded(view, "personal", _ask_personal)


def supervisor(view: View) -> View:
    """Supervisors."""
    return _guarded(view, "supervisor", _ask_supervisor)


def signed_in() -> Usuario | None:
    """The visit behind this request, or None. On a failure page: only what is already known, without asking again."""
    if g.get("without_user"):
        known = g.get("_login_user")
        return known if isinstance(known, Usuario) else None
    return cast(Usuario, current_user._get_current_object()) if current_user.is_authenticated else None


def usuario() -> Usuario:
    """The visit behind a guarded view."""
    who = signed_in()
    if who is None:
        abort(401)
    return who


def is_local_path(path: str | None) -> bool:
    """Whether `path` stays on this portal: `/lotes?pagina=2`, not `//other`, `/\\other` or `https://…`."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc


def require_decisions(app: Flask) -> None:
    """Raise RuntimeError naming the routes whose views carry no access decision."""
    missing = {rule.rule for rule in app.url_map.iter_rules() if not decision_of(app, rule.endpoint)}
    if missing:
        raise RuntimeError("Routes without an access decision (portal.access): " + ", ".join(sorted(missing)))


def decision_of(app: Flask, endpoint: str) -> str | None:
    """The name of the decision a route's view carries."""
    return cast("str | None", getattr(app.view_functions[endpoint], DECISION, None))


def _guarded(view: View, name: str, check: Check) -> View:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        refused = check()
        return view(*args, **kwargs) if refused is None else refused

    setattr(guarded, DECISION, name)
    return cast(View, guarded)


def _ask_sign_in() -> ResponseReturnValue | None:
    return None if signed_in() else to_sign_in()


def _ask_representante() -> ResponseReturnValue | None:
    who = signed_in()
    if who is None:
        return to_sign_in()
    return _other_role() if who.is_staff else None


def _ask_empleador() -> ResponseReturnValue | None:
    refused = _ask_representante()
    if refused is None and usuario().empleador is None:
        return _to_choose()
    return refused


def _ask_personal() -> ResponseReturnValue | None:
    who = signed_in()
    if who is None:
        return to_sign_in()
    return None if who.is_staff else _other_role()


def _ask_supervisor() -> ResponseReturnValue | None:
    refused = _ask_personal()
    return _other_role() if refused is None and usuario().rol != "supervisor" else refused


def _other_role() -> NoReturn:
    g.otro_rol = True
    abort(404)


def to_sign_in() -> ResponseReturnValue:
    """To the sign-in page, and back to this page afterwards. A form that came says that it was not taken."""
    token = session.pop("_user_id", None)
    if _is_form():
        return _elsewhere(SIGN_IN, _interrupted(token, "Su sesión había terminado", "Ingrese otra vez"))
    if token:
        flash("Su sesión terminó. Ingrese otra vez. Lo que el portal ya recibió está guardado.")
    return _elsewhere(SIGN_IN)


def _to_choose() -> ResponseReturnValue:
    """To the choice of an empleador, and back as from the sign-in page."""
    page = _interrupted(None, "Falta elegir por quién actúa", "Elija") if _is_form() else ""
    return _elsewhere(CHOOSE, page)


def _is_form() -> bool:
    from portal.web.formularios import formularios  # imported late: it imports this module

    return formularios.is_form()


def _interrupted(token: str | None, because: str, then: str) -> str:
    from portal.web.formularios import formularios

    return formularios.interrupted(token, because, then)


def _elsewhere(address: str, page: str = "") -> ResponseReturnValue:
    if request.headers.get("HX-Request") == "true":
        return make_response("", 401, redirect=address + _back_to(_page_behind() or page))
    if request.method not in ("GET", "HEAD", "POST") or "Tus-Resumable" in request.headers:
        abort(401)
    return redirect(address + (_back_to(page) or _way_back()), 302 if request.method != "POST" else 303)


def _way_back() -> str:
    return _back_to(request.full_path.rstrip("?")) if request.method == "GET" else ""


def _page_behind() -> str:
    """The page whose fragment htmx asks for, by its path."""
    return urlsplit(request.headers.get("HX-Current-URL", "")).path


def _back_to(path: str) -> str:
    return "?" + urlencode({"siguiente": path}, safe="/") if is_local_path(path) else ""


def load_usuario(token: str) -> Usuario | None:
    """Flask-Login's user loader: the visit of a token. From time to time it updates `vista_en`."""
    now, idle = clock.now(), timedelta(minutes=config().sesion_minutos)
    sesion = sesion_of(db(), token)
    over = why_over(sesion, now, idle) if sesion else "desconocida"
    if sesion is None or over:
        suceso("visita_terminada", sesion.cuenta_id if sesion else "", over)
        return None
    who = usuario_of(db(), sesion, token, business_date())
    if is_ahead(sesion, now):
        _write_down(set_back, sesion.id)
    elif is_due(sesion, now, idle) and not asks_by_itself():
        _write_down(touch, sesion.id)
    return who


def asks_by_itself() -> bool:
    """Whether the request is a poll, and nobody did anything: it does not prolong the visit."""
    return request.headers.get("HX-Request") == "true" or "cada" in request.args


def _write_down(what: Callable[[Session, int, datetime], None], sesion_id: int) -> None:
    try:
        with writing() as transaction:
            what(transaction, sesion_id, clock.now())
    except OperationalError:
        log.warning("visit not touched")  # the database is busy: the page matters more, the next request writes it


def init_app(app: Flask) -> None:
    # Its context processor would load the visit for every fragment; its protection ties a visit to an address, and
    # mobile addresses change.
    login_manager.session_protection = None
    login_manager.user_loader(load_usuario)
    login_manager.init_app(app, add_context_processor=False)
    # Nobody is remembered past the visit. Looking whether to do so reads the cookie of every request, and then static
    # files vary by it: a browser that has just signed in would fetch the scripts again.
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)


def mi_empleador() -> EmpleadorActual:
    """The empleador a guarded view acts for."""
    empleador_actual = usuario().empleador
    if empleador_actual is None:
        abort(404)
    return empleador_actual


def mi_ambito() -> Ambito:
    """What the visit behind a guarded view may read of the empleador it acts for."""
    return Ambito(mi_empleador().id, usuario().movimientos)


def lote_or_404(numero: str) -> Lote:
    """The lote of that number, when it is in the visit's scope; any other is 404. Staff see any."""
    ambito = None if usuario().is_staff else mi_ambito()
    lote = find(db(), numero, ambito) if is_number(numero) else None
    if lote is None:
        abort(404)
    return lote
