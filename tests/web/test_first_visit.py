"""What somebody meets who follows the link that `tickwork up` prints."""

import re

from playwright.sync_api import Page, expect

BOARD = """
jobs:
  beat: {shell: echo beat, every: 1s}
  broken: {shell: 'echo "<img src=x onerror=alert(1)>" >&2; exit 3', every: 1s}
  asked: {shell: 'for n in $(seq 1 500); do echo line $n; done'}
"""


def test_the_printed_link_signs_in_once_and_leaves_no_token_in_the_address(serve, page: Page):
    site = serve(BOARD)
    page.goto(site.link)
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    assert "sign-in" not in page.url
    page.reload()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_failed_job_needs_me_with_its_sentence_and_its_log_is_text(serve, page: Page):
    site = serve(BOARD)
    site.process.until("broken failed")
    page.goto(site.link)
    page.get_by_role("region", name="Needs me").get_by_role("link", name="Log").click()
    expect(page.get_by_text("exit code 3").first).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")


def test_a_job_is_found_run_and_its_whole_log_read(serve, page: Page):
    site = serve(BOARD)
    page.goto(site.link)
    page.get_by_role("link", name="Jobs").click()
    page.get_by_role("searchbox").fill("ask")
    expect(page).to_have_url(re.compile(r"q=ask"))
    page.get_by_role("link", name="asked").click()
    page.get_by_role("button", name="Run now").click()
    site.process.until("asked succeeded")
    expect(page.get_by_text("500 lines", exact=True)).to_be_visible()
    log = page.get_by_role("log")
    log.press("End")
    expect(log).to_contain_text("line 500")
    page.get_by_label("Search the log").fill("line 17")
    expect(page.get_by_text("11 matches")).to_be_visible()
    page.keyboard.press("Enter")
    expect(log.locator("mark").first).to_be_visible()
