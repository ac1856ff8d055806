"""A big file on a poor line: it goes in parts, survives cuts, is taken up again, also in another browser window; and
where something is missing in a browser, or the file is small, it still arrives."""

from __future__ import annotations

import gzip
import random
import re
import time
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Error, Page, Request, Route, expect

from bench.line import Line, poor_line
from browser.chromium import SPANISH
from browser.desk import comes_true, pause, sign_in
from browser.hold import until
from e2e.conftest import Portal, running
from tests.classes import css

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: the line of the specification (50 kbit/s, 400 ms, cut every 60 s), twenty times as fast
RATE, LATENCY, CUT_EVERY, AWAY = 125_000, 0.02, 3.0, 0.3
LOTE = re.compile(r"/lotes/\d{4}-\d+-\d$")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("parts"), PORTAL_HOY="2026-11-20") as portal:
        yield portal


@pytest.fixture
def line(portal: Portal) -> Iterator[Line]:
    with poor_line(Line(int(portal.base.rsplit(":", 1)[1]), RATE, LATENCY, away=AWAY)) as line:
        yield line


@pytest.fixture
def far(page: Page, portal: Portal, line: Line) -> Page:
    """The page to send from, at the other end of the line, signed in."""
    sign_in(page, portal)
    return _far(page, line)


def _far(page: Page, line: Line) -> Page:
    page.goto(f"http://127.0.0.1:{line.port}/cargas/nueva?movimiento=INS")
    return page


def file(megabytes: float, seed: int) -> bytes:
    """An INS file of about that size, of many workers and amounts: gzip leaves about a fourth of it."""
    draw = random.Random(seed)
    pairs = ((draw.randrange(10**9, 25 * 10**8), draw.randrange(100, 10**6)) for _ in range(int(megabytes * 1e6 / 51)))
    return "".join(
        f"1799000004001;0001;2026;10;INS;{who:010d};{cents / 100:.2f};O\r\n" for who, cents in pairs
    ).encode()


#: a lote whose lines are all wrong ends with its check, and its file may be sent again
ONE_GOOD = b"1799000004001;0001;2026;11;INS;1700000084;87.50;O\r\n"


def choose(page: Page, name: str, contenido: bytes) -> None:
    """Chooses a file and presses the button, as far as the portal has it."""
    page.set_input_files("#archivo", {"name": name, "mimeType": "text/plain", "buffer": contenido})
    page.locator("#enviar form button").last.click(no_wait_after=True)


def percent(page: Page) -> int:
    """How much of the file is there; all of it, once the page goes on to the lote's."""
    try:
        return int(page.evaluate("document.querySelector('#barra')?.value ?? 0"))
    except Error as gone:
        if "Execution context was destroyed" not in gone.message:
            raise
        return 100


def sent_as(page: Page, portal: Portal) -> bytes:
    """The original of the lote whose page this is, as the portal kept it."""
    cookies = {c["name"]: c["value"] for c in page.context.cookies()}
    numero = page.url.rsplit("/", 1)[1]
    answer = requests.get(f"{portal.base}/lotes/{numero}/original", cookies=cookies, timeout=30)
    assert answer.status_code == 200
    return answer.content


class Asked:
    """The upload's requests of a page: methods, in order."""

    def __init__(self, page: Page) -> None:
        self.methods: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if "/cargas/tus" in request.url:
            self.methods.append(request.method)


def test_a_file_arrives_over_a_line_that_breaks(far: Page, portal: Portal, line: Line) -> None:
    contenido = file(5, seed=1)
    line.up, line.cut_every, began = 0, CUT_EVERY, time.monotonic()
    choose(far, "extras.txt", contenido)
    until(lambda: pause(far) or percent(far) > 90, 120)
    line.cut_every = 0
    far.wait_for_url(LOTE, timeout=30_000)
    packed = len(gzip.compress(contenido))
    print(f"\n{time.monotonic() - began:.1f} s; its {packed} bytes alone need {packed / RATE:.1f} s")
    assert line.cuts >= 2
    assert sent_as(far, portal) == contenido
    assert line.up < 0.5 * len(contenido), "it went compressed, and little of it twice"


def test_after_the_browser_was_closed_it_goes_on_where_it_was(
    browser: Browser, far: Page, portal: Portal, line: Line
) -> None:
    contenido = file(3, seed=2)
    line.up = 0
    choose(far, "extras-nov.txt", contenido)
    until(lambda: pause(far) or percent(far) > 40)
    state = far.context.storage_state()
    far.close()
    line.cut()
    carried = line.up
    context = browser.new_context(storage_state=state, **SPANISH)
    again = _far(context.new_page(), line)
    waiting = again.locator(css("main .notice"), has_text="extras-nov.txt")
    expect(waiting).to_contain_text(re.compile(r"[3-9]\d\s%"))
    line.up = 0
    choose(again, "extras-nov.txt", contenido)
    again.wait_for_url(LOTE)
    assert sent_as(again, portal) == contenido
    assert line.up < carried * 1.5, "only the rest travelled"
    expect(_far(again, line).locator(css("main .notice"), has_text="extras-nov.txt")).to_have_count(0)
    context.close()


def test_what_stands_already_does_not_travel_again(far: Page, portal: Portal, line: Line) -> None:
    contenido = file(0.4, seed=3) + ONE_GOOD
    choose(far, "uno.txt", contenido)
    far.wait_for_url(LOTE)
    comes_true(far, "document.querySelector('#avance').dataset.estado === 'revisado'")
    first = far.url
    asked = Asked(_far(far, line))
    line.up = 0
    choose(far, "otro-nombre.txt", contenido)
    far.wait_for_url(LOTE)
    assert far.url == first and "PATCH" not in asked.methods
    assert line.up < 5_000
    expect(far.locator("main")).to_contain_text("ya lo recibimos antes")


def test_it_pauses_goes_on_and_is_cancelled(far: Page, portal: Portal) -> None:
    choose(far, "pausa.txt", file(3, seed=4))
    until(lambda: pause(far) or percent(far) > 5)
    far.get_by_role("button", name="Pausar").click()
    comes_true(far, "document.querySelector('#estado').textContent === 'En pausa'")
    far.wait_for_timeout(500)
    asked, stood = Asked(far), percent(far)
    far.wait_for_timeout(1000)
    assert asked.methods == [] and percent(far) == stood
    far.get_by_role("button", name="Seguir").click()
    until(lambda: pause(far) or percent(far) > stood)
    far.get_by_role("button", name="Cancelar el envío").click()
    expect(far.locator("#enviar form").last).to_be_visible()
    until(lambda: pause(far) or "DELETE" in asked.methods)
    far.reload()
    expect(far.locator(css("main .notice"), has_text="pausa.txt")).to_have_count(0)


def test_without_a_line_it_says_so_and_goes_on_by_itself(far: Page, portal: Portal, line: Line) -> None:
    contenido = file(2, seed=5)
    choose(far, "corte.txt", contenido)
    until(lambda: pause(far) or percent(far) > 10)
    far.context.set_offline(True)
    expect(far.locator("#corte")).to_be_visible(timeout=20_000)
    assert far.inner_text("h1") == "El envío está en espera"
    assert "No se perdió nada." in far.inner_text("#corte")
    assert far.locator("#estado").inner_text().endswith("Sin conexión")
    assert far.get_by_role("button", name="Probar ahora").is_visible()
    far.context.set_offline(False)
    far.wait_for_url(LOTE, timeout=60_000)
    assert sent_as(far, portal) == contenido


@pytest.mark.parametrize("answer", [(502, "<h1>Bad gateway</h1>"), (200, "<h1>Wifi del hotel: acepte</h1>")])
def test_an_answer_that_is_not_the_portals_is_a_cut(far: Page, portal: Portal, answer: tuple[int, str]) -> None:
    contenido, met = file(0.5, seed=answer[0]), []

    def between(route: Route) -> None:
        met.append(route.request.method)
        if len(met) in (1, 3, 4):
            route.fulfill(status=answer[0], body=answer[1], content_type="text/html")
        else:
            route.continue_()

    far.route("**/cargas/tus**", between)
    choose(far, "hotel.txt", contenido)
    far.wait_for_url(LOTE, timeout=60_000)
    assert len(met) > 4 and sent_as(far, portal) == contenido


def test_when_the_visit_ended_it_asks_to_sign_in_and_goes_on(far: Page, portal: Portal) -> None:
    contenido = file(3, seed=6)
    choose(far, "sesion.txt", contenido)
    until(lambda: pause(far) or percent(far) > 5)
    other = far.context.new_page()
    other.goto(portal.base + "/procesos")
    other.get_by_role("button", name="Salir").click()
    expect(far.locator("#sesion")).to_be_visible(timeout=20_000)
    sign_in(other, portal)
    far.bring_to_front()
    if far.url.endswith("movimiento=INS") and far.get_by_role("button", name="Probar ahora").is_visible():
        far.get_by_role("button", name="Probar ahora").click()
    far.wait_for_url(LOTE, timeout=60_000)
    assert sent_as(far, portal) == contenido


def test_a_refused_file_is_told_in_words_and_the_form_stays(far: Page, line: Line) -> None:
    line.up = 0
    choose(far, "informe.txt", b"%PDF-1.7\n" + random.Random(7).randbytes(800_000))
    note = far.locator(css("#enviar .notice.error"))
    expect(note).to_contain_text("informe.txt")
    expect(note).to_contain_text("PDF")
    assert note.evaluate("n => n === document.activeElement")
    expect(far.locator("#archivo")).to_be_visible()
    assert far.inner_text("h1") == "Enviar un archivo"
    assert line.up < 100_000, "its first part was enough to see it"


def test_several_files_become_several_lotes(far: Page, portal: Portal) -> None:
    files = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": file(0.2, seed=10 + n)} for n in range(2)]
    far.set_input_files("#archivo", files)
    far.locator("#enviar form button").last.click(no_wait_after=True)
    far.wait_for_url("**/lotes", timeout=30_000)
    for one in files:
        expect(far.locator("main")).to_contain_text(one["name"])


def test_a_small_file_goes_by_the_form_in_one_request(far: Page, portal: Portal) -> None:
    asked = Asked(far)
    choose(far, "chico.txt", file(0.005, seed=20))
    far.wait_for_url(LOTE)
    assert asked.methods == []


@pytest.mark.parametrize(("missing", "seed"), [("window, 'CompressionStream'", 21), ("crypto, 'subtle'", 22)])
def test_what_a_browser_lacks_is_done_without(
    browser: Browser, page: Page, portal: Portal, line: Line, missing: str, seed: int
) -> None:
    sign_in(page, portal)
    context = browser.new_context(storage_state=page.context.storage_state(), **SPANISH)
    context.add_init_script(f"Object.defineProperty({missing}, {{ value: undefined }})")
    old = _far(context.new_page(), line)
    contenido = file(0.3, seed)
    choose(old, "viejo.txt", contenido)
    old.wait_for_url(LOTE, timeout=30_000)
    assert sent_as(old, portal) == contenido
    context.close()


def test_a_gz_of_ones_own_is_kept_as_it_is(far: Page, portal: Portal) -> None:
    contenido = gzip.compress(file(0.5, seed=30), 1)
    choose(far, "propio.txt.gz", contenido)
    far.wait_for_url(LOTE, timeout=30_000)
    assert sent_as(far, portal) == contenido


def test_when_the_script_does_not_come_the_form_sends_it_in_one_piece(far: Page, portal: Portal) -> None:
    contenido = file(0.3, seed=31)
    far.route("**/static/envio*", lambda route: route.abort("connectionfailed"))
    choose(far, "sin-guion.txt", contenido)
    far.wait_for_url(LOTE, timeout=30_000)
    assert sent_as(far, portal) == contenido
