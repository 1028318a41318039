"""What is to come: the graph of a project, live; the week's load and its quieter hours."""

from playwright.sync_api import Page, expect

from tests.web.conftest import Site, run_of


def test_a_project_is_drawn_with_what_waits_for_what_and_its_states_are_live(site: Site, person: Page):
    person.goto(site.page("graph"))
    person.get_by_role("main").get_by_role("link", name="etl", exact=True).click()
    graph = person.get_by_role("region", name="Graph of etl")
    expect(graph.get_by_role("link", name="etl:check")).to_contain_text("idle")
    run_of(person, site, "etl:load")
    expect(graph.get_by_role("link", name="etl:check")).to_contain_text("failed")
    expect(graph.get_by_role("link", name="etl:alarm")).to_contain_text("succeeded")
    graph.get_by_role("link", name="etl:alarm").click()
    expect(person.get_by_role("heading", name="etl:alarm", level=1)).to_be_visible()
    chain = person.get_by_role("region", name="What etl:alarm waits for, and what waits for it")
    expect(chain.get_by_role("link", name="etl:load")).to_be_visible()


def test_the_graph_is_a_list_for_the_keyboard(shared: Site, inside: Page):
    inside.goto(shared.page("graph?project=etl"))
    inside.get_by_text("List", exact=True).click()
    row = inside.get_by_role("row").filter(has=inside.get_by_role("link", name="etl:alarm", exact=True)).last
    expect(row).to_contain_text("etl:check (failure)")


def test_the_calendar_says_figures_lists_an_hour_and_offers_quieter_ones(shared: Site, inside: Page):
    inside.goto(shared.page("?project=etl"))
    inside.get_by_role("link", name="Calendar").click()
    cell = inside.get_by_role("group", name="Load by day and hour").get_by_role("button", name="1 due").nth(30)
    cell.click()
    agenda = inside.get_by_role("table", name="What is due")
    expect(agenda).to_contain_text("etl:hourly")
    expect(agenda).to_contain_text("at 7 minutes past the hour")
    inside.get_by_role("link", name="New job here").first.click()
    expect(inside.get_by_label("Cron expression")).to_have_value("H 0 * * *")
