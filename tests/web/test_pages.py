"""Every page: how it looks, whether everybody can use it, how much it loads, and that no text becomes markup."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, StorageState, expect

from tests.web.browser import ROOT
from tests.web.conftest import PHONE, SCREENSHOTS, WIDE, Site, watched
from tests.web.test_acting import run_by_api

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "run-live": "runs/LIVE",
    "today": "?project=shop",
    "jobs": "jobs",
    "job": "jobs/shop:backup",
    "ledger": "jobs/shop:backup?tab=ledger",
    "definition": "jobs/shop:backup?tab=definition",
    "by-worker": "jobs/shop:everywhere?tab=workers",
    "edit": "jobs/shop:invoices/edit",
    "new-job": "jobs/new",
    "runs": "runs",
    "run": "runs/RUN",
    "run-result": "runs/RUN?tab=result",
    "run-attempts": "runs/FAILED?tab=attempts",
    "run-exception": "runs/RAISED?tab=error",
    "graph": "graph?project=shop",
    "calendar": "calendar",
    "workers": "workers",
    "projects": "projects",
    "project": "projects/shop",
    "people": "people",
    "audit": "audit",
    "settings": "settings",
    "not-found": "nowhere",
}
FIRST_LOAD = 200_000
"""Bytes over the wire, the font included."""


@pytest.fixture(scope="module")
def places(shared: Site, browser: Browser, superuser: StorageState) -> dict[str, str]:
    """The addresses of all pages, with runs that have something to show."""
    with watched(browser, storage_state=superuser) as page:
        ran = {
            "RUN": run_by_api(page, shared, "shop:greeting", params={"who": "ada", "times": 3}),
            "FAILED": run_by_api(page, shared, "shop:import-orders"),
            "RAISED": run_by_api(page, shared, "hostile:raising"),
        }
        run_by_api(page, shared, "shop:everywhere")
        ran["LIVE"] = run_by_api(page, shared, "shop:crawl")
        for name in ("RUN", "FAILED", "RAISED"):
            answer = page.request.get(f"{shared.url}/api/v1/runs/{ran[name]}?wait=50")
            assert answer.json()["run"]["state"] in {"succeeded", "failed"}
    filled = re.compile("|".join(ran))
    return {name: shared.page(filled.sub(lambda found: ran[found[0]], path)) for name, path in PAGES.items()}


def shown(page: Page, address: str) -> None:
    """The page, with all that it asks the server for."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    expect(page.locator(".animate-pulse")).to_have_count(0)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_shut_out_and_the_page_is_drawn(name: str, places: dict[str, str], inside: Page):
    shown(inside, places[name])
    for theme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):  # colours are all that differs
        inside.emulate_media(color_scheme=theme)
        inside.screenshot(path=SCREENSHOTS / theme / f"{name}.png")
        assert serious(inside, rules) == [], f"{name}, {theme}"
    inside.set_viewport_size(PHONE)
    inside.screenshot(path=SCREENSHOTS / "phone" / f"{name}.png")
    wider = inside.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{name} is wider than a phone by {wider} px"
    inside.set_viewport_size(WIDE)


def serious(page: Page, rules: str) -> list[str]:
    """What axe finds that keeps people out, each with where it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # by the debugger: no policy of the page stands in its way
    found = page.evaluate(f"axe.run({rules})")
    return [
        f"{each['id']}: {node['html'][:200]} ({node['failureSummary'][:200]})"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]


def test_the_first_load_is_small(shared: Site, inside: Page):
    sizes: dict[str, int] = {}

    def note(response: Response) -> None:
        if "/api/" not in response.url:
            sizes[response.url] = response.request.sizes()["responseBodySize"]

    inside.on("requestfinished", lambda request: note(request.response()))
    shown(inside, shared.page(""))
    assert sum(sizes.values()) <= FIRST_LOAD, sizes
    assert len(sizes) > 3  # the page, its script, its style, its font


@pytest.fixture
def hostile(shared: Site, inside: Page) -> Iterator[dict[str, str]]:
    """Runs whose every text is to be taken for markup; nothing of it may run."""
    runs = {job: run_by_api(inside, shared, f"hostile:{job}") for job in ("hostile", "raising")}
    for run in runs.values():
        inside.request.get(f"{shared.url}/api/v1/runs/{run}?wait=50")
    asked: list[str] = []
    inside.on("dialog", lambda dialog: asked.append(dialog.message))
    yield runs
    assert inside.evaluate("window.pwned") is None
    assert asked == []


def test_no_text_becomes_markup(shared: Site, inside: Page, hostile: dict[str, str]):
    shown(inside, shared.page("jobs/hostile:hostile"))
    expect(inside.get_by_role("region", name="Description")).to_contain_text("<script>window.pwned=1</script>")
    assert inside.locator("#content").locator("a[href^='javascript:'], iframe, object, script").count() == 0
    shown(inside, shared.page(f"runs/{hostile['hostile']}"))
    log = inside.get_by_role("log")
    expect(log).to_contain_text("<script>window.pwned=1</script>")
    log.press("End")
    for tab in ("result", "params", "attempts"):
        shown(inside, shared.page(f"runs/{hostile['hostile']}?tab={tab}"))
    shown(inside, shared.page(f"runs/{hostile['raising']}?tab=error"))
    expect(inside.get_by_role("region", name="Error")).to_contain_text("onerror=")
    shown(inside, shared.page("?project=hostile"))
    expect(inside.get_by_role("region", name="Needs me")).to_contain_text("raising")
    shown(inside, shared.page("runs?project=hostile"))


def test_an_address_that_is_markup_is_text_too(shared: Site, inside: Page):
    markup = "%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E"
    for path in (f"jobs/{markup}", f"runs/{markup}", f"{markup}"):
        inside.goto(shared.page(path))
        expect(inside.get_by_role("heading", name="No such page")).to_be_visible()
    inside.goto(shared.page(f"jobs?q={markup}"))
    expect(inside.get_by_role("searchbox")).to_have_value("<img src=x onerror=window.pwned=1>")
    assert inside.evaluate("window.pwned") is None
