"""Boards beside a running node: applied at its start and, with `--watch`, whenever their files change."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tickwork.boards.board import load_board
from tickwork.cli.boards import change_lines, summary
from tickwork.errors import StoreUnavailable, TickworkError
from tickwork.operations.jobs import Jobs

_EVERY = 1.0
"""Seconds between two looks at the files."""

_Stamp = tuple[int, int, int] | None


class BoardWatch:
    """Applies boards. A file that cannot be accepted any more says so and leaves its jobs as they are."""

    def __init__(self, *, boards: Sequence[Path], jobs: Jobs, say: Callable[[str], None]) -> None:
        self._seen: dict[Path, _Stamp] = dict.fromkeys(boards)
        self._jobs = jobs
        self._say = say

    async def apply_all(self) -> None:
        """Raises `TickworkError` for the first board that cannot be accepted."""
        for path in self._seen:
            self._seen[path] = _stamp(path)
            await self._apply(path)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.look()

    async def look(self) -> None:
        """Apply what has changed since the last look."""
        for path, seen in self._seen.items():
            stamp = _stamp(path)
            if stamp in {seen, None}:  # None: gone, as it is for a moment while an editor saves
                continue
            try:
                await self._apply(path)
            except StoreUnavailable as error:
                self._say(f"{path}: not applied yet: {error}")
                continue
            except TickworkError as error:
                for line in str(error).splitlines():
                    self._say(line)
                self._say(f"{path}: not applied; its jobs stay as they were")
            self._seen[path] = stamp

    async def _apply(self, path: Path) -> None:
        board = await asyncio.to_thread(load_board, path)
        for warning in board.warnings:
            self._say(f"warning: {warning}")
        changes = await self._jobs.apply(board.name, board.jobs)
        for line in change_lines(changes):
            self._say(f"{path}: {line}")
        self._say(f"{path}: {summary(changes, jobs=len(board.jobs))}")


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
