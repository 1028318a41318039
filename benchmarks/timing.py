"""What looking ahead and looking back costs: next moments, a long outage, the plan of a big board, forecast, verify.

    python benchmarks/timing.py [--jobs 1000000] [--board 10000]

The store is in memory; its statements are those of a SQLite file.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from measuring import machine

from tickwork.core.clock import DAY, HOUR, SECOND, Duration, Instant
from tickwork.core.due import decide_due
from tickwork.core.ids import Ids, JobId, job_id
from tickwork.core.model import SYSTEM, Job, Overlap, Shell
from tickwork.core.timing.occurrences import following
from tickwork.core.timing.schedule import CatchUp, Cron, Every, Schedule
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.runtime.scheduler import Scheduler
from tickwork.telemetry import Telemetry
from tickwork.testing import FakeClock

EXPRESSIONS = [f"{n % 60} {n // 60} * * *" for n in range(1000)]
ZONE = "Europe/Amsterdam"
MONTH = 30 * DAY


@contextmanager
def timed(what: str, *, each: int | None = None, unit: str = "") -> Iterator[None]:
    began, used = time.perf_counter(), time.process_time()
    yield
    took, busy = time.perf_counter() - began, time.process_time() - used
    rate = f": {each / took:,.0f} {unit}/s" if each else ""
    print(f"{what:<74} {took:8.3f} s (CPU {busy:.3f} s){rate}")


@asynccontextmanager
async def a_node() -> AsyncIterator[tuple[FakeClock, Operations, Scheduler]]:
    clock = FakeClock()
    ids = Ids(clock=clock)
    store = make_store("memory://", clock=clock)
    await store.open()
    scheduler = Scheduler(store=store, clock=clock, ids=ids, telemetry=Telemetry())
    yield clock, Operations(store=store, clock=clock, ids=ids, actor=SYSTEM), scheduler
    await store.close()


def job(name: str, schedule: Schedule, **fields: object) -> Job:
    return Job(id=job_id("default", name), name=name, task=Shell(command="true"), schedules=(schedule,), **fields)  # type: ignore[arg-type]


def board(n: int, *, hour: int = 0) -> list[Job]:
    """`n` jobs of 1,000 expressions; `hour` moves each of them."""
    return [
        job(f"job-{i:07d}", Schedule(key="main", trigger=Cron(expression=_moved(i, hour)), zone=ZONE)) for i in range(n)
    ]


def _moved(i: int, hour: int) -> str:
    minute, at, rest = EXPRESSIONS[i % len(EXPRESSIONS)].split(" ", 2)
    return f"{minute} {(int(at) + hour) % 24} {rest}"


def next_moments(jobs: int, now: Instant) -> None:
    schedules = [(s, one.id) for one in board(jobs) for s in one.schedules]
    with timed(f"next moment of {jobs:,} jobs with 1,000 expressions", each=jobs, unit="jobs"):
        for schedule, whose in schedules:
            following(schedule, whose, now)


def outage(catch_up: CatchUp, **more: int) -> None:
    every = Every(interval=SECOND)
    schedule = Schedule(key="main", trigger=every, catch_up=catch_up, **more)  # type: ignore[arg-type]
    with timed(f"an outage of 30 days of every second is decided, catch_up: {catch_up} {more or ''}"):
        decide_due(schedule, JobId("a"), cursor=Instant(0), now=Instant(MONTH), paused=None)


async def outage_in_the_ledger() -> None:
    async with a_node() as (clock, ops, scheduler):
        schedule = Schedule(key="main", trigger=Every(interval=SECOND))
        await ops.jobs.apply("bench", [job("a", schedule, overlap=Overlap.ALLOW)])
        clock.advance(MONTH / SECOND)
        with timed("… and written by the scheduler: one gap and the runs"):
            while await scheduler.tick() == 0.0:
                pass
        with timed("… and held against the schedule by verify", each=MONTH // SECOND, unit="occurrences"):
            report = await ops.verify.check()
        assert (report.findings, report.occurrences) == ([], MONTH // SECOND)


async def plans(n: int) -> None:
    async with a_node() as (_, ops, _scheduler):
        with timed(f"apply a board of {n:,} jobs", each=n, unit="jobs"):
            await ops.jobs.apply("bench", board(n))
        with timed(f"plan it again, nothing changed ({n:,} jobs)"):
            assert await ops.jobs.plan("bench", board(n)) == []
        with timed(f"plan it, everything changed ({n:,} jobs)"):
            assert len(await ops.jobs.plan("bench", board(n, hour=1))) == n
        with timed("… with the next 10 moments before and after of each"):
            await ops.ahead.compare("bench", board(n, hour=1))
        with timed(f"forecast of 7 days, {n:,} jobs once a day"):
            await ops.ahead.forecast(days=7)


async def forecast_of_many_kinds(n: int) -> None:
    triggers = [Cron(expression="*/5 * * * *"), Every(interval=Duration(5 * 60 * SECOND)), Cron(expression="H * * * *")]
    jobs = [
        job(f"job-{i}", Schedule(key="main", trigger=triggers[i % 3], spread=Duration(HOUR) if i % 2 else None))
        for i in range(n)
    ]
    async with a_node() as (clock, ops, _):
        await ops.jobs.apply("bench", jobs)
        clock.advance(DAY / SECOND)
        with timed(f"forecast of 7 days, {n:,} jobs every 5 m and hourly, half of them spread"):
            forecast = await ops.ahead.forecast(days=7)
        print(f"{'':<74} {sum(hour.count for hour in forecast.hours):,} occurrences")


async def verify_a_quarter(n: int) -> None:
    async with a_node() as (clock, ops, scheduler):
        await ops.jobs.apply("bench", board(n))
        for _ in range(90):
            clock.advance(DAY / SECOND)
            while await scheduler.tick() == 0.0:
                pass
        with timed(f"verify of 90 days of {n:,} jobs, a run each day", each=90 * n, unit="occurrences"):
            report = await ops.verify.check()
        assert not report.findings


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--board", type=int, default=10_000)
    options = parser.parse_args()
    print(machine())
    next_moments(options.jobs, Instant(1_790_000_000 * SECOND))
    outage(CatchUp.LATEST)
    outage(CatchUp.NONE)
    outage(CatchUp.ALL, max_count=100)
    outage(CatchUp.ALL)
    asyncio.run(outage_in_the_ledger())
    asyncio.run(plans(options.board))
    asyncio.run(forecast_of_many_kinds(options.board))
    asyncio.run(verify_a_quarter(1_000))


if __name__ == "__main__":
    main()
