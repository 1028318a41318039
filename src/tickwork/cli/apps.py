"""Apps beside a running node: what its launcher imports, and their jobs in the store."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tickwork.cli.watching import Applied, Watch, stamps
from tickwork.operations import Operations
from tickwork.worker.process.describing import describe
from tickwork.worker.processes import Preload


def preload_of(apps: Sequence[str]) -> Preload | None:
    """What the launcher is to import for `--app`; modules are looked for from the current folder on."""
    return Preload(modules=tuple(apps), apps=tuple(apps), paths=(str(Path.cwd()),)) if apps else None


class AppWatch(Watch[str]):
    """Applies the jobs of apps. One that is broken leaves their code as it was, too."""

    def __init__(
        self, *, apps: Sequence[str], ops: Operations, say: Callable[[str], None], reload: Callable[[], None]
    ) -> None:
        super().__init__(sources=apps, ops=ops, say=say)
        self._folder = str(Path.cwd())
        self._reload = reload

    async def _apply(self, source: str) -> Applied:
        described = await asyncio.to_thread(describe, source, folder=self._folder)
        files = stamps(described.files)
        if self._seen[source]:
            self._reload()  # before its jobs: what is new in them needs the new code
        changes = await self._ops.jobs.apply(f"app:{source}", described.jobs)
        return Applied(files=files, jobs=described.jobs, changes=changes)
