"""The parts of the documentation that are made from the code: between two comments of a page."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def block(page: str, name: str) -> str:
    """What stands in a page between `<!-- name -->` and `<!-- end of name -->`."""
    return _found((DOCS / page).read_text(), name)[2].strip("\n")


def write_block(page: str, name: str, text: str) -> None:
    path = DOCS / page
    path.write_text(_between(name).sub(lambda match: f"{match[1]}\n\n{text}\n\n{match[3]}", path.read_text()))


def _found(text: str, name: str) -> re.Match[str]:
    match = _between(name).search(text)
    assert match, f"the page has no block {name}"
    return match


def _between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->)(.*?)(<!-- end of {name} -->)", re.DOTALL)
