"""Workers and pools, projects and people, the audit, the settings: what an administrator does there."""

import re
import signal

from playwright.sync_api import Browser, Page, Route, expect

from tests.cli.test_up import running
from tests.web.conftest import Site, ask, opened, watched

PASSWORD = "correct horse battery"


def item(page: Page, menu: str, name: str) -> None:
    """Choose something in the menu of a row."""
    page.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=name).click()


def test_a_worker_is_drained_with_a_reason_and_takes_runs_again(shared: Site, inside: Page):
    inside.goto(shared.page("workers"))
    row = inside.get_by_role("table", name="Workers").get_by_role("row").filter(has_text="default")
    expect(row).to_contain_text("ready")
    row.get_by_role("button").click()
    inside.get_by_role("button", name="Drain …").click()
    inside.get_by_label("Why").fill("new disks")
    inside.get_by_role("button", name=re.compile("^Drain worker")).click()
    expect(inside.get_by_text("new disks")).to_be_visible()
    expect(row).to_contain_text("draining")
    inside.get_by_role("button", name="Take runs again").click()
    expect(row).to_contain_text("ready")


def test_a_pool_is_described_turned_off_and_on(shared: Site, inside: Page):
    inside.goto(shared.page("workers"))
    item(inside, "Pool gpu", "Edit …")
    inside.get_by_label("Runs at a time").fill("2")
    inside.get_by_label("Description").fill("machines with cards")
    inside.get_by_role("button", name="Save").click()
    row = inside.get_by_role("table", name="Pools").get_by_role("row").filter(has_text="gpu")
    expect(row).to_contain_text("machines with cards")
    item(inside, "Pool gpu", "Turn off …")
    inside.get_by_role("button", name="Turn pool gpu off").click()
    expect(row).to_contain_text("paused")
    item(inside, "Pool gpu", "Turn on")
    expect(row).not_to_contain_text("paused")


def test_a_worker_that_is_added_appears_without_reloading(shared: Site, inside: Page, tmp_path):
    inside.goto(shared.page("workers"))
    inside.get_by_role("button", name="Add a worker").click()
    inside.get_by_label("Name", exact=True).fill("atlas")
    inside.get_by_label("Pool", exact=True).fill("gpu")
    inside.get_by_role("button", name="Show what to run").click()
    enrol, begin = (
        inside.get_by_role("region", name=f"Command that {does} the worker").inner_text().split()[1:]
        for does in ("enrols", "begins")
    )
    key = {"worker.key": str(tmp_path / "worker.key")}
    with running(*(key.get(word, word) for word in enrol)) as enrolling:
        assert enrolling.ended() == 0
    with running(*(key.get(word, word) for word in begin)) as worker:
        expect(inside.get_by_text("Worker atlas is here and takes runs.")).to_be_visible()
        inside.get_by_role("button", name="I have kept it").click()
        expect(inside.get_by_role("table", name="Workers")).to_contain_text("atlas")
        worker.signal(signal.SIGINT)
        assert worker.ended() == 0


def test_a_project_is_paused_and_resumed_and_its_secret_never_shown(shared: Site, inside: Page):
    inside.goto(shared.page("projects/office"))
    inside.get_by_role("button", name="Set a secret").click()
    inside.get_by_label("Name", exact=True).fill("API_TOKEN")
    inside.get_by_label("Value", exact=True).fill("line one\nline two of it")
    inside.get_by_role("button", name="Set the secret").click()
    secrets = inside.get_by_role("table", name="Secrets")
    expect(secrets).to_contain_text("API_TOKEN")
    expect(inside.get_by_text("line two of it")).to_have_count(0)
    inside.get_by_role("button", name="Pause …").click()
    inside.get_by_label("Why").fill("moving")
    inside.get_by_role("button", name="Pause project office").click()
    expect(inside.get_by_text("moving")).to_be_visible()
    inside.get_by_role("button", name="Resume …").click()
    inside.get_by_role("button", name="Resume project office").click()
    expect(inside.get_by_role("button", name="Pause …")).to_be_visible()
    item(inside, "Secret API_TOKEN", "Remove …")
    inside.get_by_role("button", name="Remove the secret").click()
    expect(secrets).to_contain_text("No secrets")


def test_a_new_user_signs_in_by_link_and_is_offered_what_they_may(shared: Site, inside: Page, browser: Browser):
    inside.goto(shared.page("people"))
    inside.get_by_role("button", name="New user").click()
    inside.get_by_label("Name", exact=True).fill("ada")
    inside.get_by_role("button", name="Create, and make a sign-in link").click()
    link = inside.get_by_role("region", name="The link").inner_text()
    inside.get_by_role("button", name="I have kept it").click()
    inside.get_by_role("tab", name="Groups & roles").click()
    inside.get_by_role("button", name="New group").click()
    inside.get_by_label("Name", exact=True).fill("readers")
    inside.get_by_label("ada").check()
    inside.get_by_role("button", name="Make the group").click()
    inside.get_by_label("Role of readers in all projects").select_option("viewer")
    expect(inside.get_by_role("region", name="Messages")).to_contain_text("readers is viewer in all projects")
    with watched(browser) as viewer:
        viewer.goto(link)
        expect(viewer.get_by_role("heading", name="Today", level=1)).to_be_visible()
        expect(viewer.get_by_role("link", name="Audit")).to_have_count(0)
        viewer.goto(shared.page("workers"))
        expect(viewer.get_by_role("table", name="Workers")).to_contain_text("ready")
        expect(viewer.get_by_role("button", name="Add a worker")).to_have_count(0)
        expect(viewer.get_by_role("button", name="Pool gpu")).to_have_count(0)
        viewer.goto(shared.page("people"))
        expect(viewer.get_by_role("heading", name="Keys", level=1)).to_be_visible()


def test_nothing_is_offered_before_it_is_known_who_looks(shared: Site, inside: Page):
    held: list[Route] = []
    inside.route("**/api/v1/me", lambda route: held.append(route), times=1)
    inside.goto(shared.page("people?tab=keys"))
    expect(inside.get_by_role("heading", level=1)).to_be_visible()
    expect(inside.get_by_role("button", name="New key")).to_have_count(0)  # a dialog of it would be gone in a moment
    held[0].continue_()
    expect(inside.get_by_role("button", name="New key")).to_be_visible()


def test_a_key_is_shown_once_rotated_and_revoked(shared: Site, inside: Page):
    inside.goto(shared.page("people?tab=keys"))
    inside.get_by_role("button", name="New key").click()
    inside.get_by_label("Name", exact=True).fill("deploy")
    inside.get_by_label(re.compile("^operate")).check()
    inside.get_by_role("button", name="Make the key").click()
    first = inside.get_by_role("region", name="The key").inner_text()
    inside.get_by_role("button", name="I have kept it").click()
    row = inside.get_by_role("table", name="Keys").get_by_role("row").filter(has_text="deploy")
    expect(row).to_contain_text("read, operate")
    item(inside, "Key deploy", "Another secret …")
    inside.get_by_role("button", name="Make another secret").click()
    assert inside.get_by_role("region", name="The key").inner_text() != first
    inside.get_by_role("button", name="I have kept it").click()
    item(inside, "Key deploy", "Revoke …")
    inside.get_by_role("button", name="Revoke the key").click()
    expect(row).to_have_count(0)
    inside.get_by_label("Show those that are over").check()
    expect(row).to_contain_text("revoked")


def test_the_audit_is_narrowed_in_the_address_and_says_what_changed(shared: Site, inside: Page):
    for limit in (2, 3):
        ask(inside, shared, "pools/audited", {"max_running": limit}, "PUT")
    inside.goto(shared.page("audit"))
    inside.get_by_label("Kind of object").select_option("pool")
    expect(inside).to_have_url(re.compile("kind=pool"))
    inside.get_by_label("Object's id").fill("audited")
    inside.get_by_label("Object's id").press("Enter")
    table = inside.get_by_role("table", name="Audit, newest first")
    expect(table.get_by_role("row")).to_have_count(3)
    table.get_by_role("button").first.click()
    changed = inside.get_by_role("region", name="What changed")
    expect(changed).to_contain_text("max_running")
    expect(changed).to_contain_text("− 2")
    expect(changed).to_contain_text("+ 3")
    expect(inside).to_have_url(re.compile(r"entry=\d+"))
    inside.keyboard.press("Escape")
    inside.get_by_label("Object's id").fill("nothing-of-that-name")
    inside.get_by_label("Object's id").press("Enter")
    expect(inside.get_by_text("No entry fits")).to_be_visible()


def test_everything_is_turned_off_with_its_consequences_and_on_again(shared: Site, inside: Page):
    inside.goto(shared.page("settings"))
    expect(inside.get_by_role("table", name="Parts of the server")).to_contain_text("scheduler")
    inside.get_by_role("button", name="Turn everything off …").click()
    dialog = inside.get_by_role("dialog", name="Turn everything off?")
    expect(dialog).to_contain_text("No schedule of any project starts anything")
    dialog.get_by_label("Why").fill("the move")
    dialog.get_by_role("button", name="Turn everything off").click()
    expect(inside.get_by_text("the move")).to_be_visible()
    inside.get_by_role("button", name="Turn everything on …").click()
    inside.get_by_role("button", name="Turn everything on", exact=True).click()
    expect(inside.get_by_role("button", name="Turn everything off …")).to_be_visible()


def test_a_person_sets_a_password_and_signs_in_with_it(shared: Site, inside: Page, browser: Browser):
    ask(inside, shared, "users", {"name": "paula"})
    token = ask(inside, shared, "users/paula/link")["token"]
    with opened(browser) as context:  # the browser notes what they may not see
        page = context.new_page()
        page.goto(shared.page(f"#sign-in={token}"))
        expect(page.get_by_text("You may see nothing yet")).to_be_visible()
        page.get_by_role("link", name="Your account").click()
        page.get_by_role("button", name="Set a password …").click()
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Set the password").click()
        expect(page.get_by_role("button", name="Change the password …")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_label("Name", exact=True).fill("paula")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1).first).not_to_have_text("Sign in to Tickwork")


def test_a_channel_is_made_and_told_of_trouble(shared: Site, inside: Page):
    inside.goto(shared.page("settings"))
    inside.get_by_role("button", name="New channel").click()
    inside.get_by_label("Name", exact=True).fill("ops")
    inside.get_by_label("Addresses").fill("ops@shop.example, night@shop.example")
    inside.get_by_label("Quiet hours").check()
    inside.get_by_role("button", name="Make the channel").click()
    row = inside.get_by_role("table", name="Channels").get_by_role("row").filter(has_text="ops")
    expect(row).to_contain_text("ops@shop.example, night@shop.example")
    expect(row).to_contain_text("22:00-07:00 Europe/Berlin")
    inside.get_by_role("button", name="Who hears of trouble").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("ops").check()
    dialog.get_by_label("a run failed").check()
    dialog.get_by_role("button", name="Set the rule").click()
    expect(inside.get_by_role("region", name="Rules")).to_contain_text("ops: a run failed of everything")
