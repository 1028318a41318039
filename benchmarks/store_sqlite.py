"""The SQLite store alone: enqueue, claim, start, finish, in batches, every commit on the disk.

python benchmarks/store_sqlite.py [--runs 50000] [--batch 500] [--lanes 2] [--store FOLDER]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tickwork.core.clock import Instant, SystemClock
from tickwork.core.ids import Ids, JobId, RunId, SessionId
from tickwork.core.model import Actor, Attempt, Origin, Run
from tickwork.core.states import State
from tickwork.store.protocol import Claim, Finish, Kind, NewRun, Put, Session, Start
from tickwork.store.sqlite import SqliteStore

JOB = JobId("bench")
SESSION = SessionId("bench")


def run(ids: Ids, at: Instant) -> NewRun:
    return NewRun(
        run=Run(
            id=ids.run(),
            job=JOB,
            project="default",
            revision=1,
            origin=Origin.MANUAL,
            state=State.QUEUED,
            ready_at=at,
            created=at,
        )
    )


def finish(claim: Claim, at: Instant) -> Finish:
    attempt = Attempt(
        run=claim.run.id,
        n=1,
        fence=claim.fence,
        session=SESSION,
        worker="w",
        started=at,
        finished=at,
        outcome=State.SUCCEEDED,
        exit_code=0,
    )
    return Finish(run=claim.run.id, fence=claim.fence, state=State.SUCCEEDED, attempt=attempt, result=b"null")


class Bench:
    def __init__(self, store: SqliteStore, *, runs: int, batch: int, lanes: int) -> None:
        self.store, self.runs, self.batch, self.lanes = store, runs, batch, lanes
        self.clock = SystemClock()
        self.ids = Ids(clock=self.clock)
        self.claims: list[Claim] = []
        self.total = 0.0

    async def prepare(self) -> None:
        now = self.clock.now()
        actor = Actor(kind="person", name="bench")
        await self.store.put([Put(kind=Kind.JOB, id=JOB, body=b"{}")], by=actor, at=now)
        await self.store.open_session(
            Session(
                id=SESSION,
                worker="w",
                pools=("default",),
                concurrency=self.batch,
                lease=15.0,
                version="",
                containment="",
                host="",
                pid=0,
                opened=now,
                seen=now,
            )
        )

    async def measure(self, name: str, step: Callable[[int, int], Awaitable[None]]) -> None:
        """`lanes` callers at once, each with every n-th batch."""

        async def lane(first: int) -> None:
            for start in range(first * self.batch, self.runs, self.lanes * self.batch):
                await step(start, min(start + self.batch, self.runs))

        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(lane(n) for n in range(self.lanes)))
        took, used = time.perf_counter() - began, time.process_time() - cpu
        self.total += took
        print(
            f"{name:8} {self.runs / took:10,.0f} runs/s  {took / self.runs * 1e6:6.1f} µs/run  (cpu {used / took:.0%})"
        )

    async def all(self) -> None:
        await self.prepare()
        now = self.clock.now()
        new = [run(self.ids, now) for _ in range(self.runs)]

        async def enqueue(start: int, end: int) -> None:
            await self.store.enqueue(new[start:end], at=now)

        async def claim(start: int, end: int) -> None:
            self.claims += await self.store.claim(SESSION, pools=["default"], n=end - start, at=now)

        async def begin(start: int, end: int) -> None:
            mine = self.claims[start:end]
            assert not await self.store.start([Start(run=c.run.id, fence=c.fence, at=now) for c in mine])

        async def end_(start: int, end: int) -> None:
            assert not await self.store.finish([finish(c, now) for c in self.claims[start:end]])

        for name, step in (("enqueue", enqueue), ("claim", claim), ("start", begin), ("finish", end_)):
            await self.measure(name, step)
        assert len({RunId(c.run.id) for c in self.claims}) == self.runs
        print(f"{'together':8} {self.runs / self.total:10,.0f} runs/s  {self.total / self.runs * 1e6:6.1f} µs/run")


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.store) as folder:
        clock = SystemClock()
        store = SqliteStore(path=Path(folder) / "bench.db", clock=clock, ids=Ids(clock=clock))
        await store.open()
        try:
            await Bench(store, runs=options.runs, batch=options.batch, lanes=options.lanes).all()
        finally:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main())
