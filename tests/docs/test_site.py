"""The site can be built from the pages, strictly; what stands outside of it leads somewhere, too."""

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import DOCS

ROOT = DOCS.parent
OUTSIDE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md")]


def builder():
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_site_is_built_without_a_link_or_anchor_that_leads_nowhere(tmp_path: Path) -> None:
    builder().build(tmp_path)
    assert (tmp_path / "site" / "tutorial" / "index.html").is_file()
    assert "No-overlap is a unique index" in (tmp_path / "site" / "tutorial" / "index.html").read_text(), "in its menu"
    assert "script" in (tmp_path / "site" / "index.html").read_text()


def test_every_page_is_in_the_navigation() -> None:
    site = builder()
    nav = tomllib.loads(site.configuration())["project"]["nav"]
    there = {str(site.place_of(page)) for page in site.pages() if page.suffix == ".md"}
    assert sorted(places(nav)) == sorted(there)


def places(nav: object) -> list[str]:
    match nav:
        case str():
            return [nav]
        case dict():
            return [place for inner in nav.values() for place in places(inner)]
        case list():
            return [place for inner in nav for place in places(inner)]


def test_what_the_pages_at_the_root_link_to_is_there() -> None:
    links = [(page, link) for page in OUTSIDE for link in re.findall(r"\]\(([^)#:\s]+)[)#]", page.read_text())]
    assert len(links) > 20
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_the_rows_of_a_table_have_as_many_cells_as_its_head() -> None:
    pages = [*OUTSIDE, *sorted(DOCS.rglob("*.md")), ROOT / "benchmarks" / "README.md", ROOT / "web" / "README.md"]
    assert [row for page in pages for row in uneven(page)] == []


def uneven(page: Path) -> Iterator[str]:
    """A bar begins a cell also between backquotes; and where it is escaped, the site shows the backslash."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, *rows = [(row.count("|"), row) for row in table.splitlines()]
        yield from (f"{page.name}: {row}" for cells, row in rows if cells != head[0])
