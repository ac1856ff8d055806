"""What a delegate of some movements sees: nothing of the others, at any address, in any list, sheet or call."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from pages.annulments import annulled
from pages.calls import call
from pages.empleador.lote.test_quick_polls import long_way
from pages.world import World, key, worker, wrong
from portal import clock
from portal.access import decision_of
from portal.cuentas.altas import save_representacion
from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Anuncio
from portal.modelos import Cuenta, Lote, Relacion, Representacion, Subida
from portal.novedades import todas
from test_routes import PREGUNTA
from web import mundo
from web.portal_client import Navegador, make_app

SOLO_ENT, VENCIDO, REVOCADO = "1802345680", "1802345698", "1802345706"
ANA, LUIS, EVA = worker(1), worker(2), worker(3)
HX = {"HX-Request": "true"}
#: what is of MSU, INS and SAL alone in the world below, as pages and sheets write it
OTHERS = ("765", "43,21", "43.21", "Extras", "Nuevo sueldo")


class Office(World):
    """Hires, a raise, extras and a leave, some lines wrong, some annulled; `of` movement → its lote, and what hangs on
    each."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        a = self.empleador_id()
        with self.database.writing() as session:
            for number, ends in ((SOLO_ENT, None), (VENCIDO, mundo.HOY - timedelta(1)), (REVOCADO, None)):
                cuenta = Cuenta(identificacion=number, nombre="DELEGADA", rol="empleador", clave_hash=key())
                session.add(cuenta)
                session.flush()
                save_representacion(session, cuenta.id, a, titular=False, movimientos={"ENT"}, hasta=ends)
        revoked = delete(Representacion).where(Representacion.cuenta_id == self.cuenta_id(REVOCADO))
        with self.database.writing() as session:
            session.execute(revoked)
        self.hire(ANA, LUIS, sueldo="650.00")
        self.of = {"ENT": self.registered("ENT", [self.line("ENT", one) for one in (EVA, worker(4), wrong(EVA))])}
        self.of["MSU"] = self.registered("MSU", [self.line("MSU", ANA, sueldo="765.00"), self.line("MSU", wrong(ANA))])
        extras = [self.line("INS", one, valor="43.21") for one in (ANA, LUIS, wrong(ANA))]
        self.of["INS"] = self.registered("INS", extras)
        self.of["SAL"] = self.registered("SAL", [self.line("SAL", LUIS), self.line("SAL", wrong(ANA))])
        for numero in self.of.values():
            self.alter(numero, pregunta=PREGUNTA)
        self.annulment = {"INS": annulled(self, self.of["INS"], [2]), "ENT": annulled(self, self.of["ENT"], [1])}

    def upload(self, movimiento: str) -> str:
        """One that is under way: there may be only so many."""
        waits = self.rows(Subida, movimiento=movimiento, terminada_en=None)
        if waits:
            return str(waits[0].token)
        anuncio = Anuncio(self.empleador_id(), self.cuenta_id(), movimiento, "a.txt", 9)
        return subidas.begin(self.database, anuncio, clock.now()).token

    def address(self, rule: str, movimiento: str) -> str:
        """The address of a route with what is of that movement. A route whose object nobody knows fails here: say what
        of a movement it opens."""
        first = rule.split("/")[1] if not rule.startswith("/cargas/") else rule.split("/")[2]
        objects = {
            "lotes": lambda: self.of[movimiento],
            "anulaciones": lambda: self.annulment[movimiento],
            "tus": lambda: self.upload(movimiento),
            "historia": lambda: str(self.rows(Relacion)[0].id),
        }
        start, end = rule.index("<"), rule.index(">")
        return rule[:start] + objects[first]() + rule[end + 1 :]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("scope")
    shutil.copyfile(sqlite_template, folder / "portal.db")
    app = make_app(folder, f"sqlite:///{folder / 'portal.db'}")
    yield Office(app)
    app.extensions["portal_database"].engine.dispose()


def routes_with_an_object(app: Flask) -> list[tuple[str, str]]:
    rules = [r for r in app.url_map.iter_rules() if r.arguments and decision_of(app, r.endpoint) == "empleador"]
    return sorted((method, r.rule) for r in rules for method in (r.methods or set()) - {"OPTIONS"})


def status(browser: Navegador, method: str, address: str) -> int:
    headers = {"X-CSRFToken": browser.token()}
    if address.startswith("/cargas/tus"):
        headers |= {"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "HEAD"}
    headers |= HX if address.endswith("/avance") else {}
    return browser.client.open(address, method=method, headers=headers).status_code


def test_every_address_of_an_object_is_not_there_for_whoever_may_not_see_it(office: Office) -> None:
    """Walks every route of the portal that takes one, also those that are made later."""
    routes = routes_with_an_object(office.app)
    assert len(routes) > 20
    titular, delegate = office.browser(), office.browser(SOLO_ENT)
    outside = [office.browser(one) for one in (VENCIDO, REVOCADO, mundo.DE_B, mundo.SOPORTE, mundo.SUPERVISOR)]
    for method, rule in routes:
        of_all = rule.startswith("/historia")  # a worker is the empleador's; what is told of it is asked below
        for movimiento in ("INS", "ENT"):
            where = f"{method} {rule} {movimiento}"
            mine = of_all or movimiento == "ENT"
            assert (status(delegate, method, office.address(rule, movimiento)) != 404) == mine, where
            for other in outside:
                assert status(other, method, office.address(rule, movimiento)) in (302, 303, 401, 404), where
            assert status(titular, method, office.address(rule, movimiento)) != 404, where


def test_what_is_not_seen_answers_as_what_is_not_there(office: Office) -> None:
    delegate = office.browser(SOLO_ENT)
    pages = (delegate.get(f"/lotes/{n}", status=404).text for n in (office.of["INS"], "2026-999999-9"))
    # tokens are of the second in which a page was made, and hold any figure
    there, nowhere = (re.sub(r'name="csrf_token" value="[^"]*"', "", page) for page in pages)
    assert "43" not in there and there.replace(office.of["INS"], "") == nowhere.replace("2026-999999-9", "")


def test_an_unchanged_poll_is_not_answered_before_flask_either(office: Office) -> None:
    titular, delegate = office.browser(), office.browser(SOLO_ENT)
    for movimiento, answer in (("INS", (404, True)), ("ENT", (204, False))):
        numero = office.of[movimiento]
        version = titular.get(f"/lotes/{numero}").text.split('data-version="')[1].split('"')[0]
        delegate.get("/procesos")
        assert long_way(office, delegate, f"/lotes/{numero}/avance?v={version}") == answer


@pytest.mark.parametrize("path", ["/procesos", "/lotes", "/lotes?movimiento=INS", "/cargas/nueva", "/accesos"])
def test_lists_name_no_other_lote(office: Office, path: str) -> None:
    office.upload("INS")
    html = office.browser(SOLO_ENT).get(path).text
    assert not [numero for codigo, numero in office.of.items() if codigo != "ENT" and numero in html]
    assert not [una.token for una in office.rows(Subida, movimiento="INS") if una.token in html]
    if path == "/lotes":
        assert office.of["ENT"] in html


def test_the_labour_history_tells_its_own_facts_alone(office: Office) -> None:
    titular, delegate = office.browser(), office.browser(SOLO_ENT)
    where = f"/historia/{office.rows(Relacion)[0].id}"
    month = f"/historia/sucursal?sucursal=0001&periodo={mundo.HOY:%Y-%m}"
    for path in (where, f"{where}.csv", month, month.replace("sucursal?", "sucursal.csv?"), "/historia"):
        all_of_it, part = titular.get(path).text, delegate.get(path).text
        assert path == "/historia" or any(one in all_of_it for one in OTHERS)
        assert not [one for one in OTHERS if one in part], path
        assert not [n for codigo, n in office.of.items() if codigo != "ENT" and n in part]
    page = delegate.get(where).text
    assert "650,00" in page, "the sueldo of the entry is a fact of its own"
    assert "Por mes" not in page and "Usted ve lo registrado de: aviso de entrada" in delegate.text
    assert "Planilla" not in delegate.get("/historia").text


def test_no_sueldo_passes_for_the_present_one(office: Office) -> None:
    """Of a raised worker an ENT alone says what was once paid."""
    html = office.browser(SOLO_ENT).get(f"/historia/{office.rows(Relacion)[0].id}").text
    assert "<dt>Sueldo</dt>" not in html and "<dt>Cargo</dt>" in html


def test_whoever_may_see_both_that_make_the_sueldo_sees_it(office: Office) -> None:
    who = office.cuenta_id(SOLO_ENT)
    with office.database.writing() as session:
        save_representacion(session, who, office.empleador_id(), titular=False, movimientos={"ENT", "MSU"})
    try:
        delegate = office.browser(SOLO_ENT)
        html = delegate.get(f"/historia/{office.rows(Relacion)[0].id}").text
        assert "765,00" in html and "43,21" not in html and "Por mes" in html
    finally:
        with office.database.writing() as session:
            save_representacion(session, who, office.empleador_id(), titular=False, movimientos={"ENT"})


def test_a_leave_does_not_tell_whoever_sees_leaves_alone_what_was_paid(office: Office) -> None:
    with office.database.writing() as session:
        save_representacion(
            session, office.cuenta_id(REVOCADO), office.empleador_id(), titular=False, movimientos={"SAL"}
        )
    try:
        numero = office.of["SAL"]
        delegate = office.browser(REVOCADO)
        for path in (f"/lotes/{numero}", f"/lotes/{numero}/comprobante", f"/lotes/{numero}/anulacion"):
            assert "planilla" in office.browser().get(path).text or "anulacion" in path
            assert "650" not in delegate.get(path).text
    finally:
        with office.database.writing() as session:
            session.execute(delete(Representacion).where(Representacion.cuenta_id == office.cuenta_id(REVOCADO)))


def test_what_has_to_be_annulled_first_is_told_without_the_lote(office: Office) -> None:
    first = office.rows(Relacion)[0].lote_id
    numero = next(lote for lote in office.rows(Lote) if lote.id == first).numero
    html = office.browser(SOLO_ENT).get(f"/lotes/{numero}/anulacion?lineas=1").text
    assert "pida al titular" in html
    assert not [n for codigo, n in office.of.items() if codigo != "ENT" and n in html]


def test_an_agent_sees_what_the_caller_sees(office: Office) -> None:
    caller, agent = office.browser(SOLO_ENT), office.browser(mundo.SOPORTE)
    call(caller, agent, "/procesos")
    html = agent.get("/soporte/llamada").text
    assert office.of["ENT"] in html and office.of["INS"] not in html
    agent.post("/soporte/llamada/lote", {"numero": office.of["INS"]})
    assert "no es de un lote" in agent.follow().text and office.of["INS"] not in agent.text
    caller.get(f"/lotes/{office.of['INS']}", status=404)
    assert office.of["INS"] not in agent.get("/soporte/llamada").text
    agent.post("/soporte/llamada/lote", {"numero": office.of["ENT"]})
    assert office.of["ENT"] in agent.follow().text
    agent.post("/soporte/llamada/cortar")


# --- sending what was not given (C3) -------------------------------------------------------------------------------
@pytest.mark.parametrize("codigo", [codigo for codigo in todas() if codigo != "ENT"])
def test_a_form_for_another_movement_is_refused_by_name(office: Office, codigo: str) -> None:
    delegate = office.browser(SOLO_ENT)
    for path in (f"/cargas/nueva?movimiento={codigo}", f"/cargas/nueva?movimiento={codigo.lower()}"):
        html = delegate.get(path, status=403).text
        assert f"no puede enviar {todas()[codigo].nombre} ({codigo})" in delegate.text
        assert "Puede enviar: Aviso de entrada (ENT)" in delegate.text
        assert " selected" not in html and '<option value="">Elija una novedad' in html


def test_a_file_of_another_movement_is_refused_by_name_whichever_way_it_comes(office: Office) -> None:
    delegate, before = office.browser(SOLO_ENT), len(office.rows(Lote))
    delegate.get("/cargas/nueva")
    delegate.post("/cargas/nueva", {"movimiento": "INS"}, status=422)
    assert "no puede enviar Variación de sueldo por extras (INS)" in delegate.text
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": "filename YS50eHQ=,movimiento SU5T"}
    refused = delegate.client.post("/cargas/tus", headers=tus)
    assert refused.status_code == 422 and "no puede enviar Variación de sueldo por extras (INS)" in refused.text
    assert len(office.rows(Lote)) == before


def test_nor_is_a_file_opened_as_another_movement(office: Office) -> None:
    numero = office.checked("ENT", office.line("INS", ANA))
    delegate = office.browser(SOLO_ENT)
    html = delegate.get(f"/lotes/{numero}").text
    assert "no puede enviar Variación de sueldo por extras (INS)" in delegate.text and "Abrirlo como" not in html
    before = len(office.rows(Lote))
    delegate.post(f"/lotes/{numero}/revisar", {"movimiento": "INS"})
    assert "no puede enviar Variación de sueldo por extras (INS)" in delegate.follow().text
    assert len(office.rows(Lote)) == before
