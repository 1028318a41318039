"""What axe finds on a page that keeps people out."""

from playwright.sync_api import Page

from tests.web.browser import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
ONLY_COLOURS = "{runOnly: ['color-contrast']}"


def serious(page: Page) -> list[str]:
    """In the light and in the dark, where only colours differ; each with where it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # by the debugger: no policy of the page stands in its way
    found = []
    for theme, rules in (("light", "{}"), ("dark", ONLY_COLOURS)):
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {each}" for each in _found(page, rules)]
    page.emulate_media(color_scheme="light")
    return found


def _found(page: Page, rules: str) -> list[str]:
    answer = page.evaluate(f"axe.run({rules})")
    return [
        f"{each['id']}: {node['html'][:200]} ({node['failureSummary'][:200]})"
        for each in answer["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]
