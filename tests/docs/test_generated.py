"""What is written into the pages from the code is what the code says now."""

import re

import pytest

from tests.docs.generated import GENERATED
from tests.docs.pages import DOCS, block
from tickwork.boards.keys import JOB, TASK


@pytest.mark.parametrize(("page", "name"), GENERATED, ids=[f"{page}:{name}" for page, name in GENERATED])
def test_a_generated_part_is_what_the_code_says(page: str, name: str) -> None:
    """`python -m tests.docs` writes them anew."""
    assert block(page, name) == GENERATED[page, name]()


def test_no_page_has_a_part_that_nobody_generates() -> None:
    there = {
        (path.relative_to(DOCS).as_posix(), name)
        for path in DOCS.rglob("*.md")
        for name in re.findall(r"^<!-- end of ([\w ]+) -->$", path.read_text(), re.MULTILINE)
    }
    assert there == set(GENERATED)


def test_no_key_of_a_board_is_left_out() -> None:
    tables = block("reference/boards.md", "keys")
    assert [key for key in {*JOB, *TASK} - {"task", "schedules"} if f"| `{key}` |" not in tables] == []


def test_every_event_error_metric_and_route_says_what_it_is() -> None:
    """The last column of its row, which a docstring or a description in the code fills."""
    named = [
        (page, name)
        for page, name in GENERATED
        if name in {"telemetry", "live", "codes", "errors", "metrics", "routes"}
    ]
    rows = [row for page, name in named for row in block(page, name).splitlines() if row.startswith("| `")]
    assert len(rows) > 200
    assert [row for row in rows if not row.rstrip(" |").rpartition("|")[2].strip() or row.endswith("|  |")] == []
