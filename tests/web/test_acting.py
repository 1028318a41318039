"""What people do with jobs and runs, and that they see what comes of it without reloading."""

import re

from playwright.sync_api import Page, expect

from tests.web.conftest import Site


def state(page: Page):
    """How the job or run of the page stands."""
    return page.locator("#content header").first


def run_by_api(page: Page, site: Site, job: str, **wanted: object) -> str:
    answer = page.request.post(f"{site.url}/api/v1/jobs/{job}/run", data=wanted, headers={"origin": site.url})
    assert answer.ok, answer.text()
    return answer.json()["run"]["id"]


def test_a_run_that_others_start_appears_and_changes_without_reloading(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:quiet"))
    expect(inside.get_by_text("It never ran")).to_be_visible()
    run_by_api(inside, shared, "shop:quiet")
    newest = inside.get_by_role("table", name="Newest runs")
    expect(newest.get_by_text("succeeded")).to_be_visible()
    expect(inside.get_by_role("slider", name="The last 1 runs")).to_be_visible()


def test_a_run_is_killed_after_its_consequences_were_read(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:endless"))
    inside.get_by_role("button", name="Run now").click()
    expect(inside.get_by_role("log")).to_contain_text("begun")
    inside.get_by_role("button", name="Kill").click()
    dialog = inside.get_by_role("dialog")
    expect(dialog).to_contain_text("the whole tree")
    dialog.get_by_role("button", name="Kill the run").click()
    expect(state(inside)).to_contain_text("cancelled")
    expect(inside.get_by_role("button", name="Run again")).to_be_visible()


def test_typed_parameters_are_asked_for_and_arrive_with_their_types(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:greeting"))
    inside.get_by_role("button", name="Run now").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("who").fill("ada")
    dialog.get_by_label("times").fill("many")
    dialog.get_by_role("button", name="Run now").click()
    expect(dialog.get_by_role("alert")).to_contain_text("times")
    dialog.get_by_label("times").fill("2")
    dialog.get_by_label("loud").select_option("true")
    dialog.get_by_role("button", name="Run now").click()
    expect(state(inside)).to_contain_text("succeeded")
    inside.get_by_role("tab", name="Result").click()
    expect(inside.get_by_role("region", name="Result")).to_contain_text("HELLO ADA HELLO ADA")
    inside.get_by_role("tab", name="Parameters").click()
    expect(inside.get_by_role("region", name="Parameters")).to_contain_text("times: 2")


def test_a_job_that_says_nothing_of_its_parameters_takes_any(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:given"))
    inside.get_by_role("button", name="Run with").click()
    inside.get_by_label("Name of parameter 1").fill("day")
    inside.get_by_label("Value of parameter 1").fill("2026-11-26")
    inside.get_by_role("button", name="Another parameter").click()
    inside.get_by_label("Name of parameter 2").fill("n")
    inside.get_by_label("Value of parameter 2").fill("12")
    inside.get_by_role("dialog").get_by_role("button", name="Run now").click()
    expect(inside.get_by_role("log")).to_contain_text('"n":12')


def test_a_protected_job_is_armed_first(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:rotate-keys"))
    inside.get_by_role("button", name="Run now").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_role("button", name="Run now").click()
    expect(dialog).to_be_visible()  # the browser asks for the tick
    dialog.get_by_label("I mean it: run it now").check()
    dialog.get_by_role("button", name="Run now").click()
    expect(inside.get_by_role("log")).to_contain_text("rotated")


def test_a_job_is_paused_with_a_reason_and_resumed(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:reindex"))
    inside.get_by_role("button", name="Pause").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("Why").fill("the disks are full")
    dialog.get_by_label("On again").select_option("3600")
    dialog.get_by_role("button", name=re.compile("^Pause")).click()
    expect(inside.get_by_text("the disks are full")).to_be_visible()
    expect(state(inside)).to_contain_text("paused")
    inside.get_by_role("button", name="Resume").click()
    inside.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(inside.get_by_text("the disks are full")).to_have_count(0)


def test_a_chatty_log_is_followed_to_its_end(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:chatty"))
    inside.get_by_role("button", name="Run now").click()
    log = inside.get_by_role("log")
    expect(log.get_by_text(re.compile(r"^line \d\d$")).last).to_be_visible()
    expect(inside.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "true")
    expect(log.get_by_text("the end", exact=True)).to_be_visible()
    expect(inside.get_by_text("301 lines", exact=True)).to_be_visible()


def test_a_graph_goes_on_from_its_failed_node(shared: Site, inside: Page, tmp_path_factory):
    inside.goto(shared.page("jobs/shop:load"))
    inside.get_by_role("button", name="Run with").click()
    inside.get_by_label("First what it needs").check()
    inside.get_by_role("dialog").get_by_role("button", name="Run now").click()
    inside.get_by_role("tab", name="Group").click()
    lines = inside.get_by_role("list", name="Timeline of the group")
    transform = lines.get_by_role("listitem").filter(has_text="shop:transform")
    expect(transform.get_by_role("img", name="failed: exit code", exact=True)).to_be_visible()
    extracted = inside.get_by_role("link", name="shop:extract").get_attribute("href")
    (tmp_path_factory.getbasetemp() / "shared0" / "mended").touch()
    inside.get_by_role("button", name="Run again from what failed").click()
    expect(lines.get_by_role("img", name="succeeded")).to_have_count(4)
    expect(inside.get_by_role("link", name="shop:extract")).to_have_count(0)
    assert extracted is not None


def test_the_ledger_says_why_of_every_due_moment(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:backup"))
    expect(inside.get_by_role("heading", name="Nightly backup")).to_be_visible()
    inside.get_by_role("tab", name="Ledger").click()
    table = inside.get_by_role("table", name=re.compile("Ledger of"))
    expect(table.get_by_role("row").nth(1)).to_contain_text("Run")
    inside.get_by_role("button", name="The day after").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("planned")
    inside.reload()
    expect(table.get_by_role("row").nth(1)).to_contain_text("planned")


def test_a_revision_shows_what_it_changed(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/shop:invoices"))
    path = f"{shared.url}/api/v1/jobs/shop:invoices/definition"
    answer = inside.request.patch(path, data={"changes": {"timeout": "20m"}}, headers={"origin": shared.url})
    assert answer.ok, answer.text()
    inside.get_by_role("tab", name="Definition").click()
    change = inside.get_by_role("region", name="What changes in the definition")
    expect(change).to_contain_text("timeout: 20m")
    expect(change).to_contain_text("timeout: 10m")
