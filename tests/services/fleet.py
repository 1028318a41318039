"""A fleet of real processes: a server, workers that know nothing but its address and their key, and its ledger."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.services.mortal import mortal
from tickwork.config import listed
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Attempt, Job, Overlap, Run, Shell
from tickwork.core.people import KeyKind
from tickwork.core.states import LIVE
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import RunFilter, Store

TICKWORK = str(Path(sys.executable).with_name("tickwork"))
PATIENCE = 150.0
"""Seconds after which a condition has failed: a busy machine starts a process in ten."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Fleet:
    """Everything lives in `folder`."""

    def __init__(self, folder: Path, store: Store, url: str) -> None:
        self.folder = folder
        self.store = store
        self.ops = Operations(store=store, clock=SystemClock(), ids=Ids(clock=SystemClock()), actor=SYSTEM)
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._url = url

    # -- processes --

    def serve(self) -> None:
        self._start("server", "server", "--store", self._url, "--port", str(self.port))

    async def work(self, name: str, pool: str, *, seats: int = 4, lease: float = 60.0) -> None:
        key_file = self.folder / f"{name}.key"
        _key, secret = await self.ops.people.keys.create(name, kind=KeyKind.WORKER, pools=listed(pool))
        key_file.touch(mode=0o600)
        key_file.write_text(secret)
        address = f"http://127.0.0.1:{self.port}"
        where = ("--server", address, "--key-file", str(key_file), "--name", name, "--pool", pool)
        self._start(name, "worker", *where, "--workers", str(seats), "--lease", str(lease))

    def _start(self, name: str, *arguments: str) -> None:
        environment = {**os.environ, "TICKWORK_STORE": "memory://", "TICKWORK_SECRET_KEYS": "test"}
        with (self.folder / f"{name}.out").open("ab") as out:
            self.processes[name] = mortal(
                [TICKWORK, *arguments], stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=self.folder
            )

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    async def ended(self, name: str) -> int:
        """Its exit code, once it has ended."""
        return await asyncio.to_thread(self.processes[name].wait, PATIENCE)

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.out").read_text()

    # -- the ledger --

    async def connected(self, *names: str) -> None:
        async def there() -> bool:
            return {session.worker for session in await self.store.sessions()} >= set(names)

        await self.until(there)

    async def queue(self, name: str, command: str, n: int, **fields: Any) -> None:
        job = Job(id=JobId(name), name=name, task=Shell(command=command), overlap=Overlap.ALLOW, **fields)
        await self.ops.jobs.save(job)
        for _ in range(n):
            await self.ops.runs.run(name)

    async def runs(self, **conditions: Any) -> list[Run]:
        return await self.store.runs(RunFilter(**conditions), limit=1000)

    async def over(self) -> list[Run]:
        """All runs, once none is live."""

        async def none_is_live() -> bool:
            return not await self.runs(states=tuple(LIVE))

        await self.until(none_is_live)
        return await self.runs()

    async def attempts(self) -> list[Attempt]:
        return [attempt for run in await self.runs() for attempt in await self.store.attempts(run.id)]

    async def log_of(self, run: Run) -> bytes:
        return b"".join([chunk.data for chunk in await self.store.read_log(run.id, limit=100_000)])

    async def until(self, condition: Callable[[], Any]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not await condition():
                    await asyncio.sleep(0.1)  # rarely enough to leave the processor to the fleet
        except TimeoutError:
            raise AssertionError("\n".join(f"{name}: {self.said(name)}" for name in self.processes)) from None


@asynccontextmanager
async def a_fleet(folder: Path, workers: Sequence[tuple[str, str]], **fields: Any) -> AsyncIterator[Fleet]:
    """A server with workers (name, pool) that are connected; nothing of it is left behind."""
    url = f"sqlite:///{folder / 'tickwork.db'}"
    store = make_store(url, clock=SystemClock())
    await store.open()
    fleet = Fleet(folder, store, url)
    try:
        fleet.serve()
        for name, pool in workers:
            await fleet.work(name, pool, **fields)
        await fleet.connected(*(name for name, _ in workers))
        yield fleet
    finally:
        for process in fleet.processes.values():
            process.send_signal(signal.SIGKILL)
            process.wait()
        await store.close()
