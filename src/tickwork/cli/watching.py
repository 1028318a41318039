"""Boards beside a running node: applied at its start and, with `--watch`, whenever one of their files changes."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tickwork.boards.applying import apply_board
from tickwork.boards.board import load_board
from tickwork.cli.boards import change_lines, summary, warnings_of
from tickwork.core.model import Job
from tickwork.errors import StoreUnavailable, TickworkError
from tickwork.operations import Operations

_EVERY = 1.0
"""Seconds between two looks at the files."""

_Stamp = tuple[int, int, int] | None
_Seen = dict[Path, _Stamp]
"""A board's files, the ones it includes among them, as they were when they were looked at."""


class BoardWatch:
    """Applies boards. A board that cannot be accepted any more says so and leaves its jobs as they are."""

    def __init__(self, *, boards: Sequence[Path], ops: Operations, say: Callable[[str], None]) -> None:
        self._seen: dict[Path, _Seen] = {path: {path: None} for path in boards}
        self._jobs: dict[Path, Sequence[Job]] = {}
        """As they were applied."""
        self._ops = ops
        self._say = say

    async def apply_all(self) -> None:
        """Raises `TickworkError` for the first board that cannot be accepted."""
        for path in self._seen:
            await self._apply(path)

    async def tell_absent(self) -> None:
        """Warn of what jobs wait for and what does not exist: when all that is applied at the start has been."""
        for path in self._jobs:
            await self._tell_absent(path)

    async def _tell_absent(self, path: Path) -> None:
        for absent in await self._ops.jobs.absent(self._jobs[path]):
            self._say(f"{path}: warning: {absent}")

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.look()

    async def look(self) -> None:
        """Apply what has changed since the last look."""
        for path, seen in self._seen.items():
            now = {file: _stamp(file) for file in seen}
            # A file that is gone is so for a moment only, while an editor saves.
            if now == seen or None in now.values():
                continue
            try:
                await self._apply(path)
                await self._tell_absent(path)
            except StoreUnavailable as error:
                self._say(f"{path}: not applied yet: {error}")
            except TickworkError as error:
                for line in str(error).splitlines():
                    self._say(line)
                self._say(f"{path}: not applied; its jobs stay as they were")
                self._seen[path] = now

    async def _apply(self, path: Path) -> None:
        before = _stamp(path)
        board = await asyncio.to_thread(load_board, path)
        seen = {path: before, **{file: _stamp(file) for file in board.files if file != board.path}}
        for warning in await warnings_of(board, self._ops.notify):
            self._say(f"warning: {warning}")
        changes = await apply_board(self._ops, board)
        self._seen[path], self._jobs[path] = seen, board.jobs
        for line in change_lines(changes):
            self._say(f"{path}: {line}")
        self._say(f"{path}: {summary(changes, jobs=len(board.jobs))}")


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
