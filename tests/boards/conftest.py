"""What the tests of boards share."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tickwork.boards.board import Board, load_board
from tickwork.errors import InvalidBoard

Load = Callable[[str], Board]
Problems = Callable[[str], list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Writes a board into a folder of its own and loads it."""

    def load(text: str, name: str = "tickwork.yaml") -> Board:
        path = tmp_path / name
        path.write_text(dedent(text))
        return load_board(path)

    return load


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Problems:
    """The problems of a board that is refused."""
    monkeypatch.chdir(tmp_path)

    def problems(text: str, name: str = "tickwork.yaml") -> list[str]:
        Path(name).write_text(dedent(text))
        with pytest.raises(InvalidBoard) as refused:
            load_board(name)
        return refused.value.problems

    return problems
