"""What somebody meets who follows the link that `tickwork up` prints, until the server goes and comes back; on two
stores."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services.postgres import own_schema
from tests.web.axe import serious
from tests.web.conftest import ON_POSTGRES, PHONE, SCREENSHOTS, Site, opened, served, session_of, shown, sized, watched

BOARD = """
jobs:
  beat: {shell: echo beat, every: 1s}
  broken: {shell: 'echo "<img src=x onerror=alert(1)>" >&2; exit 3', every: 1s}
"""
EMPTY = {
    "first-run": "",
    "no-jobs": "jobs",
    "no-runs": "runs",
    "no-graph": "graph",
    "no-load": "calendar",
    "no-groups": "people?tab=groups",
    "no-keys": "people?tab=keys",
}
"""Pages of an instance that nothing was put into."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=ON_POSTGRES)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "postgres":
        with own_schema(request.getfixturevalue("postgres_server")) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('fresh') / 'store.db'}"


@pytest.fixture(scope="module")
def fresh(store: str) -> Iterator[Site]:
    """Nobody has been there yet, and there is nothing."""
    with served("--store", store) as site:
        yield site


def test_the_printed_link_signs_in_once_and_leaves_no_token_in_the_address(fresh: Site, browser: Browser):
    with watched(browser) as page:
        page.goto(fresh.link)
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        assert "sign-in" not in page.url
        page.reload()
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        fresh.session = page.context.storage_state()
    with opened(browser) as context:
        late = context.new_page()
        late.goto(fresh.link)
        expect(late.get_by_text("this link was used before")).to_be_visible()
        drawn(late, "sign-in")


def test_pages_without_anything_teach_what_fills_them(fresh: Site, browser: Browser):
    with watched(browser, storage_state=session_of(fresh, browser)) as page:
        for name, path in EMPTY.items():
            shown(page, fresh.page(path))
            expect(page.locator("#content [data-empty]").first, name).to_be_visible()
            drawn(page, name)


def drawn(page: Page, name: str) -> None:
    assert serious(page) == [], name
    page.screenshot(path=SCREENSHOTS / "light" / f"{name}.png")
    with sized(page, PHONE):
        page.screenshot(path=SCREENSHOTS / "phone" / f"{name}.png")


def test_a_lost_connection_is_told_and_recovers_by_itself(fresh: Site, store: str, browser: Browser, tmp_path: Path):
    """And what the server brings with it is there without reloading."""
    board = tmp_path / "board.yaml"
    board.write_text(BOARD)
    with opened(browser, storage_state=session_of(fresh, browser)) as context:
        page = context.new_page()
        page.goto(fresh.page(""))
        badge = page.locator("[data-live]")
        expect(badge).to_have_attribute("data-live", "live")
        fresh.process.signal(signal.SIGTERM)
        fresh.process.ended()
        expect(badge).to_have_attribute("data-live", "lost")
        expect(badge).to_have_text("Not live")
        with served("--store", store, str(board), port=urlsplit(fresh.url).port or 0) as again:
            expect(badge).to_have_attribute("data-live", "live")
            needs = page.get_by_role("region", name="Needs me")
            expect(needs).to_contain_text("the program ended with exit code 3")
            needs.get_by_role("link", name="Log").click()
            expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")
            again.process.until("beat succeeded")
            page.goto(again.page("jobs/beat?tab=ledger"))
            table = page.get_by_role("table", name=re.compile("Ledger of"))
            expect(table.get_by_text("succeeded").first).to_be_visible()
