"""A guided call from both sides: (name, visitor, address, what is done there). They stand last among the scenes, for a
call is an open attention in the lists of the others."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy import select

from portal.cuentas.altas import save_cuenta
from portal.cuentas.sesiones import open_sesion
from portal.modelos import Cuenta, Llamada, Problema
from portal.soporte.llamada import llamadas
from tests.classes import css

from .office import World, cedulas

#: a visit of its own, so that the other scenes of the account show no call; the agent of both
CALLER = "en llamada"
CALLER_ACCOUNT, AGENT_ACCOUNT = "1710010024", "1710010073"
[OTHER_AGENT] = cedulas(971, 1)


def _account(world: World, identificacion: str) -> int:
    with world.database.reading() as session:
        return session.scalars(select(Cuenta.id).where(Cuenta.identificacion == identificacion)).one()


def _ask(page: Page, world: World, name: str = "con-errores") -> None:
    """A fresh code, on the page of that lote."""
    page.goto(f"{world.base}/lotes/{world.lotes[name]}")
    if page.locator("#guia-cortar").count():
        page.click("#guia-cortar")
    page.click('header a[href="/ayuda/llamada"]')
    page.click('button[value="pedir"]')


def _guided(page: Page, world: World, name: str = "con-errores") -> None:
    """An agent who is in no other scene looks at the lote with the caller."""
    _ask(page, world, name)
    code = "".join(re.findall(r"\d", page.inner_text(css("main .notice b.lead"))))
    with world.database.writing() as session:
        agent = save_cuenta(session, OTHER_AGENT, "Agente 16", "soporte", "demo-nadie-ingresa").id
        for open_one in session.scalars(select(Llamada.id).where(Llamada.agente_id == agent)).all():
            llamadas.end(session, open_one, "agente", world.reloj.now())
        assert llamadas.take(session, world.config.secret_key, code, agent, world.reloj.now())
    page.reload()


def _pointed(page: Page, world: World) -> None:
    _guided(page, world)
    with world.database.writing() as session:
        call = session.scalars(select(Llamada).where(Llamada.terminada_en.is_(None), Llamada.lote_id.is_not(None))
                               .order_by(Llamada.id.desc())).first()  # fmt: skip
        assert call is not None
        first = session.scalars(
            select(Problema).where(Problema.lote_id == call.lote_id).order_by(Problema.linea)
        ).first()
        assert first is not None and llamadas.point(session, call, first.linea, first.campo, world.reloj.now())
    page.reload()


def _pointed_among_lines(page: Page, world: World) -> None:
    _pointed(page, world)
    page.click("text=Ver la línea")


def _permitted(page: Page, world: World) -> None:
    _guided(page, world)
    with page.expect_navigation():
        page.click("#guia-permitir")
    page.goto(f"{world.base}/procesos")


def _waiting_lote(page: Page, world: World) -> None:
    _guided(page, world, "en_cola")


def _cut(page: Page, world: World) -> None:
    _guided(page, world)
    with page.expect_navigation():
        page.click("#guia-cortar")


def _seen(page: Page, world: World, name: str | None, permit: bool = False) -> None:
    """The supervisor, as an agent, in a call that looks at that lote; one call for all of these scenes."""
    now, agent, caller = world.reloj.now(), _account(world, AGENT_ACCOUNT), _account(world, CALLER_ACCOUNT)
    with world.database.writing() as session:
        call = llamadas.of_agent(session, agent, now)
        if call is None:
            empleador = world.empleador_id
            token = open_sesion(session, caller, now, empleador)
            asked = llamadas.ask(session, world.config.secret_key, token, caller, empleador, now)
            code = llamadas.code(world.config.secret_key, asked.semilla)
            call = llamadas.take(session, world.config.secret_key, code, agent, now)
        assert call is not None
        llamadas.permit(session, call.id, permit, now)
        call.lote_id = None
        llamadas.moved(session, call.id, "lotes.lote" if name else "procesos.procesos",
                       world.lotes[name] if name else None, now)  # fmt: skip
    page.goto(f"{world.base}/soporte/llamada")


def _agent_at(name: str | None, permit: bool = False) -> Callable[[Page, World], None]:
    return lambda page, world: _seen(page, world, name, permit)


def _unfolded(page: Page, world: World) -> None:
    _seen(page, world, "con-errores")
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")


def _type_slip(page: Page, world: World) -> None:
    with world.database.writing() as session:
        for open_one in session.scalars(select(Llamada.id).where(Llamada.terminada_en.is_(None))).all():
            llamadas.end(session, open_one, "agente", world.reloj.now())
    page.goto(f"{world.base}/soporte/llamada")
    if page.locator("#codigo").count() == 0 or page.locator("#cierre").count():
        page.click('main button[value="resuelta"]')
        page.goto(f"{world.base}/soporte/llamada")
    page.fill("#codigo", "1234567")
    page.click('main form[action="/soporte/llamada"] button')


SCENES = (
    ("llamada-entrada", "supervisor", "/soporte/llamada", None),
    ("llamada-falta-cerrar", "soporte", "/soporte/llamada", None),
    ("ayuda-llamada", "empleador", "/ayuda/llamada", None),
    ("ayuda-llamada-codigo", CALLER, "/ayuda/llamada", _ask),
    ("ayuda-llamada-guiada", CALLER, "/procesos", _guided),
    ("ayuda-llamada-senalada", CALLER, "/procesos", _pointed),
    ("ayuda-llamada-senalada-lineas", CALLER, "/procesos", _pointed_among_lines),
    ("ayuda-llamada-permitida", CALLER, "/procesos", _permitted),
    ("ayuda-llamada-en-cola", CALLER, "/procesos", _waiting_lote),
    ("ayuda-llamada-terminada", CALLER, "/procesos", _cut),
    ("llamada-sin-lote", "supervisor", "/soporte", _agent_at(None)),
    ("llamada-con-errores", "supervisor", "/soporte", _unfolded),
    ("llamada-permitida", "supervisor", "/soporte", _agent_at("con-errores", permit=True)),
    ("llamada-rechazado", "supervisor", "/soporte", _agent_at("rechazado")),
    ("llamada-registrado", "supervisor", "/soporte", _agent_at("registrado")),
    ("llamada-en-cola", "supervisor", "/soporte", _agent_at("en_cola")),
    ("llamada-codigo-error", "supervisor", "/soporte/llamada", _type_slip),
)
