"""The live section of a lote: it asks, waits, slows down, pauses, survives, and ends (pantallas.md, Live progress)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, Route

from browser.desk import becomes, comes_true, pause, send, sign_in
from browser.hold import held, held_halfway, last_moved, until
from browser.wire import OFFLINE, ONLINE, Wire
from e2e.conftest import Portal, running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NUMBERS = itertools.count(1)
WORKERS = [f"17000000{n}" for n in ("19", "27", "35", "43", "50", "68", "76", "84")]
#: headless Chromium has no background tabs: the page is told it is hidden, as a tab behind others would be
SEE = """hidden => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => hidden ? 'hidden' : 'visible' });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("polling"), PORTAL_HOY="2013-01-15") as portal:
        yield portal


class Polls:
    """The answers a page got from its lote's live address, in order."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.answers: list[Response] = []
        page.on("response", lambda r: self.answers.append(r) if "/avance?" in r.url else None)

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]

    def come(self, number: int) -> None:
        """Until that many more have come."""
        wanted = len(self.answers) + number
        self._until(lambda: len(self.answers) >= wanted)

    def come_with(self, status: int) -> None:
        before = len(self.answers)
        self._until(lambda: status in self.statuses[before:])

    def _until(self, true: Callable[[], bool]) -> None:
        until(lambda: pause(self._page) or true())


#: behind another lote of its empleador it is not rung for yet
IN_LINE = re.compile("^(recibido|en_cola|pedida)$")


@pytest.fixture(params=["lote", "anulacion"])
def waiting(request: pytest.FixtureRequest, page: Page, portal: Portal) -> Iterator[Page]:
    """The page of a lote or of an annulment that waits, because the workers stand still."""
    number = next(NUMBERS)
    line = f"1799000004001;0001;2013;01;INS;{WORKERS[number % len(WORKERS)]};{number}.00;O\r\n".encode()
    lote = portal.visitor().register("INS", "extras.txt", line) if request.param == "anulacion" else ""
    sign_in(page, portal)
    with held(portal, "rq_worker", "sweeper"):
        if lote:
            _ask_to_annul(page, f"{portal.base}{lote}/anulacion")
        else:
            send(page, "INS", "extras.txt", line)
        becomes(page, IN_LINE)
        yield page


def _ask_to_annul(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#motivo", "Era de otro mes")
    with page.expect_navigation(url="**/anulaciones/*"):
        page.get_by_role("button", name="Anular", exact=True).click()


def test_an_answer_without_news_leaves_the_page_alone(waiting: Page, portal: Portal) -> None:
    last_moved(portal, waiting.url, 25)
    polls = Polls(waiting)
    polls.come_with(200)  # the pace changed
    waiting.evaluate("window.section = document.querySelector('#avance')")
    polls.answers.clear()
    polls.come(2)
    assert polls.statuses == [204, 204]
    assert all(answer.headers.get("content-length") in (None, "0") for answer in polls.answers)
    assert waiting.evaluate("window.section === document.querySelector('#avance')")


def test_the_older_the_lote_the_slower_it_asks(waiting: Page, portal: Portal) -> None:
    pace = "document.querySelector('#avance').dataset.hxTrigger"
    assert waiting.evaluate(pace) in ("every 500ms", "every 1s")
    for age, every in ((10, "1s"), (30, "3s"), (120, "10s"), (900, "30s")):
        last_moved(portal, waiting.url, age)
        comes_true(waiting, f"{pace} === 'every {every}'")


def test_the_focus_stays_where_it_is_when_the_section_is_replaced(waiting: Page, portal: Portal) -> None:
    waiting.evaluate("window.section = document.querySelector('#avance')")
    waiting.focus("#ya")
    last_moved(portal, waiting.url, 30)
    comes_true(waiting, "window.section !== document.querySelector('#avance')")
    assert waiting.evaluate("document.activeElement.id") == "ya"


def test_a_hidden_tab_does_not_ask_and_asks_at_once_when_seen(waiting: Page) -> None:
    polls = Polls(waiting)
    polls.come(1)
    waiting.evaluate(SEE, True)
    waiting.wait_for_timeout(300)  # what was under way when it was hidden
    polls.answers.clear()
    waiting.wait_for_timeout(2500)
    assert polls.statuses == []
    waiting.evaluate(SEE, False)
    polls.come(2)
    assert set(polls.statuses) <= {200, 204}


def test_a_visit_ended_elsewhere_leads_to_the_sign_in_page(waiting: Page) -> None:
    polls = Polls(waiting)
    other = waiting.context.new_page()
    other.goto(waiting.url)
    other.get_by_role("button", name="Salir").click()
    waiting.wait_for_url("**/ingresar?siguiente=/**")
    refused = next(answer for answer in polls.answers if answer.status == 401)
    assert refused.headers["hx-redirect"].startswith("/ingresar") and not refused.headers.get("location")


def test_while_the_server_answers_502_it_goes_on_asking_and_recovers(waiting: Page) -> None:
    asked: list[str] = []
    before = waiting.inner_text("#avance")

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html")

    waiting.route("**/avance?*", refuse)
    until(lambda: pause(waiting) or len(asked) >= 3)
    assert waiting.inner_text("#avance") == before and "Bad gateway" not in waiting.content()
    waiting.unroute("**/avance?*")
    Polls(waiting).come(2)


def test_while_the_line_is_down_it_goes_on_asking_and_recovers(waiting: Page) -> None:
    failed: list[str] = []
    before, wire = waiting.inner_text("#avance"), Wire(waiting)
    waiting.on("requestfailed", lambda request: failed.append(request.url))
    wire.becomes(OFFLINE)
    until(lambda: pause(waiting) or sum("/avance?" in url for url in failed) >= 3)
    assert waiting.inner_text("#avance") == before
    wire.becomes(ONLINE)
    Polls(waiting).come(2)


def test_a_finished_lote_asks_no_more(page: Page, portal: Portal) -> None:
    sign_in(page, portal)
    with held(portal, "rq_worker"):
        send(page, "INS", "extras.txt", f"1799000004001;0001;2013;01;INS;1700000027;{next(NUMBERS)}.00;O".encode())
        becomes(page, IN_LINE)
    becomes(page, "revisado")
    assert page.get_attribute("#avance", "data-hx-trigger") is None
    polls = Polls(page)
    page.wait_for_timeout(3000)
    assert polls.statuses == []


def test_a_big_file_shows_how_far_it_is(page: Page, portal: Portal) -> None:
    sign_in(page, portal)
    lines = (f"1799000004001;0001;2013;01;INS;17{n:08d};10.00;O\r\n" for n in range(200_000))
    seen: set[str] = set()
    page.on("response", lambda r: seen.add(r.url) if "/avance?" in r.url and r.status == 200 else None)
    numero = send(page, "INS", "todos.txt", "".join(lines).encode())
    with held_halfway(portal, numero):
        comes_true(page, "document.querySelector('#avance progress')?.value > 0")
        assert "Puede cerrar esta página" in page.inner_text("#avance")
    becomes(page, "revisado", 60)
    assert len(seen) >= 2
