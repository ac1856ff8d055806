"""What comes over the wire to a page, counted by Chromium itself (CDP, encodedDataLength), and a poor line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from .hold import until

#: 50 kbit/s up and down, 400 ms until an answer begins
POOR_LINE = {"offline": False, "latency": 400, "downloadThroughput": 6250, "uploadThroughput": 6250}
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
ONLINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
QUIET = 250  # ms without a request: nothing more comes


class Wire:
    """Every answer a page gets from now on: those that send on, downloads and the icon too."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.cdp = page.context.new_cdp_session(page)
        self.answers: list[tuple[str, int]] = []
        self._open: dict[str, str] = {}
        self._awaited: set[str] = set()
        self._heads: dict[str, dict[str, Any]] = {}
        self.cdp.on("Network.requestWillBeSent", self._asked)
        self.cdp.on("Network.responseReceived", lambda e: self._heads.__setitem__(e["requestId"], e["response"]))
        self.cdp.on("Network.loadingFinished", lambda e: self._done(e["requestId"], int(e["encodedDataLength"])))
        self.cdp.on("Network.loadingFailed", self._failed)
        self.cdp.send("Network.enable")

    def becomes(self, conditions: dict[str, Any]) -> None:
        """Another line than the machine's own."""
        self.cdp.send("Network.emulateNetworkConditions", conditions)

    def settle(self) -> None:
        """Until nothing is under way and nothing new begins for a moment; the icon comes after the page."""
        self._page.wait_for_timeout(QUIET)
        until(lambda: self._page.wait_for_timeout(QUIET) or not self._awaited)

    def _asked(self, event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            self._note(self._open.get(event["requestId"], ""), int(event["redirectResponse"]["encodedDataLength"]))
        self._open[event["requestId"]] = event["request"]["url"]
        if event.get("type") == "Document":
            self._awaited.clear()  # of a poll that the page before had under way, no end is told
        self._awaited.add(event["requestId"])

    def _done(self, request: str, size: int) -> None:
        self._awaited.discard(request)
        self._note(self._open.pop(request, ""), size)

    def _failed(self, event: dict[str, Any]) -> None:
        # A download ends the page's request as it begins: its headers were counted, its length is in them.
        self._awaited.discard(event["requestId"])
        url, head = self._open.pop(event["requestId"], ""), self._heads.get(event["requestId"])
        if head:
            headers = {name.lower(): value for name, value in head["headers"].items()}
            self._note(url, int(head["encodedDataLength"]) + int(headers.get("content-length", 0)))

    def _note(self, url: str, size: int) -> None:
        if size:  # 0: it came from the browser's own memory
            self.answers.append((url, size))


@dataclass(frozen=True)
class Loaded:
    """One coming to a page: bytes and answers, its polls left aside, and the time to its first words in ms."""

    size: int
    requests: int
    paint: int


def load(context: BrowserContext, address: str, line: dict[str, Any] | None = None) -> Loaded:
    """Opens the page in a tab of its own and waits until all it wants has come."""
    page = context.new_page()
    wire = Wire(page)
    if line:
        wire.becomes(line)
    page.goto(address, wait_until="load")
    wire.settle()
    paint = round(page.evaluate(PAINT))
    page.close()
    sizes = [size for url, size in wire.answers if "/avance?" not in url]
    assert paint and max(sizes) > 150, "the page itself was not counted"
    return Loaded(sum(sizes), len(sizes), paint)
