"""The page about boards: its examples load, its tables are those that boards are read with."""

import pytest

from tests.docs.board_keys import board_keys
from tests.docs.pages import block, code_blocks
from tests.house import a_house
from tickwork.boards.applying import apply_board
from tickwork.boards.board import load_board
from tickwork.boards.keys import JOB, TASK


@pytest.mark.parametrize("language", ["yaml", "toml"])
async def test_every_example_applies(tmp_path, language):
    examples = code_blocks("boards.md", language)
    assert examples
    for text in examples:
        path = tmp_path / f"board.{language}"
        path.write_text(text)
        async with a_house() as house:
            assert await apply_board(house.ops, load_board(path))


def test_the_tables_are_those_of_the_reader():
    """`python -m tests.docs` writes them anew."""
    assert block("boards.md", "keys") == board_keys()


def test_no_key_is_left_out():
    tables = board_keys()
    assert [key for key in {*JOB, *TASK} - {"task", "schedules"} if f"| `{key}` |" not in tables] == []
