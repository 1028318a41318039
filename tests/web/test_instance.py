"""Workers and pools, projects and people, the audit, the settings: what an administrator does there."""

import re
import signal

from playwright.sync_api import Page, expect

from tests.cli.test_up import running

BOARD = """
jobs:
  beat: {shell: echo beat, every: 1h}
  lonely: {shell: echo lonely, every: 1h, pool: gpu}
"""
PASSWORD = "correct horse battery"


def opened(site, page: Page, path: str) -> None:
    """Signed in by the printed link, at a page."""
    page.goto(site.link)
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    page.goto(site.page(path))


def item(page: Page, menu: str, name: str) -> None:
    """Choose something in the menu of a row."""
    page.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=name).click()


def test_a_worker_is_drained_with_a_reason_and_takes_runs_again(serve, page: Page):
    opened(serve(BOARD), page, "workers")
    row = page.get_by_role("table", name="Workers").get_by_role("row").nth(1)
    expect(row).to_contain_text("ready")
    row.get_by_role("button").click()
    page.get_by_role("button", name="Drain …").click()
    page.get_by_label("Why").fill("new disks")
    page.get_by_role("button", name=re.compile("^Drain worker")).click()
    expect(page.get_by_text("new disks")).to_be_visible()
    expect(row).to_contain_text("draining")
    page.get_by_role("button", name="Take runs again").click()
    expect(row).to_contain_text("ready")


def test_a_pool_is_described_turned_off_and_on(serve, page: Page):
    opened(serve(BOARD), page, "workers")
    item(page, "Pool gpu", "Edit …")
    page.get_by_label("Runs at a time").fill("2")
    page.get_by_label("Description").fill("machines with cards")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("table", name="Pools").get_by_role("row").filter(has_text="gpu")
    expect(row).to_contain_text("machines with cards")
    item(page, "Pool gpu", "Turn off …")
    page.get_by_role("button", name="Turn pool gpu off").click()
    expect(row).to_contain_text("paused")
    item(page, "Pool gpu", "Turn on")
    expect(row).not_to_contain_text("paused")


def test_a_worker_that_is_added_appears_without_reloading(serve, page: Page, tmp_path):
    site = serve(BOARD)
    opened(site, page, "workers")
    page.get_by_role("button", name="Add a worker").click()
    page.get_by_label("Name", exact=True).fill("atlas")
    page.get_by_label("Pool", exact=True).fill("gpu")
    page.get_by_role("button", name="Show what to run").click()
    enrol, begin = (
        page.get_by_role("region", name=f"Command that {does} the worker").inner_text().split()[1:]
        for does in ("enrols", "begins")
    )
    key = {"worker.key": str(tmp_path / "worker.key")}
    with running(*(key.get(word, word) for word in enrol)) as enrolling:
        assert enrolling.ended() == 0
    with running(*(key.get(word, word) for word in begin)) as worker:
        expect(page.get_by_text("Worker atlas is here and takes runs.")).to_be_visible()
        page.get_by_role("button", name="I have kept it").click()
        expect(page.get_by_role("table", name="Workers")).to_contain_text("atlas")
        worker.signal(signal.SIGINT)
        assert worker.ended() == 0


def test_a_project_is_paused_and_resumed_and_its_secret_never_shown(serve, page: Page):
    opened(serve(BOARD), page, "projects/default")
    page.get_by_role("button", name="Set a secret").click()
    page.get_by_label("Name", exact=True).fill("API_TOKEN")
    page.get_by_label("Value", exact=True).fill("line one\nline two of it")
    page.get_by_role("button", name="Set the secret").click()
    secrets = page.get_by_role("table", name="Secrets")
    expect(secrets).to_contain_text("API_TOKEN")
    expect(page.get_by_text("line two of it")).to_have_count(0)
    page.get_by_role("button", name="Pause …").click()
    page.get_by_label("Why").fill("moving")
    page.get_by_role("button", name="Pause project default").click()
    expect(page.get_by_text("moving")).to_be_visible()
    page.get_by_role("button", name="Resume …").click()
    page.get_by_role("button", name="Resume project default").click()
    expect(page.get_by_role("button", name="Pause …")).to_be_visible()
    item(page, "Secret API_TOKEN", "Remove …")
    page.get_by_role("button", name="Remove the secret").click()
    expect(secrets).to_contain_text("No secrets")


def test_a_new_user_signs_in_by_link_and_is_offered_what_they_may(serve, page: Page, browser):
    site = serve(BOARD)
    opened(site, page, "people")
    page.get_by_role("button", name="New user").click()
    page.get_by_label("Name", exact=True).fill("ada")
    page.get_by_role("button", name="Create, and make a sign-in link").click()
    link = page.get_by_role("region", name="The link").inner_text()
    page.get_by_role("button", name="I have kept it").click()
    page.get_by_role("tab", name="Groups & roles").click()
    page.get_by_role("button", name="New group").click()
    page.get_by_label("Name", exact=True).fill("readers")
    page.get_by_label("ada").check()
    page.get_by_role("button", name="Make the group").click()
    page.get_by_label("Role of readers in all projects").select_option("viewer")
    expect(page.get_by_role("region", name="Messages")).to_contain_text("readers is viewer in all projects")
    theirs = browser.new_context()
    try:
        viewer = theirs.new_page()
        viewer.goto(link)
        expect(viewer.get_by_role("heading", name="Today", level=1)).to_be_visible()
        expect(viewer.get_by_role("link", name="Audit")).to_have_count(0)
        viewer.goto(site.page("workers"))
        expect(viewer.get_by_role("table", name="Workers")).to_contain_text("ready")
        expect(viewer.get_by_role("button", name="Add a worker")).to_have_count(0)
        expect(viewer.get_by_role("button", name="Pool gpu")).to_have_count(0)
        viewer.goto(site.page("people"))
        expect(viewer.get_by_role("heading", name="Keys", level=1)).to_be_visible()
    finally:
        theirs.close()


def test_a_key_is_shown_once_rotated_and_revoked(serve, page: Page):
    opened(serve(BOARD), page, "people?tab=keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Name", exact=True).fill("deploy")
    page.get_by_label(re.compile("^operate")).check()
    page.get_by_role("button", name="Make the key").click()
    first = page.get_by_role("region", name="The key").inner_text()
    page.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("table", name="Keys").get_by_role("row").filter(has_text="deploy")
    expect(row).to_contain_text("read, operate")
    item(page, "Key deploy", "Another secret …")
    page.get_by_role("button", name="Make another secret").click()
    assert page.get_by_role("region", name="The key").inner_text() != first
    page.get_by_role("button", name="I have kept it").click()
    item(page, "Key deploy", "Revoke …")
    page.get_by_role("button", name="Revoke the key").click()
    expect(row).to_have_count(0)
    page.get_by_label("Show those that are over").check()
    expect(row).to_contain_text("revoked")


def test_the_audit_is_narrowed_in_the_address_and_says_what_changed(serve, page: Page):
    opened(serve(BOARD), page, "workers")
    for limit in ("2", "3"):
        item(page, "Pool gpu", "Edit …")
        page.get_by_label("Runs at a time").fill(limit)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("table", name="Pools")).to_contain_text(limit)
    page.goto(page.url.replace("workers", "audit"))
    page.get_by_label("Kind of object").select_option("pool")
    expect(page).to_have_url(re.compile("kind=pool"))
    table = page.get_by_role("table", name="Audit, newest first")
    expect(table.get_by_role("row")).to_have_count(3)
    table.get_by_role("button").first.click()
    changed = page.get_by_role("region", name="What changed")
    expect(changed).to_contain_text("max_running")
    expect(changed).to_contain_text("− 2")
    expect(changed).to_contain_text("+ 3")
    expect(page).to_have_url(re.compile(r"entry=\d+"))
    page.keyboard.press("Escape")
    page.get_by_label("Object's id").fill("nothing-of-that-name")
    page.get_by_label("Object's id").press("Enter")
    expect(page.get_by_text("No entry fits")).to_be_visible()


def test_everything_is_turned_off_with_its_consequences_and_on_again(serve, page: Page):
    opened(serve(BOARD), page, "settings")
    expect(page.get_by_role("table", name="Parts of the server")).to_contain_text("scheduler")
    page.get_by_role("button", name="Turn everything off …").click()
    dialog = page.get_by_role("dialog", name="Turn everything off?")
    expect(dialog).to_contain_text("No schedule of any project starts anything")
    dialog.get_by_label("Why").fill("the move")
    dialog.get_by_role("button", name="Turn everything off").click()
    expect(page.get_by_text("the move")).to_be_visible()
    page.get_by_role("button", name="Turn everything on …").click()
    page.get_by_role("button", name="Turn everything on", exact=True).click()
    expect(page.get_by_role("button", name="Turn everything off …")).to_be_visible()


def test_a_person_sets_a_password_and_signs_in_with_it(serve, page: Page):
    opened(serve(BOARD), page, "settings")
    page.get_by_role("button", name="Set a password …").click()
    page.get_by_label("The new one").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("button", name="Change the password …")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("Name", exact=True).fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1).first).not_to_have_text("Sign in to Tickwork")
