"""Who may not act is offered nothing; who loses the server is told; and all of it on PostgreSQL too."""

import re
import signal
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Site, opened, served, watched

BOARD = """
jobs:
  beat: {shell: echo beat, every: 1s}
  asked: {shell: 'echo "given $TICKWORK_PARAMS"'}
  endless: {shell: 'echo begun; sleep 600 & wait'}
"""
PASSWORD = "correct horse battery"


def test_a_viewer_sees_everything_and_is_offered_nothing(shared: Site, inside: Page, browser: Browser):
    api, headers = f"{shared.url}/api/v1", {"origin": shared.url}
    for method, path, data in (
        ("post", "users", {"name": "vera", "password": PASSWORD}),
        ("put", "groups/viewers", {"members": ["vera"], "roles": {"shop": "viewer"}}),
    ):
        answer = inside.request.fetch(f"{api}/{path}", method=method, data=data, headers=headers)
        assert answer.ok, (path, answer.text())
    with watched(browser) as page:
        page.goto(shared.page("sign-in"))
        page.get_by_label("Name").fill("vera")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        page.goto(shared.page("jobs/shop:backup"))
        expect(page.get_by_role("heading", name="Nightly backup")).to_be_visible()
        for verb in ("Run now", "Run with", "Pause", "Edit", "Kill"):
            assert page.get_by_role("button", name=verb).count() == 0, verb
        page.keyboard.press("r")
        assert page.get_by_role("dialog").count() == 0
        refused = page.request.post(f"{api}/jobs/shop:backup/run", data={}, headers=headers)
        assert refused.status == 403


def test_a_lost_connection_is_told_and_recovers_by_itself(tmp_path: Path, browser: Browser):
    board = tmp_path / "board.yaml"
    board.write_text(BOARD)
    store = ("--store", f"sqlite:///{tmp_path / 'store.db'}", str(board))
    with opened(browser) as context:
        page = context.new_page()
        with served(*store) as site:
            page.goto(site.link)
            badge = page.locator("[data-live]")
            expect(badge).to_have_attribute("data-live", "live")
            site.process.signal(signal.SIGTERM)
            site.process.ended()
            expect(badge).to_have_attribute("data-live", "lost")
            expect(badge).to_have_text("Not live")
        port = urlsplit(site.url).port or 0
        with served(*store, port=port) as again:
            expect(badge).to_have_attribute("data-live", "live")
            again.process.until("beat succeeded")
            expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_parameters_kill_and_live_changes_are_the_same_on_postgresql(
    postgres_url: str, tmp_path: Path, browser: Browser
):
    board = tmp_path / "board.yaml"
    board.write_text(BOARD)
    with served("--store", postgres_url, str(board)) as site, watched(browser) as page:
        page.goto(site.link)
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        page.goto(site.page("jobs/asked"))
        page.get_by_role("button", name="Run with").click()
        page.get_by_label("Name of parameter 1").fill("n")
        page.get_by_label("Value of parameter 1").fill("12")
        page.get_by_role("dialog").get_by_role("button", name="Run now").click()
        expect(page.get_by_role("log")).to_contain_text('"n":12')
        expect(page.locator("#content header").first).to_contain_text("succeeded")
        page.goto(site.page("jobs/endless"))
        page.get_by_role("button", name="Run now").click()
        expect(page.get_by_role("log")).to_contain_text("begun")
        page.get_by_role("button", name="Kill").click()
        page.get_by_role("button", name="Kill the run").click()
        expect(page.locator("#content header").first).to_contain_text("cancelled")
        page.goto(site.page("jobs/beat?tab=ledger"))
        table = page.get_by_role("table", name=re.compile("Ledger of"))
        expect(table.get_by_text("succeeded").first).to_be_visible()
