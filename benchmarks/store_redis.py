"""The Redis store alone: enqueue, claim, start, finish, in batches; then schedules: loading, size, a tick.

python benchmarks/store_redis.py [--runs 50000] [--batch 500] [--lanes 2] [--schedules 100000] [--fsync everysec]
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import redis

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.services.valkey import plain_client, running  # the tests' own server
from tickwork.core.clock import HOUR, Instant, SystemClock
from tickwork.core.codec import to_json
from tickwork.core.ids import Ids, JobId, RunId, SessionId, schedule_id
from tickwork.core.model import Actor, Attempt, Job, Origin, Run, Shell
from tickwork.core.states import State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.store.protocol import Claim, Finish, Kind, NewRun, Put, Session, Start, Timetable
from tickwork.store.redis import RedisStore

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
    def __init__(self, store: RedisStore, client: redis.Redis, *, runs: int, batch: int, lanes: int) -> None:
        self.store, self.client, self.runs, self.batch, self.lanes = store, client, runs, batch, lanes
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

        server = self.server_cpu()
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(lane(n) for n in range(self.lanes)))
        took, used = time.perf_counter() - began, time.process_time() - cpu
        self.total += took
        per_run = (
            f"{used / self.runs * 1e6:4.1f} µs here, {(self.server_cpu() - server) / self.runs * 1e6:4.1f} µs there"
        )
        print(f"{name:8} {self.runs / took:10,.0f} runs/s  {took / self.runs * 1e6:6.1f} µs/run  (cpu: {per_run})")

    def server_cpu(self) -> float:
        used = self.client.info("cpu")
        return used["used_cpu_user_main_thread"] + used["used_cpu_sys_main_thread"]

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


async def schedules(store: RedisStore, client: redis.Redis, *, n: int) -> None:
    """Jobs of a small shell command, each with an interval."""
    clock = SystemClock()
    now = clock.now()
    before, began = client.info("memory")["used_memory"], time.perf_counter()
    actor = Actor(kind="person", name="bench")
    for first in range(0, n, 500):
        puts, rows = [], []
        for i in range(first, min(first + 500, n)):
            name = f"job-{i:07}"
            schedule = Schedule(key="main", trigger=Every(interval=HOUR), since=now)
            job = Job(id=JobId(name), name=name, task=Shell(command="true"), schedules=(schedule,))
            puts.append(Put(kind=Kind.JOB, id=name, body=to_json(job), project="default", name=name, expect=0))
            due = Instant(now + HOUR + i)
            rows.append(
                Timetable(
                    schedule=schedule_id(job.id, "main"),
                    job=job.id,
                    project="default",
                    revision=None,
                    cursor=now,
                    due=due,
                    expect=None,
                )
            )
        await store.put(puts, by=actor, at=now, timetable=rows)
    took, used = time.perf_counter() - began, client.info("memory")["used_memory"] - before
    print(f"{n:,} schedules: {n / took:,.0f} put/s, {used / n:,.0f} bytes each on the server")
    began = time.perf_counter()
    due_at = Instant(now + HOUR + 9)
    assert len((await store.due(due_at, limit=1000)).rows) == 10
    print(f"10 due among them: {(time.perf_counter() - began) * 1e3:.1f} ms")


async def bench(url: str, options: argparse.Namespace) -> None:
    clock = SystemClock()
    store = RedisStore.from_url(url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    try:
        with plain_client(url.partition("?")[0]) as client:
            await Bench(store, client, runs=options.runs, batch=options.batch, lanes=options.lanes).all()
            await schedules(store, client, n=options.schedules)
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--schedules", type=int, default=100_000)
    parser.add_argument("--fsync", default="everysec")
    parser.add_argument("--store")
    options = parser.parse_args()
    if options.store:
        asyncio.run(bench(options.store, options))
        return
    with running(fsync=options.fsync) as server:
        asyncio.run(bench(server.url, options))


if __name__ == "__main__":
    main()
