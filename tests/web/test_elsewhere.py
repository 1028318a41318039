"""What runs elsewhere, from its form to its first word; and tags, by which it is found."""

import re

from playwright.sync_api import Page, expect

from tests.web.conftest import Site, ask


def test_what_runs_elsewhere_is_made_in_the_form_tells_of_itself_and_is_found_by_its_tags(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/new"))
    inside.get_by_label("Name", exact=True).fill("watched")
    inside.get_by_text("Elsewhere", exact=True).click()
    inside.get_by_label("Where it runs").fill("a crontab on db1")
    inside.get_by_label("Another tag").press_sequentially("far-away, nightly ")
    inside.get_by_role("button", name="Review and create").click()
    inside.get_by_role("button", name="Create the job").click()
    expect(inside.get_by_role("heading", name="watched", level=1)).to_be_visible()
    expect(inside.get_by_role("region", name="Runs elsewhere")).to_contain_text("a crontab on db1")
    expect(inside.get_by_role("button", name="Pause")).to_be_visible()
    expect(inside.get_by_role("button", name="Run now")).to_have_count(0)

    inside.get_by_role("button", name="Make a check-in URL").click()
    line = inside.get_by_role("region", name="Line that tells how it ended").inner_text()
    url = re.search(r'"(http\S+)/\$\?"', line)
    assert url is not None, line
    inside.get_by_role("button", name="I have kept it").click()
    assert inside.request.get(f"{url[1]}/0").ok
    newest = inside.get_by_role("table", name="Newest runs")
    expect(newest.get_by_text("succeeded")).to_be_visible()
    newest.get_by_role("row").filter(has_text="succeeded").get_by_role("link").first.click()
    expect(inside.get_by_role("link", name="All runs of the job")).to_be_visible()
    for verb in ("Run again", "Kill"):  # which would be refused, or do nothing
        expect(inside.get_by_role("button", name=verb)).to_have_count(0)
    inside.get_by_role("link", name="Where it runs").click()

    inside.get_by_role("list", name="Tags").get_by_role("link", name="far-away").click()
    expect(inside).to_have_url(re.compile("tag=far-away"))
    expect(inside.get_by_text(re.compile(r"^1 of \d+ jobs"))).to_be_visible()
    inside.get_by_role("combobox", name="Tag").select_option("nightly")
    expect(inside).to_have_url(re.compile("tag=far-away%2Cnightly"))
    inside.get_by_role("button", name="Without the tag far-away").click()
    expect(inside).to_have_url(re.compile("tag=nightly$"))
    ask(inside, shared, "jobs/watched", method="DELETE")
