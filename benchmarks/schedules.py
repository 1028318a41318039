"""What many schedules cost: loading them, holding them, a moment at which few or many are due, and being idle.

    python benchmarks/schedules.py [--jobs 100000] [--store sqlite|postgres|redis|URL] [--idle 30]

The jobs are written by a process of their own through the bulk operation (`ops.jobs.apply`), as `tickwork apply` does
it. The server is `tickwork server`. The scheduler that meets the due moments is one in this process, on a clock that is
put ahead to a few seconds before each of them; what is told is the time from the moment until all its runs are queued.
"""

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import subprocess
import time
from collections.abc import Iterator

from measuring import cpu_of, machine, rss_of, size_of, store_url, tickwork, tree

from tickwork.core.clock import HOUR, SECOND, Duration, Instant, SystemClock
from tickwork.core.ids import Ids, job_id
from tickwork.core.model import SYSTEM, Job, Shell
from tickwork.core.states import State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.node import collect_rarely, make_store
from tickwork.operations import Operations
from tickwork.runtime.scheduler import Scheduler
from tickwork.store.protocol import Store
from tickwork.telemetry import RunsFired, Telemetry

GROUPS = ((10, 5), (10, 6), (1_000, 7), (10_000, 9))
"""So many jobs are due every so many hours, the others once a day: no two of the groups at once. What the first of
them costs is what a store's connections have never done before."""
BEFORE = 3 * SECOND
SETTLE = 10
"""Seconds after the start of the server until it counts as idle."""


def jobs(n: int) -> Iterator[Job]:
    hours = [every for many, every in GROUPS for _ in range(many)]
    for i in range(n):
        name = f"job-{i:07d}"
        trigger = Every(interval=Duration((hours[i] if i < len(hours) else 24) * HOUR))
        schedule = Schedule(key="main", trigger=trigger)
        yield Job(id=job_id("default", name), name=name, task=Shell(command="true"), schedules=(schedule,))


class Ahead(SystemClock):
    """A clock that can be put ahead."""

    def __init__(self) -> None:
        self.offset = 0

    def now(self) -> Instant:
        return Instant(super().now() + self.offset)


async def load(url: str, n: int) -> None:
    clock = SystemClock()
    store = make_store(url, clock=clock)
    await store.open()
    collect_rarely()  # as every command does
    began = time.perf_counter()
    await Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM).jobs.apply("bench", list(jobs(n)))
    took = time.perf_counter() - began
    await store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"load      {n:>9,} jobs in {took:.1f} s: {n / took:,.0f}/s; the loading process took {peak:,.0f} MB")


def load_apart(url: str, n: int) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_load, args=(url, n))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"loading failed with exit code {process.exitcode}")


def _load(url: str, n: int) -> None:
    asyncio.run(load(url, n))


def idle(url: str, seconds: float) -> None:
    server = tickwork("server", "--store", url, stdout=subprocess.PIPE)
    began = time.perf_counter()
    assert server.stdout is not None
    server.stdout.readline()
    print(f"server    ready after {time.perf_counter() - began:.1f} s")
    time.sleep(SETTLE)
    processes = tree(server.pid)
    before = cpu_of(processes)
    time.sleep(seconds)
    used = cpu_of(processes) - before
    print(f"idle      {used / seconds:.2%} of a core over {seconds:.0f} s, RSS {rss_of(server.pid):.0f} MB")
    server.terminate()
    server.communicate()


async def moments(url: str) -> None:
    clock, telemetry = Ahead(), Telemetry()
    store = make_store(url, clock=clock)
    await store.open()
    scheduler = Scheduler(store=store, clock=clock, ids=Ids(clock=clock), telemetry=telemetry)
    while await scheduler.tick() == 0:
        pass  # the look for @reboot, once after a boot
    nothing = statistics.median([await timed(scheduler) for _ in range(20)])
    print(f"tick      {nothing * 1e3:,.1f} ms with nothing due")
    told: asyncio.Queue[tuple[int, Instant]] = asyncio.Queue()
    telemetry.subscribe(
        lambda event: told.put_nowait((event.runs, clock.now())) if isinstance(event, RunsFired) else None
    )
    running = asyncio.create_task(scheduler.run())
    queued = 0
    for many, _hours in GROUPS:
        took = await queued_after(store, clock, told, many)
        queued += many
        counts = await store.counts()
        assert counts[State.QUEUED] == sum(counts.values()) == queued, counts
        print(f"moment    {took * 1e3:,.1f} ms until {many:,} due are queued")
    scheduler.stop()
    await running
    await store.close()


async def queued_after(store: Store, clock: Ahead, told: "asyncio.Queue[tuple[int, Instant]]", many: int) -> float:
    """Seconds from the next due moment until so many runs are queued."""
    moment = (await store.due(clock.now(), limit=1)).next_due
    assert moment is not None
    clock.offset += moment - clock.now() - BEFORE
    while many > 0:
        runs, last = await told.get()
        many -= runs
    return (last - moment) / SECOND


async def timed(scheduler: Scheduler) -> float:
    began = time.perf_counter()
    await scheduler.tick()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--idle", type=float, default=30)
    options = parser.parse_args()
    print(machine())
    with store_url(options.store) as url:
        load_apart(url, options.jobs)
        print(f"size      {size_of(url)}")
        if options.idle:
            idle(url, options.idle)
        asyncio.run(moments(url))


if __name__ == "__main__":
    main()
