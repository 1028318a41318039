"""What defines jobs beside a running node: applied at its start and, with `--watch`, when one of its files changes."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from tickwork.cli.boards import change_lines, summary
from tickwork.core.model import Job
from tickwork.errors import StoreUnavailable, TickworkError
from tickwork.operations import Operations
from tickwork.operations.changes import Change

Source = TypeVar("Source", str, Path)

_EVERY = 1.0
"""Seconds between two looks at the files."""

Stamps = Mapping[str, tuple[int, int, int] | None]
"""Files as they were when they were looked at; None: it was not there."""


class Applied(NamedTuple):
    """A source as it was read, and what that changed."""

    files: Stamps
    jobs: Sequence[Job]
    changes: Sequence[Change]


class Watch(ABC, Generic[Source]):
    """Applies sources of jobs. One that cannot be accepted any more says so, and leaves its jobs as they were."""

    def __init__(self, *, sources: Iterable[Source], ops: Operations, say: Callable[[str], None]) -> None:
        self._seen: dict[Source, Stamps] = {source: {} for source in sources}
        self._jobs: dict[Source, Sequence[Job]] = {}
        """As they were applied."""
        self._ops = ops
        self._say = say

    @abstractmethod
    async def _apply(self, source: Source) -> Applied:
        """Read the source and apply its jobs. Raises `TickworkError`, with nothing written."""

    async def apply_all(self) -> None:
        """Raises `TickworkError` for the first source that cannot be accepted."""
        for source in self._seen:
            await self._take(source)

    async def tell_absent(self) -> None:
        """Warn of what jobs wait for and what does not exist: when all that is applied at the start has been."""
        for source in self._jobs:
            await self._tell_absent(source)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.look()

    async def look(self) -> None:
        """Take over what has changed since the last look."""
        for source, seen in self._seen.items():
            now = stamps(seen)
            # A file that is gone is so for a moment only, while an editor saves.
            if now == seen or None in now.values():
                continue
            try:
                await self._take(source)
                await self._tell_absent(source)
            except StoreUnavailable as error:
                self._say(f"{source}: not applied yet: {error}")
            except TickworkError as error:
                for line in str(error).splitlines():
                    self._say(line)
                self._say(f"{source}: not applied; its jobs stay as they were")
                self._seen[source] = now

    async def _take(self, source: Source) -> None:
        again = bool(self._seen[source])
        self._seen[source], self._jobs[source], changes = await self._apply(source)
        for line in change_lines(changes):
            self._say(f"{source}: {line}")
        self._say(f"{source}: {'reloaded; ' if again else ''}{summary(changes, jobs=len(self._jobs[source]))}")

    async def _tell_absent(self, source: Source) -> None:
        for absent in await self._ops.jobs.absent(self._jobs[source]):
            self._say(f"{source}: warning: {absent}")


def stamps(files: Iterable[str]) -> Stamps:
    return {file: _stamp(file) for file in files}


def _stamp(file: str) -> tuple[int, int, int] | None:
    try:
        status = Path(file).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
