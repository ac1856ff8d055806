"""Debian's Chromium for pytest-playwright, and a watch over what a page says, asks for and is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .chromium import LAUNCH, SPANISH
from .opened import Opened, opened


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return dict(LAUNCH)


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return dict(SPANISH)


class Watch:
    """What went wrong in the pages of one context: console errors, exceptions, other hosts, refusals of the policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":  # a refusal of the content security policy is one of these
            self.errors.append(text)

    def is_clean(self) -> bool:
        """Raises AssertionError with what was seen."""
        assert self.errors == [] and self.hosts == {"127.0.0.1"}, (self.errors, self.hosts)
        return True


@pytest.fixture
def watched(page: Page) -> Iterator[Page]:
    """A page that must end its test without an error on the console and without a request to another host."""
    watch = Watch(page.context)
    yield page
    assert watch.is_clean()


@pytest.fixture(scope="module")
def all_open(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The world of the scenes, with a page for each of their visitors."""
    with opened(browser, tmp_path_factory.mktemp("world")) as all_open:
        yield all_open
