"""The main job in a real browser on real files: by keyboard with JavaScript, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import SPANISH
from browser.desk import becomes, figures, follow, send, sign_in, state, tab_to
from browser.hold import held, until
from e2e.conftest import SAMPLES, Portal, Visitor, hires, running

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@dataclass(frozen=True)
class Job:
    """A real file, and what it takes to have all of it registered."""

    movimiento: str
    file: str
    hoy: str
    ingreso: str
    sueldo: str
    worker: str
    amount: str
    foreigner: str = ""

    @property
    def content(self) -> bytes:
        return (SAMPLES / self.file).read_bytes()


EXTRAS = Job(
    "INS", "INS_2013-01.txt", "2013-01-15", "20130102", "318.00", "0710435207", "USD 872,71", foreigner="6169060443"
)
SUELDOS = Job("MSU", "MSU_2007-01.txt", "2007-01-15", "20070102", "170.00", "0909139099", "USD 378,00")


@pytest.fixture(scope="module", params=[EXTRAS, SUELDOS], ids=lambda job: job.movimiento)
def job(request: pytest.FixtureRequest) -> Job:
    return request.param


@pytest.fixture(scope="module")
def portal(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal on the day of the job, its workers hired."""
    folder = tmp_path_factory.mktemp(job.movimiento)
    with running(folder, PORTAL_HOY=job.hoy) as portal:
        if job.foreigner:
            people = folder / "personas.csv"
            people.write_text(f"identificacion,nombre,extranjero\n{job.foreigner},,si\n")
            portal.flask("personas", "importar", str(people))
        visitor: Visitor = portal.visitor()
        visitor.register("ENT", "altas.txt", hires(job.content, job.ingreso, job.sueldo))
        yield portal


def test_a_real_file_goes_all_the_way_by_keyboard_and_the_page_follows_by_itself(
    watched: Page, portal: Portal, job: Job
) -> None:
    page, lines = watched, len(job.content.splitlines())
    sign_in(page, portal)
    _downloads_the_template(page, job)
    with held(portal, "rq_worker"):
        numero = send(page, job.movimiento, job.file, job.content)
        becomes(page, "en_cola")
    becomes(page, "revisado")
    assert figures(page)["Correctas"] == figures(page)["Líneas leídas"] == lines
    with held(portal, "rq_worker"):
        follow(page, 'button[value="registrar"]')
        becomes(page, "registrando")
    becomes(page, "registrado")
    follow(page, 'a[href$="/comprobante"]')
    assert figures(page)["Registradas"] == figures(page)["Líneas leídas"] == lines
    _the_history_shows_it(page, job, numero)


def _downloads_the_template(page: Page, job: Job) -> None:
    follow(page, f'a[href="/formatos/{job.movimiento}"]')
    for kind, starts in ((".xlsx", b"PK"), (".txt", b"ruc;sucursal;")):
        tab_to(page, f'a[href="/formatos/{job.movimiento}{kind}"]')
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert Path(download.value.path()).read_bytes().lower().startswith(starts.lower())


def _the_history_shows_it(page: Page, job: Job, numero: str) -> None:
    follow(page, 'header a[href="/procesos"]')
    follow(page, 'a[href="/historia"]')
    tab_to(page, "#cedula")
    page.keyboard.type(job.worker)
    with page.expect_navigation(url="**/historia/*"):
        page.keyboard.press("Enter")
    said = page.inner_text("main")
    assert job.amount in said and numero in said
    assert job.worker not in said and job.worker not in page.url


@pytest.mark.parametrize("job", [EXTRAS], indirect=True, ids=["INS"])
def test_the_same_job_is_done_without_javascript(browser: Browser, portal: Portal, job: Job) -> None:
    """Of the same workers: their new salaries, because their extras may be registered by now."""
    context = browser.new_context(java_script_enabled=False, **SPANISH)
    page = context.new_page()
    account = portal.account()
    page.goto(portal.base + "/ingresar")
    page.fill("#identificacion", account["identificacion"])
    page.fill("#clave", account["clave"])
    page.click("main button")
    page.click('a[href="/cargas/nueva?movimiento=MSU"]')
    page.set_input_files("#archivo", {"name": "sueldos.txt", "mimeType": "text/plain", "buffer": _raises(job)})
    with held(portal, "rq_worker"):
        page.click('main button[type="submit"]')
        assert state(page) == "en_cola"
        assert not page.locator("meta[http-equiv]").count(), "it never reloads by itself unasked"
    _updates_until(page, "revisado")
    page.click('button[value="registrar"]')
    _updates_until(page, "registrado")
    page.click('a[href$="/comprobante"]')
    assert figures(page)["Registradas"] == len(job.content.splitlines())
    context.close()


def _raises(job: Job) -> bytes:
    heads = (line.split(";")[:6] for line in job.content.decode().splitlines())
    return "".join(";".join([*head[:4], "MSU", head[5], "400.00"]) + "\r\n" for head in heads).encode()


def _updates_until(page: Page, estado: str) -> None:
    def there() -> bool:
        if state(page) == estado:
            return True
        page.get_by_role("link", name="Actualizar ahora").click()
        return False

    until(there)
