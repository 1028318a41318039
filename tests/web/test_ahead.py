"""What is to come: the graph of a project, live; the week's load; what a resume makes up for."""

from playwright.sync_api import Page, expect

BOARD = """
project: etl
jobs:
  load: {shell: 'echo load'}
  check: {shell: 'exit 3', after: load}
  alarm: {shell: 'echo alarm', after: {check: failure}}
  hourly: {shell: 'true', cron: '7 * * * *'}
  beat: {shell: 'true', every: 1s}
"""
POST = """async ([path, body]) => (await fetch(`/api/v1/${path}`, {
  method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(body)})).status"""

SKIPPED = """async ([path, wanted]) => {
  for (let asked = 0; asked < 300; asked += 1) {
    if ((await (await fetch(`/api/v1/${path}`)).json()).length >= wanted) return true;
    await new Promise((go) => setTimeout(go, 200));
  }
  return false;
}"""
"""Whether so many slots came to be missed within a minute."""


def signed_in(site, page: Page) -> None:
    page.goto(site.link)
    page.get_by_role("heading", name="Today", level=1).wait_for()


def test_a_project_is_drawn_with_what_waits_for_what_and_its_states_are_live(serve, page: Page):
    site = serve(BOARD)
    signed_in(site, page)
    page.goto(site.page("graph"))
    page.get_by_role("main").get_by_role("link", name="etl", exact=True).click()
    graph = page.get_by_role("region", name="Graph of etl")
    expect(graph.get_by_role("link", name="etl:check")).to_contain_text("idle")
    assert page.evaluate(POST, ["jobs/etl:load/run", {}]) == 202
    expect(graph.get_by_role("link", name="etl:check")).to_contain_text("failed")
    expect(graph.get_by_role("link", name="etl:alarm")).to_contain_text("succeeded")
    graph.get_by_role("link", name="etl:alarm").click()
    expect(page.get_by_role("heading", name="etl:alarm", level=1)).to_be_visible()
    chain = page.get_by_role("region", name="What etl:alarm waits for, and what waits for it")
    expect(chain.get_by_role("link", name="etl:load")).to_be_visible()


def test_the_graph_is_a_list_for_the_keyboard(serve, page: Page):
    site = serve(BOARD)
    signed_in(site, page)
    page.goto(site.page("graph?project=etl"))
    page.get_by_text("List", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="etl:alarm", exact=True)).last
    expect(row).to_contain_text("etl:check (failure)")


def test_the_calendar_says_figures_lists_an_hour_and_offers_quieter_ones(serve, page: Page):
    site = serve(BOARD.replace("  beat: {shell: 'true', every: 1s}\n", ""))
    signed_in(site, page)
    page.get_by_role("link", name="Calendar").click()
    cell = page.get_by_role("group", name="Load by day and hour").get_by_role("button", name="1 due").nth(30)
    cell.click()
    agenda = page.get_by_role("table", name="What is due")
    expect(agenda).to_contain_text("etl:hourly")
    expect(agenda).to_contain_text("at 7 minutes past the hour")
    page.get_by_role("link", name="New job here").first.click()
    expect(page.get_by_label("Cron expression")).to_have_value("H 0 * * *")


def test_a_resume_lists_what_was_missed_and_runs_what_is_chosen(serve, page: Page):
    site = serve(BOARD)
    site.process.until("etl:beat succeeded")
    signed_in(site, page)
    assert page.evaluate(POST, ["jobs/etl:beat/pause", {"why": "a look"}]) == 204
    page.goto(site.page("jobs/etl:beat"))
    expect(page.get_by_text("a look")).to_be_visible()
    assert page.evaluate(SKIPPED, ["jobs/etl:beat/missed", 3])
    page.get_by_role("button", name="Resume").click()
    dialog = page.get_by_role("dialog")
    slots = dialog.get_by_role("list", name="Missed moments").get_by_role("checkbox")
    slots.nth(0).check()
    slots.nth(1).check()
    dialog.get_by_role("button", name="Resume, and run 2 slots").click()
    said = page.get_by_role("region", name="Messages")
    expect(said.get_by_text("etl:beat is on again; 2 runs queued")).to_be_visible()
