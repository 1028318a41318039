"""The page about notices knows every occasion, and says rightly which of them are trouble; its board loads."""

import re
from pathlib import Path

from tests.docs.blocks import blocks
from tests.docs.pages import DOCS
from tickwork.boards.board import load_board
from tickwork.core.rules import TROUBLE, Occasion

PAGE = (DOCS / "guides/notify.md").read_text()


def test_every_occasion_has_its_line():
    lines = re.findall(r"^\| `(\w+)` \|.*\| (yes)? ?\|$", PAGE, re.MULTILINE)
    assert {name: bool(trouble) for name, trouble in lines} == {one.value: one in TROUBLE for one in Occasion}


def test_the_board_loads(tmp_path: Path):
    [board] = [block.text for block in blocks(PAGE) if block.kind == "board"]
    (tmp_path / "board.yaml").write_text(board)
    [backup] = load_board(tmp_path / "board.yaml").jobs
    assert [rule.channels for rule in backup.notify] == [("mail:ops@example.com",), ("pager",)]
