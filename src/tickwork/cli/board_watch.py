"""Boards beside a running node."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tickwork.boards.applying import apply_board
from tickwork.boards.board import load_board
from tickwork.cli.boards import warnings_of
from tickwork.cli.watching import Applied, Watch, stamps
from tickwork.operations import Operations


class BoardWatch(Watch[Path]):
    """Applies boards; the files that they include count as theirs."""

    def __init__(self, *, boards: Sequence[Path], ops: Operations, say: Callable[[str], None]) -> None:
        super().__init__(sources=boards, ops=ops, say=say)

    async def _apply(self, source: Path) -> Applied:
        before = stamps([str(source)])
        board = await asyncio.to_thread(load_board, source)
        included = stamps(str(file) for file in board.files if file != board.path)
        for warning in await warnings_of(board, self._ops.notify):
            self._say(f"warning: {warning}")
        changes = await apply_board(self._ops, board)
        return Applied(files={**included, **before}, jobs=board.jobs, changes=changes)
