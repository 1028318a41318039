"""Every page and dialog: how it looks, whether everybody can use it, and how much of it is loaded at first."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.web.axe import serious
from tests.web.conftest import SCREENSHOTS, Site, ask, run_of, session_of, shown, watched

PAGES = {
    "run-live": "runs/LIVE",
    "today": "?project=shop",
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


@pytest.fixture(scope="module")
def places(shared: Site, browser: Browser) -> dict[str, str]:
    """The addresses of all pages, with people, pools and runs that have something to show."""
    with watched(browser, storage_state=session_of(shared, browser)) as page:
        people(page, shared)
        ran = {
            "RUN": run_of(page, shared, "shop:greeting", params={"who": "ada", "times": 3}),
            "FAILED": run_of(page, shared, "shop:import-orders"),
            "RAISED": run_of(page, shared, "shop:prices"),
            "GRAPH": run_of(page, shared, "shop:report", with_deps=True),
        }
        run_of(page, shared, "shop:everywhere")
        run_of(page, shared, "office:lonely")
        ran["LIVE"] = run_of(page, shared, "shop:crawl")
        for name in ("RUN", "FAILED", "RAISED", "GRAPH"):
            answer = ask(page, shared, f"runs/{ran[name]}?wait=50", method="GET")
            assert answer["run"]["state"] in {"succeeded", "failed"}
    filled = re.compile("|".join(ran))
    return {name: shared.page(filled.sub(lambda found: ran[found[0]], path)) for name, path in PAGES.items()}


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


@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_shut_out_and_the_page_is_drawn(name: str, places: dict[str, str], inside: Page):
    shown(inside, places[name])
    for theme in ("dark", "light"):
        inside.emulate_media(color_scheme=theme)
        inside.screenshot(path=SCREENSHOTS / theme / f"{name}.png")
    assert serious(inside) == []
    for number, (dialog, open_it) in enumerate(DIALOGS.get(name, {}).items()):
        if number:
            inside.keyboard.press("Escape")
            expect(inside.locator("dialog[open]")).to_have_count(0)
        open_it(inside)
        expect(inside.locator("dialog[open], [popover]:popover-open").first).to_be_visible()
        expect(inside.locator(".animate-pulse")).to_have_count(0)
        inside.screenshot(path=SCREENSHOTS / "light" / f"{name}-{dialog}.png")
        assert serious(inside) == [], dialog


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_is_wide_enough(name: str, places: dict[str, str], phone: Page):
    shown(phone, places[name])
    phone.screenshot(path=SCREENSHOTS / "phone" / f"{name}.png")
    wider = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


def test_the_first_load_is_small(shared: Site, inside: Page):
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        if "/api/" not in response.url:
            sizes[response.url] = response.request.sizes()["responseBodySize"]

    inside.on("requestfinished", lambda request: note(request.response()))
    shown(inside, shared.page(""))
    assert sum(sizes.values()) <= FIRST_LOAD, sizes
    assert len(sizes) > 3  # the page, its script, its style, its font
