"""What people do with jobs and runs, and that they see what comes of it without reloading; on two stores."""

import re

from playwright.sync_api import Page, Route, WebSocket, expect

from tests.web.conftest import PATIENCE_MS, Site, ask, run_of

AN_ANSWER = re.compile(r"/api/v1/runs/\w+$")
"""How a run stands."""


def state(page: Page):
    """How the job or run of the page stands."""
    return page.locator("#content header").first


def test_a_run_that_others_start_appears_and_changes_without_reloading(site: Site, person: Page):
    person.goto(site.page("jobs/shop:quiet"))
    expect(person.get_by_text("It never ran")).to_be_visible()
    run_of(person, site, "shop:quiet")
    newest = person.get_by_role("table", name="Newest runs")
    expect(newest.get_by_text("succeeded")).to_be_visible()
    expect(person.get_by_role("slider", name="The last 1 runs")).to_be_visible()


def test_a_run_is_killed_after_its_consequences_were_read(site: Site, person: Page):
    person.goto(site.page("jobs/shop:endless"))
    person.get_by_role("button", name="Run now").click()
    expect(person.get_by_role("log")).to_contain_text("begun")
    person.get_by_role("button", name="Kill").click()
    dialog = person.get_by_role("dialog")
    expect(dialog).to_contain_text("the whole tree")
    dialog.get_by_role("button", name="Kill the run").click()
    expect(state(person)).to_contain_text("cancelled")
    expect(person.get_by_role("button", name="Run again")).to_be_visible()


def test_typed_parameters_are_asked_for_and_arrive_with_their_types(site: Site, person: Page):
    person.goto(site.page("jobs/shop:greeting"))
    person.get_by_role("button", name="Run now").click()
    dialog = person.get_by_role("dialog")
    dialog.get_by_label("who").fill("ada")
    dialog.get_by_label("times").fill("many")
    dialog.get_by_role("button", name="Run now").click()
    expect(dialog.get_by_role("alert")).to_contain_text("times")
    dialog.get_by_label("times").fill("2")
    dialog.get_by_label("loud").select_option("true")
    dialog.get_by_role("button", name="Run now").click()
    expect(state(person)).to_contain_text("succeeded")
    person.get_by_role("tab", name="Result").click()
    expect(person.get_by_role("region", name="Result")).to_contain_text("HELLO ADA HELLO ADA")
    person.get_by_role("tab", name="Parameters").click()
    expect(person.get_by_role("region", name="Parameters")).to_contain_text("times: 2")


def test_an_answer_that_was_overtaken_by_what_was_told_does_not_stay(site: Site, person: Page):
    """A run is looked at while it begins; the answer comes when it has long been told how it ended."""
    told: list[str] = []

    def hear(socket: WebSocket) -> None:
        socket.on("framereceived", lambda text: told.append(str(text)))

    person.on("websocket", hear)
    person.goto(site.page("jobs/shop:quiet"))

    def late(route: Route) -> None:
        answer = route.fetch()
        run = answer.json()["run"]
        for _ in range(PATIENCE_MS // 10):
            if any(run["id"] in text and '"state":"succeeded"' in text for text in told):
                break
            person.wait_for_timeout(10)
        route.fulfill(response=answer, json=answer.json() | {"run": run | {"state": "claimed"}})

    person.route(AN_ANSWER, late, times=1)
    person.get_by_role("button", name="Run now").click()
    expect(state(person)).to_contain_text("succeeded")
    person.remove_listener("websocket", hear)


def test_a_job_that_says_nothing_of_its_parameters_takes_any(site: Site, person: Page):
    person.goto(site.page("jobs/shop:given"))
    person.get_by_role("button", name="Run with").click()
    person.get_by_label("Name of parameter 1").fill("day")
    person.get_by_label("Value of parameter 1").fill("2026-11-26")
    person.get_by_role("button", name="Another parameter").click()
    person.get_by_label("Name of parameter 2").fill("n")
    person.get_by_label("Value of parameter 2").fill("12")
    person.get_by_role("dialog").get_by_role("button", name="Run now").click()
    expect(person.get_by_role("log")).to_contain_text('"n":12')


def test_a_protected_job_is_armed_first(site: Site, person: Page):
    person.goto(site.page("jobs/shop:rotate-keys"))
    person.get_by_role("button", name="Run now").click()
    dialog = person.get_by_role("dialog")
    dialog.get_by_role("button", name="Run now").click()
    expect(dialog).to_be_visible()  # the browser asks for the tick
    dialog.get_by_label("I mean it: run it now").check()
    dialog.get_by_role("button", name="Run now").click()
    expect(person.get_by_role("log")).to_contain_text("rotated")
    person.get_by_role("button", name="Run again").click()
    expect(dialog).to_contain_text("This job is protected")
    dialog.get_by_role("button", name="Keep as it is").click()
    assert len(ask(person, site, "runs?job=shop:rotate-keys", method="GET")["items"]) == 1


def test_a_job_is_paused_with_a_reason_and_resumed(site: Site, person: Page):
    person.goto(site.page("jobs/shop:reindex"))
    person.get_by_role("button", name="Pause").click()
    dialog = person.get_by_role("dialog")
    dialog.get_by_label("Why").fill("the disks are full")
    dialog.get_by_label("Turn it on again").select_option("3600")
    dialog.get_by_role("button", name=re.compile("^Pause")).click()
    expect(person.get_by_text("the disks are full")).to_be_visible()
    expect(state(person)).to_contain_text("paused")
    person.get_by_role("button", name="Resume").click()
    person.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(person.get_by_text("the disks are full")).to_have_count(0)


def test_a_chatty_log_is_followed_to_its_end(site: Site, person: Page):
    person.goto(site.page("jobs/shop:chatty"))
    person.get_by_role("button", name="Run now").click()
    log = person.get_by_role("log")
    expect(log.get_by_text(re.compile(r"^line \d\d$")).last).to_be_visible()
    expect(person.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "true")
    expect(log.get_by_text("the end", exact=True)).to_be_visible()
    expect(person.get_by_text("151 lines", exact=True)).to_be_visible()


def test_a_graph_goes_on_from_its_failed_node(site: Site, person: Page):
    person.goto(site.page("jobs/shop:load"))
    person.get_by_role("button", name="Run with").click()
    person.get_by_label("First what it needs").check()
    person.get_by_role("dialog").get_by_role("button", name="Run now").click()
    person.get_by_role("tab", name="Group").click()
    lines = person.get_by_role("list", name="Timeline of the group")
    transform = lines.get_by_role("listitem").filter(has_text="shop:transform")
    expect(transform.get_by_role("img", name="failed: exit code", exact=True)).to_be_visible()
    extracted = person.get_by_role("link", name="shop:extract").get_attribute("href")
    assert site.folder is not None
    (site.folder / "mended").touch()
    person.get_by_role("button", name="Run again from what failed").click()
    expect(lines.get_by_role("img", name="succeeded")).to_have_count(4)
    expect(person.get_by_role("link", name="shop:extract")).to_have_count(0)
    assert extracted is not None


def test_the_ledger_says_why_of_every_due_moment(site: Site, person: Page):
    person.goto(site.page("jobs/shop:backup"))
    expect(person.get_by_role("heading", name="Nightly backup")).to_be_visible()
    person.get_by_role("tab", name="Ledger").click()
    table = person.get_by_role("table", name=re.compile("Ledger of"))
    expect(table.get_by_role("link", name="Run").first).to_be_visible()
    person.get_by_role("button", name="The day after").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("planned")
    person.reload()
    expect(table.get_by_role("row").nth(1)).to_contain_text("planned")


def test_a_revision_shows_what_it_changed(site: Site, person: Page):
    person.goto(site.page("jobs/shop:invoices"))
    ask(person, site, "jobs/shop:invoices/definition", {"changes": {"timeout": "20m"}}, "PATCH")
    person.get_by_role("tab", name="Definition").click()
    change = person.get_by_role("region", name="What changes in the definition")
    expect(change).to_contain_text("timeout: 20m")
    expect(change).to_contain_text("timeout: 10m")


def test_what_was_said_is_still_known_when_the_page_is_loaded_anew(site: Site, person: Page):
    person.goto(site.page("jobs/shop:quiet"))
    person.route("**/api/v1/jobs/*/run", lambda route: route.fulfill(status=409, json={"detail": "not now"}), times=1)
    person.get_by_role("button", name="Run now").click()
    said = person.get_by_role("region", name="Messages").get_by_role("alert")
    expect(said).to_contain_text("shop:quiet could not be started")
    person.reload()
    expect(said).to_contain_text("shop:quiet could not be started")
    said.get_by_role("button", name="Dismiss").click()
    person.get_by_role("button", name="Messages").click()
    expect(person.get_by_role("dialog", name="Messages")).to_contain_text("shop:quiet could not be started")
    person.keyboard.press("Escape")


def test_a_pause_is_taken_back_by_the_message_that_tells_of_it(site: Site, person: Page):
    person.goto(site.page("jobs/shop:sync-stock"))
    person.get_by_role("button", name="Pause").click()
    person.get_by_role("dialog").get_by_role("button", name=re.compile("^Pause")).click()
    expect(state(person)).to_contain_text("paused")
    person.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(state(person)).to_contain_text("idle")


def test_a_resume_lists_what_was_missed_and_runs_what_is_chosen(site: Site, person: Page):
    ask(person, site, "jobs/shop:backup/pause", {"why": "a look"})
    person.goto(site.page("jobs/shop:backup"))
    expect(person.get_by_text("a look")).to_be_visible()
    person.get_by_role("button", name="Resume").click()
    dialog = person.get_by_role("dialog")
    slots = dialog.get_by_role("list", name="Missed moments").get_by_role("checkbox")
    slots.nth(0).check()
    slots.nth(1).check()
    dialog.get_by_role("button", name="Resume, and run 2 slots").click()
    said = person.get_by_role("region", name="Messages")
    expect(said.get_by_text("shop:backup is on again; 2 runs queued")).to_be_visible()


def test_what_an_outage_swallowed_is_said_once_and_made_up_for(site: Site, person: Page):
    person.goto(site.page("?project=office"))
    needs = person.get_by_role("region", name="Needs me").get_by_role("listitem")
    outage = needs.filter(has_text="no scheduler was running")
    expect(outage).to_contain_text("office:counted")
    expect(outage).to_contain_text("office:filed")
    outage.get_by_role("button", name="Make up for it").click()
    dialog = person.get_by_role("dialog")
    expect(dialog.get_by_role("list", name="What was missed")).to_contain_text("office:counted")
    dialog.get_by_role("button", name=re.compile("^Queue")).click()
    said = person.get_by_role("region", name="Messages")
    expect(said.get_by_text(re.compile("queued for what was missed"))).to_be_visible()
    expect(outage).to_have_count(0)
