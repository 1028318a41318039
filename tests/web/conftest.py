"""A real Chromium against a really running server with real jobs."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, expect, sync_playwright

from tests.cli.test_up import Process, running
from tests.services.postgres import postgres_server, postgres_url
from tests.web.browser import ROOT, find_chromium
from tests.web.shared import APP, BOARD
from tests.web.yesterday import fill

__all__ = ["postgres_server", "postgres_url"]

PATIENCE_MS = 60_000
"""Until something counts as never coming; a busy machine is slow."""
expect.set_options(timeout=PATIENCE_MS)
SCREENSHOTS = ROOT / "screenshots"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
HERE: dict[str, Any] = {"viewport": WIDE, "locale": "en-US", "timezone_id": "Europe/Berlin"}
"""Where the person sits."""


class Site:
    """A running server and its address."""

    def __init__(self, *, process: Process, url: str, link: str) -> None:
        self.process = process
        self.url = url
        self.link = link
        """Signs in, once."""

    def page(self, path: str) -> str:
        return f"{self.url}/ui/{path}"


@contextmanager
def served(*arguments: str, port: int = 0) -> Iterator[Site]:
    """`tickwork up` on a port of its own."""
    with running("up", "--port", str(port), *arguments) as process:
        link = re.search(r"http\S+", process.until(r"pages: http"))
        assert link is not None
        yield Site(process=process, url=link[0].partition("/ui/")[0], link=link[0])


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    """A server with a board, on a store of its own."""
    with ExitStack() as stack:

        def start(board: str) -> Site:
            file = tmp_path / "board.yaml"
            file.write_text(board)
            return stack.enter_context(served("--store", f"sqlite:///{tmp_path / 'store.db'}", str(file)))

        yield start


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server of all tests that leave others' jobs alone: starting one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("shared")
    file = folder / "board.yaml"
    file.write_text(BOARD.replace("FOLDER", str(folder)))
    store = f"sqlite:///{folder / 'store.db'}"
    with ThreadPoolExecutor(1) as beside:  # this thread has the loop of the browser
        beside.submit(asyncio.run, fill(store, file)).result()
    with served("--store", store, "--workers", "12", "--app", APP, str(file)) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield chromium
        chromium.close()


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page that must not say an error: neither of its own, nor of a policy that it breaks."""
    said: list[str] = []
    with opened(browser, **options) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: _note(message, said))
        yield page
    assert said == []


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(**{**HERE, **options})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


REFUSED = re.compile(r"responded with a status of (404|409|422)")
"""What the page tells the person: what they wrote is wrong, or not there. The browser notes it all the same."""


def _note(message: ConsoleMessage, said: list[str]) -> None:
    refused = REFUSED.search(message.text) and "/api/v1/" in message.location.get("url", "")
    if message.type == "error" and not refused:
        said.append(f"{message.text} ({message.location.get('url')})")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Of somebody who has not signed in."""
    with watched(browser) as page:
        yield page


@pytest.fixture(scope="session")
def superuser(shared: Site, browser: Browser) -> StorageState:
    """The session of who followed the link of the shared server."""
    with opened(browser) as context:
        page = context.new_page()
        page.goto(shared.link)
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        return context.storage_state()


@pytest.fixture
def inside(browser: Browser, superuser: StorageState) -> Iterator[Page]:
    """Signed in to the shared server."""
    with watched(browser, storage_state=superuser) as page:
        yield page
