"""Who may not act is offered nothing, and refused by the server all the same; and jobs are found among others."""

import re
from datetime import datetime

from playwright.sync_api import Browser, Page, expect

from tests.web import keyboard
from tests.web.conftest import PHONE, Site, ask, run_of, shown, sized, watched

PASSWORD = "correct horse battery"


def test_a_viewer_sees_everything_and_is_offered_nothing(site: Site, person: Page, browser: Browser):
    ask(person, site, "users", {"name": "vera", "password": PASSWORD})
    ask(person, site, "groups/viewers", {"members": ["vera"], "roles": {"shop": "viewer"}}, "PUT")
    with watched(browser) as page:
        page.goto(site.page("sign-in"))
        page.get_by_label("Name").fill("vera")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        expect(page.get_by_role("region", name="Needs me").get_by_role("listitem").first).to_be_visible()
        for verb in ("Run again", "Make up for it", "Kill"):
            assert page.get_by_role("button", name=verb).count() == 0, verb
        page.goto(site.page("jobs/shop:backup"))
        expect(page.get_by_role("heading", name="Nightly backup")).to_be_visible()
        for verb in ("Run now", "Run with", "Pause", "Edit", "Kill"):
            assert page.get_by_role("button", name=verb).count() == 0, verb
        page.keyboard.press("r")
        assert page.get_by_role("dialog").count() == 0
        refused = page.request.post(f"{site.url}/api/v1/jobs/shop:backup/run", data={}, headers={"origin": site.url})
        assert refused.status == 403


def test_a_job_is_found_run_and_its_whole_log_read(shared: Site, inside: Page):
    inside.goto(shared.page("jobs"))
    inside.get_by_role("searchbox").fill("office:ask")
    expect(inside).to_have_url(re.compile(r"q=office"))
    inside.get_by_role("link", name="asked").click()
    inside.get_by_role("button", name="Run now").click()
    expect(inside.get_by_text("500 lines", exact=True)).to_be_visible()
    log = inside.get_by_role("log")
    log.press("End")
    expect(log).to_contain_text("line 500")
    inside.get_by_label("Search the log").fill("line 17")
    expect(inside.get_by_text("11 matches")).to_be_visible()
    inside.keyboard.press("Enter")
    expect(log.locator("mark").first).to_be_visible()


def test_filters_are_kept_under_a_name_and_come_back(shared: Site, inside: Page):
    inside.goto(shared.page("jobs?q=office&sort=-name"))
    inside.get_by_role("button", name="Saved").click()
    inside.get_by_role("menuitem", name="Save these filters").click()
    inside.get_by_label("Name", exact=True).fill("Ours")
    inside.get_by_role("button", name="Save", exact=True).click()
    expect(inside.get_by_role("button", name="Ours")).to_be_visible()
    inside.goto(shared.page("jobs"))
    inside.get_by_role("button", name="Saved").click()
    inside.get_by_role("menuitemradio", name="Ours").click()
    expect(inside).to_have_url(re.compile(r"q=office.*sort=-name"))
    inside.get_by_role("button", name="Ours").click()
    inside.get_by_role("menuitem", name="Forget").or_(inside.get_by_role("menuitemradio", name="Forget")).click()
    expect(inside.get_by_role("button", name="Saved")).to_be_visible()
    inside.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(inside.get_by_role("button", name="Ours")).to_be_visible()


def test_many_jobs_are_disabled_together_and_it_is_taken_back(shared: Site, inside: Page):
    inside.goto(shared.page("jobs?q=etl:"))
    inside.get_by_label("Choose etl:load").check()
    inside.get_by_label("Choose etl:hourly").check()
    inside.get_by_role("button", name="Disable").click()
    inside.get_by_role("dialog").get_by_role("button", name="Disable 2 jobs").click()
    hourly = inside.get_by_role("row").filter(has_text="etl:hourly")
    expect(hourly).to_contain_text("disabled")
    inside.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(hourly).to_contain_text("idle")


def test_a_gap_of_the_strip_says_its_reason_when_pointed_at_and_is_clicked_to_its_ledger(shared: Site, inside: Page):
    strip = ask(inside, shared, "strip?project=office", method="GET")
    gap = next(mark for mark in strip["marks"] if mark["gap"] and mark["job"] == "office:counted")
    start, at = (datetime.fromisoformat(moment) for moment in (strip["start"], gap["at"]))
    cell = int((at - start).total_seconds() // strip["step"])
    shown(inside, shared.page("?project=office"))
    slider = inside.get_by_role("slider", name="Planned and actual")
    box = slider.bounding_box()
    assert box is not None
    place = {"x": box["width"] * (cell + 0.5) / len(strip["cells"]), "y": box["height"] / 2}
    slider.hover(position=place)  # type: ignore[arg-type]
    expect(slider).to_have_attribute("aria-valuetext", re.compile("missed"))
    expect(inside.get_by_text("no scheduler was running").first).to_be_visible()
    slider.click(position=place)  # type: ignore[arg-type]
    inside.get_by_role("listitem").filter(has_text="was missed").get_by_role("link", name="office:counted").click()
    table = inside.get_by_role("table", name=re.compile("Ledger of"))
    expect(table.get_by_text("missed").first).to_be_visible()


def test_a_run_on_all_workers_shows_how_it_went_on_each(shared: Site, inside: Page):
    run = run_of(inside, shared, "shop:everywhere")
    inside.goto(shared.page(f"runs/{run}"))
    lines = inside.get_by_role("list", name="Timeline of the group")
    expect(lines.get_by_role("img", name="succeeded", exact=True)).to_have_count(4)  # a badge and a bar for each
    expect(lines).to_contain_text("all together")
    inside.get_by_role("link", name="Each time, by worker").click()
    expect(inside.get_by_role("table", name="shop:everywhere by worker")).to_be_visible()


def test_the_palette_finds_a_run_by_how_its_id_begins(shared: Site, inside: Page):
    run = run_of(inside, shared, "shop:quiet")
    shown(inside, shared.page("jobs"))
    inside.keyboard.press("Control+k")
    inside.get_by_role("combobox", name="Search jobs, runs and commands").fill(run[:14])
    inside.get_by_role("option", name=run).click()
    expect(inside.get_by_role("heading", name="shop:quiet", level=1)).to_be_visible()


def test_a_pool_without_workers_leads_to_the_dialog_that_brings_one(shared: Site, inside: Page):
    shown(inside, shared.page("workers?add=gpu"))
    dialog = inside.get_by_role("dialog", name="Add a worker")
    expect(dialog.get_by_label("Pool", exact=True)).to_have_value("gpu")
    dialog.get_by_role("button", name="Cancel").click()
    expect(inside).not_to_have_url(re.compile("add="))


def test_on_a_phone_what_needs_somebody_comes_first_by_keyboard_too(shared: Site, inside: Page):
    with sized(inside, PHONE):
        shown(inside, shared.page("?project=office"))
        keyboard.begin(inside, at="#content")
        assert keyboard.wrong(keyboard.stops(inside, 30)) == []
