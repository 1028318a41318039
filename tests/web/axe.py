"""What axe finds on a page that keeps people out."""

import json

from playwright.sync_api import Page

from tests.web.browser import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
ALL: dict[str, object] = {}
ONLY_COLOURS = {"runOnly": ["color-contrast"]}
_NOT_ASKED = {"resultTypes": ["violations"], "preload": False}
"""What passes is not listed; no style sheet is fetched a second time for rules about films and turned telephones."""


def serious(page: Page, *, within: str = ":root") -> list[str]:
    """In the light and in the dark, where only colours differ; each with where it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # by the debugger: no policy of the page stands in its way
    found = []
    for theme, rules in (("light", ALL), ("dark", ONLY_COLOURS)):
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {each}" for each in _found(page, within, rules)]
    page.emulate_media(color_scheme="light")
    return found


def _found(page: Page, within: str, rules: dict[str, object]) -> list[str]:
    answer = page.evaluate(f"axe.run({json.dumps(within)}, {json.dumps(rules | _NOT_ASKED)})")
    return [
        f"{each['id']}: {node['html'][:200]} ({node['failureSummary'][:200]})"
        for each in answer["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]
