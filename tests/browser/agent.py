"""An agent at the desk: every click, key and turn of the wheel goes through here and is counted, and every byte of the
browser, up and down."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .desk import pause
from .hold import until
from .wire import Wire

#: addresses that a page asks by itself, again and again
POLL = "/avance?"


class BothWays(Wire):
    """The answers, and what the browser sent for them: the line, headers and body of each request over HTTP/1.1."""

    def __init__(self, page: Page) -> None:
        self._asked_for: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._headers: dict[str, list[int]] = defaultdict(list)
        super().__init__(page)
        self.cdp.on("Network.requestWillBeSentExtraInfo", self._sent)

    def _asked(self, event: dict[str, Any]) -> None:
        super()._asked(event)
        request = event["request"]
        path = "/" + request["url"].split("/", 3)[3]
        line, body = f"{request['method']} {path} HTTP/1.1\r\n\r\n", request.get("postData", "")
        self._asked_for[event["requestId"]].append((request["url"], len(line.encode()) + len(body.encode())))

    def _sent(self, event: dict[str, Any]) -> None:
        # comes for what goes over the wire, once for each hop, and not for what the browser has kept
        size = sum(len(f"{name}: {value}\r\n".encode()) for name, value in event["headers"].items())
        self._headers[event["requestId"]].append(size)

    @property
    def sent(self) -> list[tuple[str, int]]:
        """Each request with its size, in no order."""
        return [
            (url, size + headers)
            for request, hops in self._asked_for.items()
            for (url, size), headers in zip(hops, self._headers[request], strict=False)
        ]


class Agent:
    """`page` is for looking; acts go through the methods. Counting begins anew with `begin`."""

    def __init__(self, page: Page) -> None:
        self.page, self.wire = page, BothWays(page)
        self.begin()

    def begin(self) -> None:
        self.wire.settle()
        self.clicks = self.keys = self.scrolls = 0
        self._answers, self._sent = len(self.wire.answers), self._up()

    def click(self, selector: str) -> None:
        """By the mouse, which is turned first when that is not in the window."""
        found = self.page.locator(selector)
        self._bring_into_view(found)
        self.clicks += 1
        found.click()

    def press(self, selector: str) -> None:
        """A click that leads to another page."""
        with self.page.expect_navigation():
            self.click(selector)

    def type(self, text: str, into: str) -> None:
        """Key by key, into what has the focus: that must be `into`."""
        assert self.page.evaluate("s => document.activeElement.matches(s)", into), f"{into} has not the focus"
        self.keys += len(text)
        self.page.keyboard.type(text)

    def enter(self) -> None:
        """The key that sends the form."""
        self.keys += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def reads(self, *said: str) -> None:
        """All of it is on the page, to be seen."""
        shown = " ".join(self.page.locator("main").inner_text().split())
        assert [one for one in said if one not in shown] == [], shown

    def reads_nothing_of(self, private: set[str]) -> None:
        """Not even where it is hidden."""
        whole = self.page.content()
        assert [one for one in private if one in whole] == [], self.page.url

    def watches(self) -> None:
        """Until a poll of the page found nothing new, which is what most polls find."""
        before = len(self._polls_down())
        until(lambda: pause(self.page) or len(self._polls_down()) > before)
        self.wire.settle()

    @property
    def answers(self) -> int:
        """How many answers came, polls left aside."""
        return sum(POLL not in url for url, _ in self.wire.answers[self._answers :])

    @property
    def size(self) -> int:
        """Bytes up and down, polls left aside."""
        down = sum(size for url, size in self.wire.answers[self._answers :] if POLL not in url)
        return down + self._up() - self._sent

    @property
    def poll(self) -> int:
        """Bytes up and down of a poll that finds nothing new; 0 when the page does not ask by itself."""
        down, up = self._polls_down(), [size for url, size in self.wire.sent if POLL in url]
        return min(down) + max(up) if down else 0

    def _polls_down(self) -> list[int]:
        return [size for url, size in self.wire.answers if POLL in url]

    def _up(self) -> int:
        return sum(size for url, size in self.wire.sent if POLL not in url)

    def _bring_into_view(self, found: Locator) -> None:
        expect(found).to_have_count(1)
        box, window = found.bounding_box(), self.page.viewport_size
        assert box and window, "it is not to be seen"
        if not 0 <= box["y"] <= window["height"] - box["height"]:
            self.scrolls += 1
            self.page.mouse.move(window["width"] / 2, window["height"] / 2)
            self.page.mouse.wheel(0, box["y"] - window["height"] / 2)
            until(lambda: pause(self.page) or self._in_view(found))

    def _in_view(self, found: Locator) -> bool:
        box, window = found.bounding_box(), self.page.viewport_size
        return bool(box and window and 0 <= box["y"] <= window["height"] - box["height"])


def digits(spoken: str) -> str:
    """What an agent types of a number that was said: its digits alone."""
    return "".join(c for c in spoken if c.isdigit())
