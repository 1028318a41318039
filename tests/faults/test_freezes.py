"""Workers that are frozen, or cut off, for longer than their lease, a hundred times: nothing runs twice at a time, and
nothing that they still want to tell changes anything."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.services import postgres
from tests.services.mortal import mortal
from tests.services.proxy import Proxy
from tickwork.core.clock import SECOND, Duration, SystemClock
from tickwork.core.codec import to_json
from tickwork.core.ids import Ids, JobId, RunId
from tickwork.core.model import SYSTEM, Attempt, Call, Job, Origin, Overlap, Run, Shell, Task
from tickwork.core.states import LIVE, Reason, State
from tickwork.node import make_store
from tickwork.runtime.reaper import Reaper
from tickwork.store.protocol import Kind, NewRun, Put, RunFilter, Store
from tickwork.telemetry import Telemetry


def keepable() -> float:
    """Seconds: the shortest lease that workers keep here, from 0.5 (nothing else runs) to 5 (all is busy). What is
    tested are multiples of it."""
    began = time.monotonic()
    for _ in range(5):
        subprocess.run([sys.executable, "-I", "-S", "-c", ""], check=True)
    return min(max(0.5, 4 * (time.monotonic() - began)), 5.0)


LEASE = keepable()
WORKERS, ROUNDS = 13, 8
"""A hundred and four freezes."""
HELD = 6 * LEASE
"""Seconds that a job takes: longer than a freeze."""
PATIENCE = 100.0
"""Seconds until a worker that could have a run must have one: all workers start at once."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.PostgresServer]:
    with postgres.running() as server:
        yield server


@pytest.fixture
async def proxies(server: postgres.PostgresServer) -> AsyncIterator[list[Proxy]]:
    async with AsyncExitStack() as stack:
        upstream = server.folder / ".s.PGSQL.5432"
        yield [await stack.enter_async_context(Proxy(upstream)) for _ in range(WORKERS)]


class Ledger:
    """A store with jobs that have something to do all the time, and a reaper beside it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.clock = SystemClock()
        self.folder = folder
        self.ids = Ids(clock=self.clock)
        self.jobs: dict[JobId, tuple[Job, int]] = {}

    def _task(self, name: str, number: int) -> Task:
        file = str(self.folder / name)
        if number % 2:
            return Call(target="holding:hold", args=(file, HELD), path=str(Path(__file__).parent))
        script = Path(__file__).with_name("holding.py")
        return Shell(command=f"exec {sys.executable} -I -S {script} {file} {HELD}")

    async def save_jobs(self) -> None:
        for number in range(WORKERS):
            name = f"job{number}"
            job = Job(id=JobId(name), name=name, task=self._task(name, number), grace=Duration(SECOND // 5))
            put = Put(kind=Kind.JOB, id=job.id, body=to_json(job), project=job.project, name=name)
            [revision] = await self.store.put([put], by=SYSTEM, at=self.clock.now())
            self.jobs[job.id] = job, revision

    async def feed(self) -> None:
        """Whatever has no live run gets one."""
        while True:
            live = {run.job for run in await self.store.runs(RunFilter(states=tuple(LIVE)))}
            now = self.clock.now()
            news = [self._new(job, now) for job in self.jobs if job not in live]
            if news:
                await self.store.enqueue(news, at=now)
            await asyncio.sleep(0.1)  # it plays the scheduler, for as long as the test lasts

    def _new(self, job: JobId, now: int) -> NewRun:
        definition, revision = self.jobs[job]
        run = Run(
            id=self.ids.run(),
            job=job,
            project=definition.project,
            revision=revision,
            origin=Origin.MANUAL,
            state=State.QUEUED,
            ready_at=now,
            created=now,
        )
        return NewRun(run=run, overlap=Overlap.SKIP)

    async def attempts(self) -> dict[str, Attempt]:
        """By fence."""
        found: dict[str, Attempt] = {}
        after: RunId | None = None
        while page := await self.store.runs(RunFilter(), after=after, limit=500):
            after = page[-1].id
            for run in page:
                for attempt in await self.store.attempts(run.id):
                    assert str(attempt.fence) not in found
                    found[str(attempt.fence)] = attempt
        return found


@pytest.fixture
async def ledger(server: postgres.PostgresServer, tmp_path: Path) -> AsyncIterator[Ledger]:
    clock, telemetry = SystemClock(), Telemetry()
    store = make_store(server.url, clock=clock)
    await store.open()
    ledger = Ledger(store, tmp_path)
    await ledger.save_jobs()
    reaper = Reaper(store=store, clock=clock, telemetry=telemetry)
    parts = [asyncio.create_task(reaper.run()), asyncio.create_task(ledger.feed())]
    yield ledger
    for part in parts:
        assert not part.done()
        part.cancel()
    await asyncio.wait(parts)
    await store.close()


class Victim:
    """A worker that is frozen and cut off again and again."""

    def __init__(self, *, name: str, proxy: Proxy, folder: Path) -> None:
        self.told = folder / f"{name}.told"
        self.told.touch()
        self.pid = 0
        self._proxy = proxy
        self._chance = random.Random(name)

    @property
    def words(self) -> list[str]:
        """What it is started with."""
        url = f"postgresql://postgres@127.0.0.1:{self._proxy.port}/postgres"
        return [url, self.told.stem, str(self.told)]

    def facts(self, kind: str) -> list[dict]:
        lines = self.told.read_text().splitlines()
        return [fact for line in lines if kind in (fact := json.loads(line))]

    async def suffer(self, rounds: int) -> None:
        """Each time while it has a run in its hands; half of the times frozen, half of them cut off."""
        starts = 0
        for number in range(rounds):
            await self._more_starts_than(starts)
            starts = self._starts()
            length = self._chance.uniform(1.2, 3) * LEASE
            await (self._freeze(length) if number % 2 else self._cut_off(length))

    async def _more_starts_than(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self._starts() <= number:
                await asyncio.sleep(0.05)  # rarely enough to leave the processor to the workers

    def _starts(self) -> int:
        return self.told.read_text().count('"started"')

    async def _freeze(self, seconds: float) -> None:
        os.kill(self.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)  # that long, whatever happens
        os.kill(self.pid, signal.SIGCONT)

    async def _cut_off(self, seconds: float) -> None:
        self._proxy.black_hole = True
        await asyncio.sleep(seconds)  # that long, whatever happens
        self._proxy.black_hole = False
        self._proxy.cut()


class Victims(list[Victim]):
    """All of them, born of one process; they die with it."""

    async def begin(self) -> None:
        words = [word for victim in self for word in victim.words]
        command = [sys.executable, "-m", "tests.faults.telling_worker", str(LEASE), *words]
        self._parent = mortal(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert self._parent.stdout is not None
        pids = (await asyncio.to_thread(self._parent.stdout.readline)).split()
        for victim, pid in zip(self, pids, strict=True):
            victim.pid = int(pid)

    async def end(self) -> None:
        for victim in self:
            os.kill(victim.pid, signal.SIGTERM)
        await asyncio.to_thread(self._parent.wait, PATIENCE)

    def kill(self) -> None:
        self._parent.kill()
        self._parent.wait()
        assert self._parent.stdout is not None
        self._parent.stdout.close()


@pytest.fixture
async def victims(proxies: list[Proxy], ledger: Ledger, tmp_path: Path) -> AsyncIterator[Victims]:
    victims = Victims(Victim(name=f"w{n}", proxy=proxy, folder=tmp_path) for n, proxy in enumerate(proxies))
    await victims.begin()
    yield victims
    victims.kill()


@pytest.mark.timeout(600)
async def test_a_hundred_freezes_double_nothing_and_change_nothing(
    ledger: Ledger, victims: Victims, tmp_path: Path
) -> None:
    await asyncio.gather(*(victim.suffer(ROUNDS) for victim in victims))
    await victims.end()

    words = Counter(word for log in tmp_path.glob("*.log") for word in log.read_text().split())
    assert words["began"] >= WORKERS * ROUNDS / 2
    assert words["OVERLAP"] == 0, "two runs of one job at a time"

    attempts = await ledger.attempts()
    settled = {fence: attempt for fence, attempt in attempts.items() if "no sign of life" in (attempt.error or "")}
    assert len(settled) >= WORKERS * ROUNDS / 4
    refused = 0
    for victim in victims:
        refused += check(victim, attempts, settled)
    assert refused > 0


def check(victim: Victim, attempts: dict[str, Attempt], settled: dict[str, Attempt]) -> int:
    """What it told after its claim was settled was refused, each of it, and counted; how much that was."""
    lost = 0
    for report in victim.facts("told"):
        lost += len(report["lost"])
        for kind, fence in report["told"]:
            if fence in settled and (kind == "end" or report["at"] > settled[fence].finished):
                assert fence in report["lost"], f"{kind} of {fence} was taken after it was settled"
            if kind == "end" and fence not in report["lost"]:
                assert attempts[fence].worker == victim.told.stem
                assert attempts[fence].reason is not Reason.LOST or "no sign" not in (attempts[fence].error or "")
    assert len(victim.facts("refused")) == lost
    return lost
