"""What somebody meets who follows the link that `tickwork up` prints, until the server goes and comes back."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Site, opened, served, session_of, watched

BOARD = """
jobs:
  beat: {shell: echo beat, every: 1s}
  broken: {shell: 'echo "<img src=x onerror=alert(1)>" >&2; exit 3', every: 1s}
"""


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Of a server that can be started again."""
    folder: Path = tmp_path_factory.mktemp("fresh")
    (folder / "board.yaml").write_text(BOARD)
    return ("--store", f"sqlite:///{folder / 'store.db'}", str(folder / "board.yaml"))


@pytest.fixture(scope="module")
def fresh(arguments: tuple[str, ...]) -> Iterator[Site]:
    """Nobody has been there yet."""
    with served(*arguments) as site:
        yield site


@pytest.fixture
def visitor(browser: Browser, fresh: Site) -> Iterator[Page]:
    with watched(browser, storage_state=session_of(fresh, browser)) as page:
        yield page


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


def test_a_failed_job_needs_me_with_its_sentence_and_its_log_is_text(fresh: Site, visitor: Page):
    fresh.process.until("broken failed")
    visitor.goto(fresh.page(""))
    needs = visitor.get_by_role("region", name="Needs me")
    expect(needs).to_contain_text("the program ended with exit code")
    needs.get_by_role("link", name="Log").click()
    expect(visitor.get_by_text("exit code 3").first).to_be_visible()
    expect(visitor.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")


def test_a_lost_connection_is_told_and_recovers_by_itself(fresh: Site, arguments: tuple[str, ...], browser: Browser):
    with opened(browser, storage_state=session_of(fresh, browser)) as context:
        page = context.new_page()
        page.goto(fresh.page(""))
        badge = page.locator("[data-live]")
        expect(badge).to_have_attribute("data-live", "live")
        fresh.process.signal(signal.SIGTERM)
        fresh.process.ended()
        expect(badge).to_have_attribute("data-live", "lost")
        expect(badge).to_have_text("Not live")
        with served(*arguments, port=urlsplit(fresh.url).port or 0) as again:
            expect(badge).to_have_attribute("data-live", "live")
            again.process.until("beat succeeded")
            expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
            page.goto(again.page("jobs/beat?tab=ledger"))
            table = page.get_by_role("table", name=re.compile("Ledger of"))
            expect(table.get_by_text("succeeded").first).to_be_visible()
