"""Every address, query and form with values that no row has: a page that says so, and never a failure of ours.

Routes come from the application, names of parameters from the pages' own code, so that a new one is asked too. The
test portal raises what the real one would answer with 500.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from werkzeug.routing import Rule

from pages.world import World, worker
from portal.config import ROOT
from portal.lotes.numeros import write
from portal.soporte.numeros import written
from web import mundo
from web.portal_client import Navegador

CODE = [*(ROOT / "portal" / "blueprints").rglob("*.py"), *(ROOT / "portal" / "web").rglob("*.py")]
NUMBERS = [2**31, 2**63 - 1, 2**63, 10**30]
#: of addresses
IN_PATH = {
    "default": ["%00", "a%00b", "9" * 400, "%ff", "٣", "a" * 3000],
    "int": [*map(str, NUMBERS), "9" * 5000, "٣", "0"],
    "numero": [write(2026, n) for n in NUMBERS] + [written(k, n) for k, n in product("AQ", NUMBERS)] + ["%00"],
}
VALUES = [
    *map(str, NUMBERS), str(-(2**63) - 1), "9" * 5000, "٣", "²", "1\0", "😀", "0000-01", "0001-01", "9999-12",
    "999912", "0001-01-01", "9999-12-31", f"1-{10**30}", "1-2,3-4",
]  # fmt: skip


on_the_stricter = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # it takes less than SQLite does


def names(where: str) -> list[str]:
    """The parameters that the pages ask of a request's `args`, `form` or `values`."""
    asked = re.compile(rf'request\.(?:{where}|values)(?:\.get|\.getlist)?[(\[]"(\w+)"')
    numbers = re.compile(rf'whole\(request\.(?:{where}|values), "(\w+)"')
    found = {name for path in CODE for name in asked.findall(path.read_text()) + numbers.findall(path.read_text())}
    read_by_a_helper = {name for path in CODE for name in re.findall(r'given\.get\("(\w+)"', path.read_text())}
    return sorted(found | read_by_a_helper)


def addresses(rule: Rule) -> list[str]:
    """The route's address with each of the values that none of its rows has."""
    made = []
    for value in ["int", "default"] if rule.arguments else []:
        kinds = re.findall(r"<(?:([^<>:]*):)?([^<>]+)>", rule.rule)
        for bad in {v for kind, name in kinds for v in IN_PATH.get(kind or name, IN_PATH[value])}:
            path = rule.rule
            for found in re.finditer(r"<(?:([^<>:]*):)?([^<>]+)>", rule.rule):
                kind = found[1] or ""
                fixed = re.match(r"any\(([^,)]+)", kind)
                path = path.replace(found[0], fixed[1] if fixed else bad)
            made.append(path)
    return sorted(set(made))


def rules(world: World, method: str) -> list[Rule]:
    return [rule for rule in world.app.url_map.iter_rules() if method in (rule.methods or set())]


def test_names_are_found() -> None:
    assert {"pagina", "antes", "v", "linea", "meses", "periodo", "desde"} <= set(names("args"))
    assert {"numero", "motivo", "ruc", "visto"} <= set(names("form"))


@pytest.fixture
def people(world: World) -> list[Navegador]:
    """One of each kind, with a worker and a registered lote to look at."""
    world.hire(worker(1))
    return [Navegador(world.app), world.browser(), world.browser(mundo.SUPERVISOR)]


def answers(browser: Navegador, method: str, path: str, **more: object) -> None:
    status = browser.client.open(path, method=method, **more).status_code  # type: ignore[arg-type]
    assert status < 500 or path.startswith("/salud"), path  # the queue is away here


@on_the_stricter
def test_no_address_fails(world: World, people: list[Navegador]) -> None:
    for browser, method in product(people, ("GET", "POST")):
        token = browser.token()
        for rule in rules(world, method):
            for path in addresses(rule):
                more = {"data": {"csrf_token": token}} if method == "POST" else {}
                answers(browser, method, path, **more)


def real(world: World, rule: Rule) -> str:
    """The route's address with rows that are there, as far as this world has them."""
    kinds = {"numero": write(2026, 1), "movimiento": "ENT", "codigo": "SAL-02", "cuenta": "1", "trabajador": "1"}
    return re.sub(
        r"<(?:([^<>:]*):)?([^<>]+)>",
        lambda found: (re.match(r"any\(([^,)]+)", found[1] or "") or [0, kinds.get(found[2], "1")])[1],
        rule.rule,
    )


@on_the_stricter
def test_no_query_fails(world: World, people: list[Navegador]) -> None:
    for browser in people[1:]:
        for rule in rules(world, "GET"):
            path = real(world, rule)
            for value in VALUES:
                answers(browser, "GET", path, query_string=dict.fromkeys(names("args"), value))


@on_the_stricter
def test_no_form_fails(world: World, people: list[Navegador]) -> None:
    for browser in people[1:]:
        token = browser.token()
        for rule in rules(world, "POST"):
            if rule.endpoint in ("login.salir", "login.entrar"):
                continue  # ends the visit
            for value in VALUES:
                data = {"csrf_token": token, **dict.fromkeys(names("form"), value)}
                answers(browser, "POST", real(world, rule), data=data)
