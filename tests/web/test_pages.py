"""Every page and dialog: how it looks, whether everybody can use it, and how much of it is loaded at first."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Response, ViewportSize, expect

from tests.web import keyboard
from tests.web.axe import serious
from tests.web.conftest import PHONE, SCREENSHOTS, WIDE, Site, Window, ask, run_of, session_of, shown, sized, watched
from tests.web.shifts import MOST, jumps

pytestmark = pytest.mark.xdist_group("pages")
"""In one process: what they show is made once."""

PAGES = {
    "today": "?project=shop",
    "run-live": "runs/LIVE",  # early: it does not run for ever
    "jobs": "jobs?project=shop",
    "job": "jobs/shop:backup",
    "ledger": "jobs/shop:backup?tab=ledger",
    "definition": "jobs/shop:backup?tab=definition",
    "by-worker": "jobs/shop:everywhere?tab=workers",
    "edit": "jobs/shop:invoices/edit",
    "new-job": "jobs/new",
    "runs": "runs?project=shop",
    "run": "runs/RUN",
    "run-result": "runs/RUN?tab=result",
    "run-attempts": "runs/FAILED?tab=attempts",
    "run-exception": "runs/RAISED?tab=error",
    "run-group": "runs/GRAPH?tab=group",
    "graph": "graph?project=shop",
    "calendar": "calendar?project=shop",
    "workers": "workers",
    "projects": "projects",
    "project": "projects/shop",
    "people": "people",
    "groups": "people?tab=groups",
    "keys": "people?tab=keys",
    "audit": "audit",
    "settings": "settings",
    "not-found": "nowhere",
}
STOPS, STOPS_IN_DIALOG = 40, 12
"""So many are looked at: the rows of a table are alike."""
FIRST_LOAD = 200_000
"""Bytes over the wire, the font included."""


def button(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


def keys(*pressed: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for key in pressed:
            page.keyboard.press(key)

    return press


DIALOGS = {
    "today": {"make-up": button("Make up for it"), "palette": keys("Control+k"), "shortcuts": keys("?")},
    "jobs": {"saved": button("Saved")},
    "job": {"run": button("Run with"), "pause": button("Pause")},
    "run-live": {"kill": button("Kill")},
    "edit": {"review": button("Review and save")},
    "workers": {"add-worker": button("Add a worker"), "pool": button("Describe a pool")},
    "projects": {"new-project": button("New project")},
    "project": {"secret": button("Set a secret"), "pause-project": button("Pause")},
    "people": {"new-user": button("New user")},
    "groups": {"new-group": button("New group")},
    "keys": {"new-key": button("New key")},
    "settings": {"everything-off": button("Turn everything off"), "password": button("Set a password")},
}
"""By page: what opens it."""
OPEN = "dialog[open], [popover]:popover-open"
MENU = "[role=menu]:popover-open"


@pytest.fixture(scope="module")
def places(shared: Site, window: Callable[[Site], Window]) -> dict[str, str]:
    """The addresses of all pages, with people, pools and runs that have something to show."""
    with window(shared).used() as page:
        people(page, shared)
        ran = {
            "RUN": run_of(page, shared, "shop:greeting", params={"who": "ada", "times": 3}),
            "FAILED": run_of(page, shared, "shop:import-orders"),
            "RAISED": run_of(page, shared, "shop:prices"),
            "GRAPH": run_of(page, shared, "shop:report", with_deps=True),
        }
        run_of(page, shared, "shop:everywhere")
        run_of(page, shared, "office:lonely")
        ran["LIVE"] = run_of(page, shared, "shop:crawl", params={"seconds": 100})
        for name in ("RUN", "FAILED", "RAISED", "GRAPH"):
            answer = ask(page, shared, f"runs/{ran[name]}?wait=50", method="GET")
            assert answer["run"]["state"] in {"succeeded", "failed"}
    filled = re.compile("|".join(ran))
    return {name: shared.page(filled.sub(lambda found: ran[found[0]], path)) for name, path in PAGES.items()}


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    """All tests of a page follow each other."""
    return str(request.param)


@pytest.fixture(scope="module")
def drawn(name: str, places: dict[str, str], shared: Site, window: Callable[[Site], Window]) -> Iterator[Page]:
    """The page, which stays open for all that is looked at."""
    with window(shared).used() as page:
        shown(page, places[name])
        yield page


def people(page: Page, site: Site) -> None:
    for name, display in (("mara", "Mara Lind"), ("jonas", "Jonas Beck"), ("noor", "Noor Aziz")):
        ask(page, site, "users", {"name": name, "display": display, "email": f"{name}@shop.example"})
    ask(page, site, "groups/makers", {"members": ["mara", "jonas"], "roles": {"shop": "editor", "etl": "admin"}}, "PUT")
    ask(page, site, "groups/watch", {"members": ["noor"], "roles": {"*": "viewer", "shop": "operator"}}, "PUT")
    ask(page, site, "projects/shop", {"description": "Orders, stock and money of the shop"}, "PUT")
    ask(page, site, "projects/shop/secrets/SMTP_PASSWORD", {"value": "not to be seen"}, "PUT")
    ask(page, site, "pools/gpu", {"description": "Machines with cards", "max_running": 4}, "PUT")
    ask(page, site, "keys", {"name": "ci", "scopes": ["read", "operate"]})
    ask(page, site, "jobs/shop:rotate-keys/pause", {"why": "the vault moves on Friday"})


def test_nothing_jumps_while_the_page_comes(name: str, drawn: Page):
    score, what = jumps(drawn)  # nothing was touched yet
    assert score <= MOST, what


def test_tab_goes_through_the_page_as_the_eye_does_and_shows_where_it_is(name: str, drawn: Page):
    keyboard.begin(drawn, at="#content")
    found = keyboard.stops(drawn, STOPS)
    assert keyboard.wrong(found) == []
    assert found or name == "not-found"


def test_dialogs_hold_the_focus_and_give_it_back(name: str, drawn: Page):
    for dialog, open_it in DIALOGS.get(name, {}).items():
        keyboard.begin(drawn, at="#content")
        with opened_by(open_it, drawn):
            drawn.evaluate("keyboard.opened()")
            assert drawn.evaluate("keyboard.look()")["within"], dialog
            if drawn.locator(MENU).count():
                drawn.keyboard.press("Tab")
                expect(drawn.locator(MENU)).to_have_count(0)  # it goes, and the focus goes on
                drawn.evaluate("keyboard.opener = document.activeElement")
                continue
            found = keyboard.stops(drawn, STOPS_IN_DIALOG)
            assert keyboard.wrong(found) == [], dialog
            assert all(stop["within"] for stop in found), (dialog, found)
        assert keyboard.strayed(drawn) is None, dialog


def test_nobody_is_shut_out_and_the_page_is_drawn(name: str, drawn: Page):
    for theme in ("dark", "light"):
        with looking(drawn, theme=theme):
            drawn.screenshot(path=SCREENSHOTS / theme / f"{name}.png")
    assert serious(drawn) == []
    for dialog, open_it in DIALOGS.get(name, {}).items():
        with opened_by(open_it, drawn):
            drawn.screenshot(path=SCREENSHOTS / "light" / f"{name}-{dialog}.png")
            assert serious(drawn, within=OPEN) == [], dialog


def test_a_phone_is_wide_enough(name: str, drawn: Page):
    with looking(drawn, theme="dark", size=PHONE):
        drawn.screenshot(path=SCREENSHOTS / "phone" / f"{name}.png")
        assert too_wide(drawn) == 0
        for dialog, open_it in DIALOGS.get(name, {}).items():
            with opened_by(open_it, drawn):
                drawn.screenshot(path=SCREENSHOTS / "phone" / f"{name}-{dialog}.png")
                assert too_wide(drawn) == 0, dialog


@contextmanager
def opened_by(open_it: Callable[[Page], None], page: Page) -> Iterator[None]:
    open_it(page)
    expect(page.locator(OPEN).first).to_be_visible()
    expect(page.locator(".animate-pulse")).to_have_count(0)
    yield
    page.keyboard.press("Escape")
    expect(page.locator(OPEN)).to_have_count(0)


UNTOUCHED = """() => {
  document.activeElement.blur();
  for (const each of document.querySelectorAll("main, [role=table]")) each.scrollTop = 0;
}"""


@contextmanager
def looking(page: Page, *, theme: Literal["light", "dark"], size: ViewportSize = WIDE) -> Iterator[None]:
    """As somebody sees it who has just come: nothing has the focus, nothing is pointed at, nothing is scrolled."""
    page.evaluate(UNTOUCHED)
    page.mouse.move(0, 0)
    page.emulate_media(color_scheme=theme)
    try:
        with sized(page, size):
            yield
    finally:
        page.emulate_media(color_scheme="light")


def test_nothing_jumps_when_runs_begin_and_end(places: dict[str, str], shared: Site, window: Callable[[Site], Window]):
    with window(shared).used() as page:
        shown(page, places["today"])
        since = page.evaluate("performance.now()")
        running = page.get_by_role("region", name="Running now").get_by_role("link", name="shop:endless", exact=True)
        before = running.count()
        runs = [run_of(page, shared, job) for job in ("shop:endless", "shop:quiet", "shop:import-orders")]
        expect(running).to_have_count(before + 1)
        ask(page, shared, f"runs/{runs[0]}/cancel")
        expect(running).to_have_count(before)
        score, what = jumps(page, since=since)
        assert score <= MOST, what


def test_who_uses_the_keyboard_goes_past_the_places_at_once(inside: Page, places: dict[str, str]):
    shown(inside, places["jobs"])
    keyboard.begin(inside)
    inside.keyboard.press("Tab")
    expect(inside.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(inside.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    assert keyboard.wrong(keyboard.stops(inside, STOPS // 2)) == []
    inside.get_by_role("link", name="Skip to the content").focus()
    inside.keyboard.press("Enter")
    inside.keyboard.press("Tab")
    expect(inside.get_by_role("button", name="New job")).to_be_focused()


WIDER = """() => Math.max(
  ...[document.documentElement, ...document.querySelectorAll("[role=table], dialog[open] > *")]
    .map((each) => each.scrollWidth - each.clientWidth),
)"""


def too_wide(page: Page) -> int:
    """By how many pixels the page, a table or a dialog has to be scrolled sideways."""
    wider: int = page.evaluate(WIDER)
    return wider


def test_the_first_load_is_small(shared: Site, browser: Browser):
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        if "/api/" not in response.url:
            sizes[response.url] = response.request.sizes()["responseBodySize"]

    with watched(browser, storage_state=session_of(shared, browser)) as page:  # where nothing was loaded before
        page.on("requestfinished", lambda request: note(request.response()))
        shown(page, shared.page(""))
    assert sum(sizes.values()) <= FIRST_LOAD, sizes
    assert len(sizes) > 3  # the page, its script, its style, its font
