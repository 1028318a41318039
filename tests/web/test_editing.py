"""Jobs that are made and changed in the browser: as a form, as YAML, with a look at what changes before it is saved."""

import re

from playwright.sync_api import Page, expect

from tests.web.conftest import Site, ask


def test_a_job_is_made_in_the_form_and_runs(site: Site, person: Page):
    person.goto(site.page("jobs"))
    person.get_by_role("button", name="New job").click()
    person.get_by_label("Name", exact=True).fill("hello")
    person.get_by_label("Command line").fill("echo hello")
    person.get_by_role("button", name="Add a schedule").click()
    person.get_by_text("Every", exact=True).click()
    person.get_by_label("Every: unit").select_option("s")
    person.get_by_role("spinbutton", name="Every").fill("1")
    expect(person.get_by_role("region", name="What comes next").get_by_text("every 1s")).to_be_visible()
    person.get_by_role("button", name="Review and create").click()
    person.get_by_role("button", name="Create the job").click()
    expect(person.get_by_role("heading", name="hello", level=1)).to_be_visible()
    expect(person.get_by_role("table", name="Newest runs").get_by_text("succeeded").first).to_be_visible()
    ask(person, site, "jobs/hello", method="DELETE")


def test_form_and_yaml_say_the_same_and_keys_are_offered(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/office:written/edit"))
    inside.get_by_label("Timeout").fill("90m")
    inside.get_by_role("tab", name="YAML").click()
    text = inside.get_by_role("combobox", name="Definition as YAML")
    expect(text).to_have_value(re.compile(r"shell: echo written\ncron: .*\n(.*\n)*timeout: 1h30m\n"))
    text.press("Control+End")
    text.press_sequentially("retr")
    expect(inside.get_by_role("option", name="retries")).to_be_visible()
    text.press("Enter")
    text.press_sequentially("3")
    inside.get_by_role("tab", name="Form").click()
    expect(inside.get_by_label("Retries")).to_have_value("3")
    expect(inside.get_by_label("Timeout")).to_have_value("1h30m")


def test_what_a_change_changes_is_shown_before_it_is_saved(site: Site, person: Page):
    person.goto(site.page("jobs/office:moved/edit"))
    person.get_by_label("Cron expression").fill("45 2 * * *")
    person.get_by_role("button", name="Review and save").click()
    dialog = person.get_by_role("dialog")
    diff = dialog.get_by_role("region", name="What changes in the definition")
    expect(diff).to_contain_text("cron: 30 2 * * *")
    expect(diff).to_contain_text("cron: 45 2 * * *")
    expect(dialog.get_by_role("region", name="What comes next until now")).to_contain_text("02:30")
    expect(dialog.get_by_role("region", name="What comes next after saving")).to_contain_text("02:45")
    expect(dialog).to_contain_text("stands over the board")
    dialog.get_by_role("button", name="Save").click()
    expect(person.get_by_text("at 02:45").first).to_be_visible()


def test_who_comes_second_is_told_who_changed_it_and_loses_nothing_of_theirs(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/office:disputed/edit"))
    inside.get_by_label("Timeout").fill("90m")
    ask(inside, shared, "jobs/office:disputed/definition", {"changes": {"retries": 5}}, "PATCH")
    inside.get_by_role("button", name="Review and save").click()
    dialog = inside.get_by_role("dialog")
    expect(dialog).to_contain_text("admin")
    expect(dialog.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    dialog.get_by_role("button", name="Load what is stored").click()
    expect(inside.get_by_label("Retries")).to_have_value("5")
    expect(inside.get_by_label("Timeout")).to_have_value("")


def test_a_need_that_does_not_exist_is_told_before_and_after_it_is_saved(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/office:written/edit"))
    inside.get_by_role("tab", name="YAML").click()
    text = inside.get_by_role("combobox", name="Definition as YAML")
    text.press("Control+End")
    text.press_sequentially("needs: [lonly]\n")
    told = inside.get_by_text("It needs office:lonly, which does not exist; until it does, it cannot run.")
    expect(told).to_contain_text("Did you mean office:lonely?")
    inside.get_by_role("button", name="Review and save").click()
    expect(inside.get_by_role("dialog")).to_contain_text("Did you mean office:lonely?")
    inside.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(inside.get_by_role("heading", name="office:written", exact=True, level=1)).to_be_visible()
    expect(told).to_contain_text("Did you mean office:lonely?")
    inside.get_by_role("link", name="Change it").click()
    expect(inside.get_by_role("heading", name="Edit office:written")).to_be_visible()
    ask(inside, shared, "jobs/office:written/definition/reset", {"keys": ["needs"]})


def test_what_is_wrong_stands_beside_its_field(shared: Site, inside: Page):
    inside.goto(shared.page("jobs/office:written/edit"))
    inside.get_by_label("Timeout").fill("soon")
    expect(inside.get_by_text("'soon' is not a length of time")).to_be_visible()
    expect(inside.get_by_label("Timeout")).to_have_attribute("aria-invalid", "true")
    inside.get_by_label("Timeout").fill("5m")
    expect(inside.get_by_text("'soon' is not a length of time")).to_have_count(0)
