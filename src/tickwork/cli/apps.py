"""Apps beside a running node: their jobs are applied at its start and, with `--watch`, when their files change."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tickwork.cli.boards import change_lines, summary
from tickwork.core.model import Job
from tickwork.errors import StoreUnavailable, TickworkError
from tickwork.operations import Operations
from tickwork.worker.process.describing import describe
from tickwork.worker.processes import Preload

_EVERY = 1.0
"""Seconds between two looks at the files."""
_Stamps = dict[str, tuple[int, int] | None]


def preload_of(apps: Sequence[str]) -> Preload | None:
    """What the launcher is to import for `--app`; modules are looked for from the current folder on."""
    return Preload(modules=tuple(apps), apps=tuple(apps), paths=(str(Path.cwd()),)) if apps else None


class AppWatch:
    """Applies the jobs of apps. One that is broken says so, and leaves its jobs and their code as they were."""

    def __init__(
        self, *, apps: Sequence[str], ops: Operations, say: Callable[[str], None], reload: Callable[[], None]
    ) -> None:
        self._seen: dict[str, _Stamps] = {app: {} for app in apps}
        self._jobs: dict[str, Sequence[Job]] = {}
        """As they were applied."""
        self._folder = str(Path.cwd())
        self._ops = ops
        self._say = say
        self._reload = reload

    async def apply_all(self) -> None:
        """Raises `TickworkError` for the first app that cannot be imported or accepted."""
        for app in self._seen:
            await self._apply(app)

    async def tell_absent(self) -> None:
        """Warn of what jobs wait for and what does not exist: when all that is applied at the start has been."""
        for app in self._jobs:
            await self._tell_absent(app)

    async def _tell_absent(self, app: str) -> None:
        for absent in await self._ops.jobs.absent(self._jobs[app]):
            self._say(f"{app}: warning: {absent}")

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.look()

    async def look(self) -> None:
        """Take over what has changed since the last look."""
        for app, seen in self._seen.items():
            if (now := _stamps(seen)) == seen or None in now.values():
                continue
            try:
                await self._apply(app)
                await self._tell_absent(app)
            except StoreUnavailable as error:
                self._say(f"{app}: not applied yet: {error}")
            except TickworkError as error:
                for line in str(error).splitlines():
                    self._say(line)
                self._say(f"{app}: not applied; its jobs stay as they were")
                self._seen[app] = now

    async def _apply(self, app: str) -> None:
        described = await asyncio.to_thread(describe, app, folder=self._folder)
        again, stamps = bool(self._seen[app]), _stamps(dict.fromkeys(described.files))
        if again:
            self._reload()  # before its jobs: what is new in them needs the new code
        changes = await self._ops.jobs.apply(f"app:{app}", described.jobs)
        self._seen[app], self._jobs[app] = stamps, described.jobs
        for line in change_lines(changes):
            self._say(f"{app}: {line}")
        self._say(f"{app}: {'reloaded; ' if again else ''}{summary(changes, jobs=len(described.jobs))}")


def _stamps(files: _Stamps) -> _Stamps:
    return {file: _stamp(file) for file in files}


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        status = Path(file).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
