"""A real Chromium against a really running server with real jobs."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.cli.test_up import Process, running
from tests.web.browser import ROOT, find_chromium

PATIENCE_MS = 60_000
"""Until something counts as never coming; a busy machine is slow."""
expect.set_options(timeout=PATIENCE_MS)
SCREENSHOTS = ROOT / "screenshots"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Site:
    """A running server and its address."""

    def __init__(self, *, process: Process, url: str, link: str) -> None:
        self.process = process
        self.url = url
        self.link = link
        """Signs in, once."""

    def page(self, path: str) -> str:
        return f"{self.url}/ui/{path}"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    """`tickwork up` with a board, on a free port and a store of its own."""
    with ExitStack() as stack:

        def start(board: str) -> Site:
            file = tmp_path / "board.yaml"
            file.write_text(board)
            store = f"sqlite:///{tmp_path / 'store.db'}"
            process = stack.enter_context(running("up", "--port", "0", "--store", store, str(file)))
            line = process.until(r"pages: http")
            link = re.search(r"http\S+", line)
            assert link is not None
            return Site(process=process, url=link[0].partition("/ui/")[0], link=link[0])

        yield start


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not say an error: neither of its own, nor of a policy that it breaks."""
    context = browser.new_context(viewport=WIDE, locale="en-US", timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE_MS)
    said: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: _note(message, said))
    yield page
    context.close()
    assert said == []


DRAFTS = ("/api/v1/jobs/preview", "/api/v1/schedules/describe")
"""What is asked about while somebody writes: a refusal is an answer there, which the browser notes all the same."""


def _note(message: ConsoleMessage, said: list[str]) -> None:
    address = message.location.get("url", "").partition("?")[0]
    if message.type == "error" and not (address.endswith(DRAFTS) and "422" in message.text):
        said.append(f"{message.text} ({message.location.get('url')})")
