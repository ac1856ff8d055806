"""Nobody keeps anybody else out: tries count by account and address; by the account alone they only set a pace."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.cola import connect
from portal.cuentas import segundo
from portal.web.puerta.intentos import WITHIN, Intentos
from portal.web.puerta.limites import MUCHOS, PAUSAS, POR_DIRECCION, POR_PAR
from web import mundo
from web.portal_client import Navegador, make_app
from web.puerta.test_second_step import SECOND, with_key, wrong

NOBODY = "1713175063"  # no account has this number
HOME = "198.51.100.7"
Clock = list[datetime]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands until its one entry is changed."""
    instant = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: instant[0])
    return instant


@pytest.fixture(params=["in the queue server", "in this process"])
def portal(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Flask:
    """The application with its tries in either place."""
    copy = tmp_path / "portal.db"
    copy.write_bytes(sqlite_template.read_bytes())
    url = request.getfixturevalue("queue_server").url if "queue" in request.param else None
    app = make_app(tmp_path, f"sqlite:///{copy}", url)
    mundo.fill(app.extensions["portal_database"])
    return app


def tries(app: Flask, account: str, clave: str, place: str = "203.0.113.9", status: int | None = 422) -> Navegador:
    visitor = Navegador(app)
    visitor.get("/ingresar")
    fields = {"identificacion": account, "clave": clave}
    visitor.post("/ingresar", fields, status=status, environ_base={"REMOTE_ADDR": place})
    return visitor


def attack(app: Flask, account: str, places: int, each: int = POR_PAR) -> None:
    """Wrong keys from many addresses; those that are slowed come to nothing."""
    for place in range(places):
        visitor = Navegador(app)
        visitor.get("/ingresar")
        for _ in range(each):
            fields = {"identificacion": account, "clave": "mala"}
            visitor.post("/ingresar", fields, status=None, environ_base={"REMOTE_ADDR": f"192.0.2.{place}"})


def test_who_guesses_waits_and_the_owner_elsewhere_does_not(portal: Flask) -> None:
    for _ in range(POR_PAR):
        tries(portal, mundo.DE_A, "mala")
    for _ in range(3):
        assert tries(portal, mundo.DE_A, "mala", status=429).response.headers["Retry-After"]
    tries(portal, mundo.DE_A, mundo.CLAVE, HOME, status=303)


def test_the_owner_comes_in_at_once_while_many_addresses_guess(portal: Flask, still: Clock) -> None:
    attack(portal, mundo.DE_A, places=30)
    tries(portal, mundo.DE_A, mundo.CLAVE, HOME, status=303)
    tries(portal, mundo.DE_A, "mala", HOME)  # and who mistypes waits seconds
    waits = int(tries(portal, mundo.DE_A, mundo.CLAVE, HOME, status=429).response.headers["Retry-After"])
    assert 1 <= waits <= 4
    still[0] += timedelta(seconds=waits)
    tries(portal, mundo.DE_A, mundo.CLAVE, HOME, status=303)


def test_the_pace_of_an_account_under_attack_slows_and_says_how_long(portal: Flask, still: Clock) -> None:
    asked = []
    for place in range(MUCHOS * len(PAUSAS)):
        tries(portal, mundo.DE_A, "mala", f"192.0.2.{place}")
        again = tries(portal, mundo.DE_A, "mala", f"192.0.2.{place}", status=None)
        assert again.response is not None
        if again.response.status_code == 429:
            asked.append(int(again.response.headers["Retry-After"]))
            assert (
                re.search(r"Vuelva a intentar en \d segundos?\.", again.text) and "Su clave no se perdió" in again.text
            )
    assert asked == sorted(asked) and set(asked) == set(PAUSAS)


def test_one_address_that_tries_one_key_on_many_accounts_is_stopped(portal: Flask) -> None:
    for number in range(POR_DIRECCION):
        tries(portal, f"{1_000_000_000 + number}", "verano2026")
    tries(portal, mundo.DE_A, mundo.CLAVE, status=429)
    tries(portal, mundo.DE_A, mundo.CLAVE, HOME, status=303)


def test_the_addresses_of_one_network_of_ipv6_are_one(portal: Flask) -> None:
    for n in range(POR_PAR):
        tries(portal, mundo.DE_A, "mala", f"2001:db8:1:2:{n:x}::1")
    tries(portal, mundo.DE_A, "mala", "2001:db8:1:2:ffff::9", status=429)
    tries(portal, mundo.DE_A, mundo.CLAVE, "2001:db8:1:3::1", status=303)


def told(visitor: Navegador) -> tuple[int, str, str | None]:
    assert visitor.response is not None
    return visitor.response.status_code, visitor.text, visitor.response.headers.get("Retry-After")


def test_an_account_that_does_not_exist_is_answered_the_same_all_the_way(portal: Flask, still: Clock) -> None:
    for number in range(POR_PAR + 2):
        first = tries(portal, mundo.DE_A, "mala", "192.0.2.1", status=None)
        other = tries(portal, NOBODY, "mala", "192.0.2.2", status=None)
        said = [(told(one)[0], told(one)[1].replace(who, ""), told(one)[2]) for one, who in
                ((first, mundo.DE_A), (other, NOBODY))]  # fmt: skip
        assert said[0] == said[1], number
    for number in range(MUCHOS + 2):
        for who in (mundo.DE_A, NOBODY):
            tries(portal, who, "mala", f"198.18.{number}.1", status=None)
    slowed = [told(tries(portal, who, "mala", "198.18.0.1", status=429)) for who in (mundo.DE_A, NOBODY)]
    assert slowed[0] == slowed[1]


@pytest.mark.parametrize("back", [timedelta(minutes=20), timedelta(hours=3), timedelta(days=400)])
def test_a_clock_put_back_makes_nobody_wait_longer(portal: Flask, still: Clock, back: timedelta) -> None:
    for _ in range(POR_PAR):
        tries(portal, mundo.DE_A, "mala")
    tries(portal, mundo.DE_A, mundo.CLAVE, status=429)
    still[0] -= back
    for _ in range(POR_PAR):
        tries(portal, mundo.DE_A, "mala")
    tries(portal, mundo.DE_A, mundo.CLAVE, status=429)
    still[0] += timedelta(seconds=WITHIN)
    tries(portal, mundo.DE_A, mundo.CLAVE, status=303)


def test_after_a_quarter_of_an_hour_it_is_forgotten(portal: Flask, still: Clock) -> None:
    for _ in range(POR_PAR):
        tries(portal, mundo.DE_A, "mala")
        still[0] += timedelta(seconds=10)
    waits = int(tries(portal, mundo.DE_A, "x", status=429).response.headers["Retry-After"])
    assert waits == WITHIN - 10 * POR_PAR
    still[0] += timedelta(seconds=waits)
    tries(portal, mundo.DE_A, mundo.CLAVE, status=303)


def test_of_many_at_once_none_slips_through(tmp_path: Path, queue_url: str) -> None:
    """A try is written before it is looked at: whoever comes meanwhile finds it."""
    for url in (queue_url, f"unix://{tmp_path / 'nobody.sock'}"):
        kept, names = Intentos(url), {"intentos/clave/x": POR_PAR}
        begun = [kept.begin(names, 1_000_000.0) for _ in range(POR_PAR + 1)]
        assert [len(ago["intentos/clave/x"]) for _, ago in begun] == list(range(POR_PAR + 1))
        kept.take_back(names, begun[0][0])
        assert len(kept.begin(names, 1_000_000.0)[1]["intentos/clave/x"]) == POR_PAR
        kept.forget("intentos/clave/")
        assert kept.begin(names, 1_000_000.0)[1] == {"intentos/clave/x": []}


def test_the_queue_server_forgets_by_itself_and_keeps_few(queue_url: str) -> None:
    kept = Intentos(queue_url)
    for n in range(500):
        kept.begin({"intentos/clave/x": POR_PAR}, 1_000_000.0 + n)
    server = connect(queue_url)
    assert server.llen("intentos/clave/x") == POR_PAR + 1 and 0 < server.ttl("intentos/clave/x") <= WITHIN


def second(app: Flask, typed: Callable[[Navegador], str], place: str, status: int | None = 422) -> Navegador:
    visitor = with_key(app)
    visitor.post(SECOND, {"codigo": typed(visitor)}, status=status, environ_base={"REMOTE_ADDR": place})
    return visitor


def test_wrong_codes_keep_their_own_address_out_and_no_other(portal: Flask, still: Clock) -> None:
    bad = wrong(portal)
    for _ in range(POR_PAR):
        second(portal, lambda _: bad, "203.0.113.9")
    second(portal, lambda one: one.code(mundo.SOPORTE), "203.0.113.9", 429)
    second(portal, lambda one: one.code(mundo.SOPORTE), HOME, 303)


def test_codes_under_attack_are_looked_at_once_each_time_they_change(portal: Flask, still: Clock) -> None:
    bad = wrong(portal)
    for place in range(MUCHOS):
        second(portal, lambda _: bad, f"192.0.2.{place}")
    slowed = second(portal, lambda one: one.code(mundo.SOPORTE), HOME, 429)
    assert slowed.response is not None and slowed.response.headers["Retry-After"] == str(segundo.PASO)
    still[0] += timedelta(seconds=segundo.PASO)
    second(portal, lambda one: one.code(mundo.SOPORTE), HOME, 303)
