"""The whole portal as an operator starts it, and strangers who use it: real server, real workers, real queue."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mechanicalsoup
import pytest
import requests
from bs4 import BeautifulSoup

from portal.config import ROOT
from portal.running.supervisor import leashed
from tests.conftest import free_port
from tests.telefono import code_of

RUC = "1799000004001"
SAMPLES = ROOT / "tests" / "samples"


@dataclass
class Portal:
    """A running portal. `env` is what its commands need to reach the same data."""

    base: str
    env: dict[str, str]
    accounts: list[dict[str, Any]] = field(default_factory=list)

    def flask(self, *args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *args],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def account(self, ruc: str = RUC, rol: str = "empleador") -> dict[str, Any]:
        return next(a for a in self.accounts if a["rol"] == rol and (ruc in a["rucs"] or rol != "empleador"))

    def visitor(self, ruc: str = RUC, rol: str = "empleador") -> Visitor:
        return Visitor(self.base).sign_in(self.account(ruc, rol))


class Visitor:
    """A browser without JavaScript: it fills the forms of the pages it is given, and knows no address by heart but
    those of the specification."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.browser = mechanicalsoup.StatefulBrowser(soup_config={"features": "html5lib"})

    def open(self, path: str) -> requests.Response:
        return self.browser.open(self.base + path)

    def sign_in(self, account: dict[str, Any]) -> Visitor:
        self.give_key(account)
        if "totp" in account:
            self.browser.select_form('form[action="/ingresar/segundo"]')
            self.browser["codigo"] = code_of(account["totp"])
            self.browser.submit_selected()
        return self

    def give_key(self, account: dict[str, Any]) -> Visitor:
        """The first step: staff are not signed in by it."""
        self.open("/ingresar")
        self.browser.select_form('form[action="/ingresar"]')
        self.browser["identificacion"] = account["identificacion"]
        self.browser["clave"] = account["clave"]
        self.browser.submit_selected()
        return self

    @property
    def url(self) -> str:
        return str(self.browser.url).removeprefix(self.base)

    @property
    def text(self) -> str:
        return " ".join(self.browser.page.main.get_text(" ").split())

    def send(self, movimiento: str, *files: tuple[str, bytes], auto: bool = False) -> str:
        """Sends files through the form; the address it leads to. `answer` is what the page there says."""
        self.open(f"/cargas/nueva?movimiento={movimiento}")
        form = self.browser.page.select_one('form[enctype="multipart/form-data"]')
        data = {i["name"]: i.get("value", "") for i in form.select("input[type=hidden]")} | {"movimiento": movimiento}
        data |= {"registrar_automaticamente": "on"} if auto else {}
        parts = [("archivo", (name, content)) for name, content in files]
        answer = self.browser.session.post(self.base + form["action"], data=data, files=parts, timeout=60)
        self.answer = " ".join(BeautifulSoup(answer.text, "html5lib").main.get_text(" ").split())
        return answer.url.removeprefix(self.base)

    def wait(self, lote: str, *states: str, seconds: float = 60) -> str:
        """Until the lote's page is in one of these states; its text."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.open(lote)
            state = self.browser.page.select_one("[data-estado]")["data-estado"]
            if state in states:
                return self.text
            time.sleep(0.2)
        raise AssertionError(f"{lote} is {state}, not {states}: {self.text}")

    def decide(self, lote: str, decision: str = "registrar") -> None:
        self.open(lote)
        form = self.browser.select_form('form[action$="/decision"]')
        form.choose_submit(form.form.select_one(f'button[value="{decision}"]'))
        self.browser.submit_selected()

    def register(self, movimiento: str, name: str, content: bytes) -> str:
        """A file all the way; the address of its lote."""
        lote = self.send(movimiento, (name, content))
        self.wait(lote, "revisado")
        self.decide(lote)
        self.wait(lote, "registrado")
        return lote


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Portal]:
    """`make run`'s own program on a free port and an empty data folder."""
    port = free_port()
    inherited = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "DATABASE_URL", "PORTAL_HOY")}
    env = {**inherited, "PORT": str(port), "PORTAL_DATOS": str(folder / "datos"), **environment}
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            leashed([sys.executable, "-m", "portal.running"]), cwd=ROOT, env=env, stdout=out, stderr=out
        )
    portal = Portal(f"http://127.0.0.1:{port}", env)
    try:
        _until_it_answers(portal, process, log)
        portal.accounts = json.loads(portal.flask("demo", "--formato", "json"))
        yield portal
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _until_it_answers(portal: Portal, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        if process.poll() is not None:
            break
        try:
            requests.get(portal.base + "/ingresar", timeout=2)
            return
        except requests.RequestException:
            time.sleep(0.1)
    pytest.fail(f"the portal did not start: {log.read_text(errors='replace')[-2000:]}")


def hires(lines: bytes, day: str, sueldo: str) -> bytes:
    """An ENT file of the workers of another file, all entering on `day` (AAAAMMDD)."""
    heads = dict.fromkeys(tuple(line.split(";")[:6]) for line in lines.decode().splitlines())
    rows = [
        f"{ruc};{sucursal};{day[:4]};{day[4:6]};ENT;{cedula};{day};{day};1;R;2;06;ANALISTA;1507500000011;{sueldo};P"
        for ruc, sucursal, _, _, _, cedula in heads
    ]
    return "".join(row + "\r\n" for row in rows).encode()
