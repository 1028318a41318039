"""Texts that are to be taken for markup or for a terminal's orders: shown everywhere, obeyed nowhere."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.web.conftest import Site, ask, run_of, shown
from tests.web.payloads import MARKUP, NAMES, PAYLOADS

SEEN = """async (box) => {
  const seen = [];
  for (let top = 0; ; top += box.clientHeight / 2) {
    box.scrollTop = top;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    seen.push(...[...box.querySelectorAll("bdi")].map((line) => line.textContent));
    if (top > box.scrollHeight) return seen;
  }
}"""
"""The text of every line that a box shows while it is scrolled to its end."""


@pytest.fixture
def hostile(shared: Site, inside: Page) -> Iterator[dict[str, str]]:
    """Runs whose every text is to be taken for markup; nothing of it may run."""
    runs = {job: run_of(inside, shared, f"hostile:{job}") for job in ("hostile", "raising")}
    for run in runs.values():
        ask(inside, shared, f"runs/{run}?wait=50", method="GET")
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        if dialog.type != "beforeunload":  # what an editor asks that another test left open
            asked.append(dialog.message)
        dialog.accept()

    inside.on("dialog", note)
    yield runs
    inside.remove_listener("dialog", note)
    assert asked == []


def harmless(page: Page) -> None:
    """No script has run, and nothing was made of the texts that could run one, load anything or lead away."""
    assert page.evaluate("window.pwned") is None
    made = "iframe, object, embed, script, base, meta, form[action], svg script, [srcdoc], img, video, audio, marquee"
    assert page.locator("#content").locator(made).count() == 0
    leading = page.locator("#content a[href]").evaluate_all("all => all.map((each) => each.protocol)")
    assert set(leading) <= {"http:", "https:", "mailto:"}


def test_there_are_three_hundred_payloads():
    assert len(PAYLOADS) >= 300


def test_a_log_shows_every_payload_and_obeys_none(shared: Site, inside: Page, hostile: dict[str, str]):
    shown(inside, shared.page(f"runs/{hostile['hostile']}"))
    expect(inside.get_by_text(re.compile(rf"^1\D{3 * len(PAYLOADS) - 1000} lines$"))).to_be_visible()
    lines = inside.get_by_role("log").evaluate(SEEN)
    text = "\n".join(lines)
    assert [payload for payload in MARKUP if payload not in text] == []
    assert "\x1b" not in text
    harmless(inside)


def test_results_errors_and_descriptions_show_every_payload_and_obey_none(
    shared: Site, inside: Page, hostile: dict[str, str]
):
    shown(inside, shared.page(f"runs/{hostile['hostile']}?tab=result"))
    inside.get_by_role("button", name="more").click()
    result = inside.get_by_role("region", name="Result").inner_text()
    assert [payload for payload in MARKUP if json.dumps(payload, ensure_ascii=False) not in result] == []
    harmless(inside)
    shown(inside, shared.page(f"runs/{hostile['raising']}?tab=error"))
    error = inside.get_by_role("region", name="Error").inner_text()
    assert [payload for payload in MARKUP if payload not in error] == []
    harmless(inside)
    for path in ("jobs/hostile:hostile", f"runs/{hostile['hostile']}?tab=params", "?project=hostile"):
        shown(inside, shared.page(path))
        harmless(inside)
    expect(inside.get_by_role("region", name="Needs me")).to_contain_text("raising")


def test_jobs_may_be_called_anything_and_their_names_are_text(shared: Site, inside: Page):
    shown(inside, shared.page("jobs?project=names"))
    expect(inside.get_by_text(f"{len(NAMES)} jobs")).to_be_visible()
    harmless(inside)
    name = next(name for name in NAMES if "onerror" in name)
    shown(inside, shared.page("jobs?project=names&q=onerror"))
    inside.get_by_role("link", name=f"names:{name}", exact=True).click()
    expect(inside.get_by_role("heading", level=1)).to_have_text(f"names:{name}")
    run_of(inside, shared, inside.url.split("/jobs/")[1].split("?")[0])
    expect(inside.get_by_role("table", name="Newest runs").get_by_text("succeeded")).to_be_visible()
    harmless(inside)
    inside.keyboard.press("Control+k")
    inside.get_by_label("Search jobs, runs and commands").fill("onerror")
    expect(inside.get_by_role("listbox", name="Found").get_by_role("option").first).to_contain_text("onerror")
    shown(inside, shared.page("graph?project=names&view=list"))
    harmless(inside)


def test_what_people_write_about_things_is_text(shared: Site, inside: Page):
    written = " ".join(payload for payload in MARKUP if "onerror" in payload)[:1900]
    ask(inside, shared, "projects/hostile", {"description": written[:400]}, "PUT")
    ask(inside, shared, "pools/hostile", {"description": written[:400]}, "PUT")
    ask(inside, shared, "jobs/hostile:raising/pause", {"why": written})
    for path in ("projects", "projects/hostile", "workers", "jobs/hostile:raising", "audit"):
        shown(inside, shared.page(path))
        harmless(inside)


def test_an_address_that_is_markup_is_text_too(shared: Site, inside: Page):
    markup = "%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E"
    for path in (f"jobs/{markup}", f"runs/{markup}", f"{markup}"):
        inside.goto(shared.page(path))
        expect(inside.get_by_role("heading", name="No such page")).to_be_visible()
    inside.goto(shared.page(f"jobs?q={markup}"))
    expect(inside.get_by_role("searchbox")).to_have_value("<img src=x onerror=window.pwned=1>")
    assert inside.evaluate("window.pwned") is None
