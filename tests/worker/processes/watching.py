"""What the tests of processes share: a watcher of events that waits for conditions, and short ways to specs."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import psutil

from tickwork.core.ids import RunId
from tickwork.store.protocol import Chunk, Stream
from tickwork.worker.processes import Began, CallSpec, Gone, Logged, Over, ProcessEvent, SpawnSpec

PATIENCE = 20.0
ENV = {"PATH": os.defpath}


class Watcher:
    """Collects events. Its logs are what a store would hold: chunks by seq, dropped ranges gone."""

    def __init__(self) -> None:
        self.events: list[ProcessEvent] = []
        self.chunks: dict[RunId, dict[int, Chunk]] = {}
        self._news = asyncio.Event()

    def __call__(self, event: ProcessEvent) -> None:
        self.events.append(event)
        if isinstance(event, Logged):
            held = self.chunks.setdefault(event.run, {})
            if event.drop is not None:
                for seq in range(*event.drop):
                    held.pop(seq, None)
            held.update({chunk.seq: chunk for chunk in event.chunks})
        self._news.set()

    async def until(self, condition: Callable[[], object], patience: float = PATIENCE) -> None:
        async with asyncio.timeout(patience):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def began(self, run: str = "run") -> Began:
        await self.until(lambda: self.find(Began, run))
        return self.find(Began, run)[0]

    async def over(self, run: str = "run", patience: float = PATIENCE) -> Over:
        await self.until(lambda: self.find(Over, run), patience)
        return self.find(Over, run)[0]

    async def gone(self) -> Gone:
        await self.until(lambda: self.find(Gone))
        return self.find(Gone)[0]

    async def printed(self, text: str, run: str = "run") -> None:
        await self.until(lambda: text.encode() in self.log(run))

    def find(self, kind: type, run: str | None = None) -> list:
        return [e for e in self.events if isinstance(e, kind) and (run is None or e.run == run)]

    def log(self, run: str = "run", *streams: Stream) -> bytes:
        held = self.chunks.get(RunId(run), {})
        return b"".join(c.data for _, c in sorted(held.items()) if not streams or c.stream in streams)


def sh(text: str, **options) -> SpawnSpec:
    return program("/bin/sh", "-c", text, **options)


def program(*argv: str, **options) -> SpawnSpec:
    return SpawnSpec(**{"run": RunId("run"), "argv": argv, "env": ENV, "cwd": "/", **options})


def call(target: str, *args, run: str = "run", **options) -> CallSpec:
    return CallSpec(**{"run": RunId(run), "target": target, "args": args, "kwargs": {}, "env": {}, **options})


async def eventually(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """For facts that no event tells: looked at again and again."""
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pids_in(folder: Path) -> list[int]:
    """The pids that a job's processes wrote into files of this folder."""
    return [int(text) for file in folder.iterdir() if (text := file.read_text().strip())]
