"""How long a run waits on an idle worker: from the commit of its enqueue, or from its slot, to its start.

    python benchmarks/latency.py [--store sqlite|postgres|redis|URL] [--runs 300] [--seconds 60]

`tickwork up` is a process of its own, as it would be. This process enqueues no-op Python runs, one at a time with a
pause of random length between them; then jobs are due every second at different fractions of it. The start is what
the ledger says: the moment at which the call begins in its warm child.
"""

import argparse
import asyncio
import random
import subprocess
from collections.abc import Iterator

import noop
from measuring import machine, quantiles, store_url, tickwork

from tickwork.core.clock import SECOND, Duration, Instant, SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Job
from tickwork.core.states import TERMINAL
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import RunFilter, Store

TICKING = 7
"""Jobs that are due every second."""
WARM_UP = 20
PAUSE = (0.02, 0.08)


async def main(*, url: str, runs: int, seconds: int) -> None:
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = make_store(url, clock=clock)
    await store.open()
    ops = Operations(store=store, clock=clock, ids=ids, actor=SYSTEM)
    revision = await noop.define(store, noop.JOB, at=clock.now())
    server = tickwork("up", "--store", url, stdout=subprocess.PIPE)
    assert server.stdout is not None
    server.stdout.readline()
    try:
        waits = [await enqueued(store, clock=clock, ids=ids, revision=revision) for _ in range(WARM_UP + runs)][
            WARM_UP:
        ]
        print(f"enqueue   {quantiles(waits)} ({len(waits)} runs)")
        await ops.jobs.apply("bench", list(ticking(clock.now())))
        await asyncio.sleep(seconds)
        waits = await slots(store)
        print(f"slot      {quantiles(waits)} ({len(waits)} runs)")
    finally:
        server.terminate()
        server.communicate()
        await store.close()


async def enqueued(store: Store, *, clock: SystemClock, ids: Ids, revision: int) -> float:
    new = noop.queued(noop.JOB, ids, revision=revision, at=clock.now())
    await store.enqueue([new], at=clock.now())
    committed = clock.now()
    while (detail := await store.run(new.run.id)) is None or detail.run.state not in TERMINAL:
        await asyncio.sleep(0.002)
    await asyncio.sleep(random.uniform(*PAUSE))
    assert detail.run.started is not None
    return max(0, detail.run.started - committed) / SECOND


def ticking(now: Instant) -> Iterator[Job]:
    for n in range(TICKING):
        anchor = Instant(now + SECOND + n * SECOND // TICKING)
        schedule = Schedule(key="main", trigger=Every(interval=Duration(SECOND), anchor=anchor))
        yield Job(id=JobId(f"ticking-{n}"), name=f"ticking-{n}", task=noop.JOB.task, schedules=(schedule,))


async def slots(store: Store) -> list[float]:
    """Without each job's first ones, for which a child had to be forked and a pace to be learnt."""
    found = await store.runs(RunFilter(states=tuple(TERMINAL)), limit=100_000)
    waits = sorted((run.slot, run.started - run.slot) for run in found if run.slot and run.started)
    return [wait / SECOND for _slot, wait in waits[WARM_UP:]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    print(machine())
    with store_url(options.store) as url:
        asyncio.run(main(url=url, runs=options.runs, seconds=options.seconds))
    print(machine())
