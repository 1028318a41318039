"""What the import of another scheduler's files gives."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tickwork.boards.board import Board, load_board


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A board, and what of the old files is not in it."""

    board: str
    """YAML that `load_board` reads."""
    problems: tuple[str, ...] = ()
    """What should run but could not be mapped, each as `file:line: what`."""
    warnings: tuple[str, ...] = ()
    """Settings that have another place now, or none, each with what to do instead."""

    def loaded(self, *, folder: Path) -> Board:
        """The board, whose relative paths start from `folder`. Raises `InvalidBoard`."""
        with tempfile.TemporaryDirectory(prefix="tickwork-import-") as scratch:
            path = Path(scratch, "imported.yaml")
            path.write_text(self.board, encoding="utf-8")
            return load_board(path, folder=folder)
