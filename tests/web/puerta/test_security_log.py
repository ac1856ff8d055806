"""One line for each thing that matters to who may come in; what it holds, and what it never holds."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from portal import clock
from portal.config import ROOT
from portal.cuentas.altas import save_cuenta
from portal.modelos import Cuenta, Sesion
from portal.web.puerta.entrada import knows
from portal.web.puerta.limites import CLAVE, POR_PAR, SEGUNDO
from portal.web.seguridad import SUCESOS, pseudonym, suceso
from web import mundo
from web.portal_client import Navegador
from web.puerta.test_second_step import SECOND, with_key, wrong

OPERATIONS = ROOT / "docs" / "operations.md"
Lines = Callable[[], list[dict[str, object]]]


def told_in_code() -> set[str]:
    """Every event that the code writes, by its first argument."""
    found: set[str] = set()
    for path in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "suceso":
                found |= named(node.args[0])
    by_name = (ROOT / "portal/blueprints/supervision/supervision.py").read_text()
    found |= set(re.findall(r'^    "\w+": "(\w+_\w+)",$', by_name, re.M))
    return found | {f"{what}_frenada" for what in (CLAVE, SEGUNDO)}


def named(node: ast.expr) -> set[str]:
    """The events that an argument may be."""
    if isinstance(node, ast.IfExp):
        return named(node.body) | named(node.orelse)
    return {str(node.value)} if isinstance(node, ast.Constant) else set()


def test_the_inventory_of_the_code_and_of_the_operator_are_one() -> None:
    table = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", OPERATIONS.read_text(), re.M))
    assert {name: words for name, words in table.items() if name in SUCESOS or "_" in name} == SUCESOS
    assert told_in_code() == set(SUCESOS)


def test_what_is_not_in_the_inventory_cannot_be_written(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        suceso("otra cosa")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], app: Flask) -> Lines:
    """What was written since it was asked last."""
    from portal.web.logs import configure

    configure(json_lines=True)
    capsys.readouterr()

    def read() -> list[dict[str, object]]:
        written = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
        return [line for line in written if line["event"] == "security"]

    return read


def names(read: Lines) -> list[tuple[object, object]]:
    return [(line["suceso"], line["motivo"]) for line in read()]


def test_a_line_says_who_by_a_pseudonym_from_where_and_in_which_request(app: Flask, lines: Lines) -> None:
    visitor = Navegador(app)
    visitor.get("/ingresar")
    here = {"REMOTE_ADDR": "198.51.100.7"}
    fields = {"identificacion": mundo.DE_A, "clave": "mala"}
    visitor.post("/ingresar", fields, status=422, environ_base=here, headers={"X-Request-ID": "de-mi-proxy-77"})
    visitor.post("/ingresar", fields | {"clave": mundo.CLAVE}, environ_base=here)
    wrong_one, right_one = lines()
    assert wrong_one["suceso"] == "ingreso_fallido" and right_one["suceso"] == "ingreso"
    assert wrong_one["cuenta"] == right_one["cuenta"] == pseudonym(mundo.DE_A, app.config["PORTAL"])
    assert wrong_one["direccion"] == "198.51.100.7" and wrong_one["request"] == "de-mi-proxy-77"


def test_the_pseudonym_is_of_the_secret_and_tells_nothing_by_itself(app: Flask) -> None:
    from dataclasses import replace

    mine = app.config["PORTAL"]
    assert pseudonym(mundo.DE_A, mine) != pseudonym(mundo.DE_B, mine)
    assert pseudonym(mundo.DE_A, mine) != pseudonym(mundo.DE_A, replace(mine, secret_key="otro secreto"))
    assert re.fullmatch(r"[0-9a-f]{16}", pseudonym(mundo.DE_A, mine)) and mundo.DE_A[:4] not in mundo.DE_A[4:]


def test_a_day_of_an_empleador(app: Flask, lines: Lines) -> None:
    visitor = Navegador(app).sign_in(mundo.DE_VARIOS, mundo.CLAVE, mundo.RUC_A)
    visitor.post("/empleadores", {"ruc": "1790000000001"}, status=404)
    visitor.get("/soporte", status=404)
    visitor.get("/lotes/2026-000001-9", status=404)
    visitor.get("/nada", status=404)  # leads nowhere: no line
    visitor.get("/procesos")
    visitor.post("/historia", {"cedula": "1710034065", "csrf_token": ""}, status=400)
    visitor.get("/procesos")
    visitor.post("/ayuda/llamada", {"accion": "pedir"})
    visitor.get("/procesos")
    visitor.post("/salir")
    assert names(lines) == [
        ("ingreso", ""),
        ("empleador_elegido", ""),
        ("empleador_ajeno", ""),
        ("negado_por_objeto", "/empleadores"),
        ("negado_por_rol", "/soporte"),
        ("negado_por_objeto", "/lotes/<numero>"),
        ("formulario_sin_prueba", "/historia"),
        ("llamada_pedida", ""),
        ("salida", ""),
    ]


def test_a_day_of_the_staff(app: Flask, lines: Lines) -> None:
    visitor = with_key(app)
    visitor.post(SECOND, {"codigo": wrong(app)}, status=422)
    visitor.post(SECOND, {"codigo": visitor.code(mundo.SOPORTE)})
    visitor.get("/soporte/llamada")
    visitor.post("/soporte/llamada", {"codigo": "482913-7"}, status=422)
    said = names(lines)
    assert said[:4] == [("clave_correcta", ""), ("segundo_fallido", ""), ("segundo_correcto", ""), ("ingreso", "")]


@pytest.mark.parametrize("accion", ["bloquear", "desbloquear", "intentos", "visitas", "segundo"])
def test_what_a_supervisor_does_is_written_of_the_account_it_is_done_to(app: Flask, lines: Lines, accion: str) -> None:
    with app.extensions["portal_database"].reading() as session:
        from sqlalchemy import select

        from portal.modelos import Cuenta

        number = session.scalars(select(Cuenta.id).where(Cuenta.identificacion == mundo.SOPORTE)).one()
    visitor = Navegador(app).sign_in(mundo.SUPERVISOR, mundo.CLAVE)
    visitor.get(f"/supervision/cuentas/{number}")
    lines()
    visitor.post(f"/supervision/cuentas/{number}/{accion}", {"porque": "Pidió ayuda por teléfono"})
    [line] = lines()
    assert line["cuenta"] == pseudonym(mundo.SOPORTE, app.config["PORTAL"])
    assert str(line["suceso"]).split("_")[0] in ("cuenta", "intentos", "visitas", "segundo")


def test_who_is_slowed_and_why_is_written(app: Flask, lines: Lines) -> None:
    visitor = Navegador(app)
    visitor.get("/ingresar")
    for _ in range(POR_PAR + 1):
        visitor.post("/ingresar", {"identificacion": mundo.DE_A, "clave": "mala"}, status=None)
    assert names(lines)[-1] == ("clave_frenada", "par")


@pytest.mark.parametrize(("change", "said"), [("rol", "cerrada"), ("bloqueada", "bloqueada"), ("vieja", "vencida")])
def test_a_visit_that_is_over_says_why(app: Flask, lines: Lines, change: str, said: str) -> None:
    from datetime import timedelta

    from sqlalchemy import update

    from portal import clock
    from portal.modelos import Cuenta, Sesion

    visitor = Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)
    lines()
    with app.extensions["portal_database"].writing() as session:
        if change == "rol":
            save_cuenta(session, mundo.DE_A, "PERSONA", "soporte")
        elif change == "bloqueada":
            session.execute(update(Cuenta).where(Cuenta.identificacion == mundo.DE_A).values(bloqueada_en=clock.now()))
        else:
            session.execute(update(Sesion).values(vista_en=clock.now() - timedelta(hours=2)))
    visitor.get("/procesos", status=302)
    assert names(lines) == [("visita_terminada", said)]


def test_no_line_holds_anything_of_a_person(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    visitor = Navegador(app).sign_in(mundo.DE_VARIOS, mundo.CLAVE, mundo.RUC_A)
    visitor.post("/empleadores", {"ruc": mundo.RUC_B + "9"}, status=404)
    visitor.get("/lotes/2026-000001-9?cedula=0912791803", status=404)
    Navegador(app).sign_in(mundo.SOPORTE, mundo.CLAVE).get("/soporte/lotes/2026-000001-9", status=404)
    written = capsys.readouterr().err
    for secret in (mundo.DE_VARIOS, mundo.SOPORTE, mundo.RUC_A, mundo.RUC_B, "PERSONA", "Agente 14", "EMPRESA"):
        assert secret not in written
    assert mundo.CLAVE not in written and "0912791803" not in written


def test_commands_write_too(app: Flask) -> None:
    from portal.web.logs import configure

    configure(json_lines=True)
    said: list[dict[str, object]] = []

    def run(*args: str) -> None:
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["cuentas", *args])
        assert done.exit_code == 0, done.output
        said.extend(json.loads(line) for line in done.stderr.splitlines() if '"event": "security"' in line)

    run("crear", mundo.SOPORTE, "Agente 14", "--rol", "soporte", "--clave", "otras palabras muy largas")
    run("crear", mundo.SOPORTE, "Agente 14", "--rol", "supervisor", "--clave", "otras palabras muy largas")
    run("crear", "1713175063", "Agente 20", "--rol", "soporte", "--clave", "otras palabras muy largas")
    run("segundo-factor", mundo.SUPERVISOR)
    assert [line["suceso"] for line in said] == [
        "clave_cambiada", "cuenta_cambiada", "cuenta_creada", "segundo_reiniciado",
    ]  # fmt: skip
    assert {line["direccion"] for line in said} == {"consola"}
    assert said[0]["cuenta"] == said[1]["cuenta"] == pseudonym(mundo.SOPORTE, app.config["PORTAL"])


@pytest.mark.parametrize(
    "who, clave, why",
    [(mundo.DE_A, "mala", "clave"), ("1750000008", "mala", "desconocida"), (mundo.DE_B, mundo.CLAVE, "bloqueada")],
)
def test_who_did_not_come_in_and_why(app: Flask, lines: Lines, who: str, clave: str, why: str) -> None:
    with app.extensions["portal_database"].writing() as session:
        session.query(Cuenta).filter_by(identificacion=mundo.DE_B).update({"bloqueada_en": clock.now()})
    visitor = Navegador(app)
    visitor.get("/ingresar")
    visitor.post("/ingresar", {"identificacion": who, "clave": clave}, status=422)
    assert names(lines) == [("ingreso_fallido", why)]


def test_a_movement_that_a_delegate_may_not_send_is_written_whichever_way_it_came(app: Flask, lines: Lines) -> None:
    visitor = Navegador(app).sign_in(mundo.DELEGADO, mundo.CLAVE)
    lines()
    visitor.get("/cargas/nueva?movimiento=SAL", status=403)
    assert names(lines) == [("negado", "/cargas/nueva")]
    visitor.get("/cargas/nueva")
    data = {"movimiento": "SAL", "archivo": (io.BytesIO(b"x"), "a.txt")}
    visitor.post("/cargas/nueva", data, status=422, content_type="multipart/form-data")
    assert names(lines) == [("negado", "movimiento")]
    told = "movimiento U0FM,filename YS50eHQ="
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": told}
    assert visitor.client.post("/cargas/tus", headers=headers).status_code == 422
    assert names(lines) == [("negado", "movimiento")]


def test_what_is_turned_away_unread_is_written_under_its_own_request(app: Flask, lines: Lines) -> None:
    for number in ("mi-numero-0001", "mi-numero-0002"):
        data = {"clave": "x" * 40_000}
        Navegador(app).client.post("/queja", data=data, headers={"X-Request-ID": number})
    visitor = Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)
    lines()
    with app.extensions["portal_database"].writing() as session:
        session.query(Sesion).update({"cerrada_en": clock.now()})
    environ = EnvironBuilder(path="/procesos").get_environ()
    visitor.client._add_cookies_to_wsgi(environ)
    assert not knows(app)(environ) and names(lines) == [], "the request says it once more"
    visitor.client.post("/historia", data={"cedula": "1" * 40_000}, headers={"X-Request-ID": "mi-numero-0003"})
    assert {line["request"] for line in lines()} == {"mi-numero-0003"}
