"""A real Chromium against really running servers with real jobs; starting one takes longer than a test: all share."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.cli.test_up import Process, running
from tests.services.postgres import own_schema, postgres_server
from tests.web.browser import ROOT, find_chromium
from tests.web.shared import APP, BOARD, ETL, OFFICE
from tests.web.yesterday import OUTAGE, fill

__all__ = ["postgres_server"]

PATIENCE_MS = 60_000
"""Until something counts as never coming; a busy machine is slow."""
expect.set_options(timeout=PATIENCE_MS)
SCREENSHOTS = ROOT / "screenshots"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
HERE: dict[str, Any] = {"viewport": WIDE, "locale": "en-US", "timezone_id": "Europe/Berlin"}
"""Where the person sits."""


class Site:
    """A running server and its address."""

    def __init__(self, *, process: Process, url: str, link: str, folder: Path | None = None) -> None:
        self.process = process
        self.url = url
        self.link = link
        """Signs in, once."""
        self.folder = folder
        """Where the files of its jobs are."""
        self.session: StorageState | None = None
        """Of who followed the link."""

    def page(self, path: str) -> str:
        return f"{self.url}/ui/{path}"


@contextmanager
def served(*arguments: str, port: int = 0, folder: Path | None = None) -> Iterator[Site]:
    """`tickwork up` on a port of its own."""
    with running("up", "--port", str(port), *arguments) as process:
        link = re.search(r"http\S+", process.until(r"pages: http"))
        assert link is not None
        yield Site(process=process, url=link[0].partition("/ui/")[0], link=link[0], folder=folder)


@contextmanager
def stocked(store: str, folder: Path, *, hours: int) -> Iterator[Site]:
    """With all that the tests do things to, after so many hours that were."""
    files: list[Path] = []
    for name, board in (("shop", BOARD), ("etl", ETL), ("office", OFFICE)):
        files.append(folder / f"{name}.yaml")
        files[-1].write_text(board.replace("FOLDER", str(folder)).replace("OUTAGE", OUTAGE))
    with ThreadPoolExecutor(1) as beside:  # this thread has the loop of the browser
        beside.submit(asyncio.run, fill(store, files, hours=hours)).result()
    with served("--store", store, "--workers", "12", "--app", APP, *map(str, files), folder=folder) as site:
        yield site


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server of all tests that need no other."""
    folder = tmp_path_factory.mktemp("shared")
    with stocked(f"sqlite:///{folder / 'store.db'}", folder, hours=24) as site:
        yield site


@pytest.fixture(scope="session")
def twin(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same on PostgreSQL."""
    with own_schema(postgres_server) as store, stocked(store, tmp_path_factory.mktemp("twin"), hours=10) as site:
        yield site


ON_POSTGRES = pytest.mark.xdist_group("postgres")
"""In one process: the server is started once."""


@pytest.fixture(
    scope="session",
    params=[pytest.param("shared", id="sqlite"), pytest.param("twin", id="postgres", marks=ON_POSTGRES)],
)
def site(request: pytest.FixtureRequest) -> Site:
    """Both of them: what people do must come out the same."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Site)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield chromium
        chromium.close()


class Window:
    """A page that must not say an error: neither of its own, nor of a policy that it breaks."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        refused = REFUSED.search(message.text) and "/api/v1/" in message.location.get("url", "")
        if message.type == "error" and not refused:
            self.said.append(f"{message.text} ({message.location.get('url')})")

    @contextmanager
    def used(self) -> Iterator[Page]:
        """By one test after the other: of what the pages are made need not be loaded for each. Whatever it left in the
        browser is gone for the next."""
        self.said.clear()
        self.page.bring_to_front()  # one behind another is not drawn
        yield self.page
        if self.page.url != "about:blank":
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        assert self.said == []


REFUSED = re.compile(r"responded with a status of (404|409|422)")
"""What the page tells the person: what they wrote is wrong, or not there. The browser notes it all the same."""


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a browser of its own, as somebody else has."""
    with opened(browser, **options) as context, Window(context).used() as page:
        yield page


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(**{**HERE, **options})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def session_of(site: Site, browser: Browser) -> StorageState:
    """Of the superuser, who followed the printed link once."""
    if site.session is None:
        with opened(browser) as context:
            page = context.new_page()
            page.goto(site.link)
            expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
            site.session = context.storage_state()
    return site.session


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Callable[[Site], Window]]:
    """Gives the one window in which the superuser of a server looks at it."""
    with ExitStack() as stack:

        @cache
        def window_of(site: Site) -> Window:
            return Window(stack.enter_context(opened(browser, storage_state=session_of(site, browser))))

        yield window_of


@pytest.fixture
def inside(window: Callable[[Site], Window], shared: Site) -> Iterator[Page]:
    """Signed in to the shared server."""
    with window(shared).used() as page:
        yield page


@pytest.fixture
def person(window: Callable[[Site], Window], site: Site) -> Iterator[Page]:
    """Signed in to each of the two servers."""
    with window(site).used() as page:
        yield page


@contextmanager
def sized(page: Page, size: ViewportSize) -> Iterator[None]:
    """In a window of this size; afterwards it is wide again."""
    page.set_viewport_size(size)
    try:
        yield
    finally:
        page.set_viewport_size(WIDE)


def ask(page: Page, site: Site, path: str, data: object = None, method: str = "POST") -> Any:
    """The server's answer to the person whose page it is."""
    answer = page.request.fetch(f"{site.url}/api/v1/{path}", method=method, data=data, headers={"origin": site.url})
    assert answer.ok, (path, answer.text())
    return answer.json() if answer.body() else None


def run_of(page: Page, site: Site, job: str, **wanted: object) -> str:
    """The id of a run that was asked for."""
    run: str = ask(page, site, f"jobs/{job}/run", wanted)["run"]["id"]
    return run


STILL = """() => {
  const waits = document.querySelector("h1") === null || document.querySelector(".animate-pulse") !== null;
  window.stillFor = waits ? 0 : (window.stillFor ?? 0) + 1;
  return window.stillFor > 3;
}"""
"""Whether nothing has been missing for some frames: what comes may bring a place for more."""


def shown(page: Page, address: str) -> None:
    """The page, with all that it asks the server for."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.wait_for_function(STILL)
