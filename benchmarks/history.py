"""What a long history costs: the pages' requests over it, and deleting nine tenths of it under load.

    python benchmarks/history.py [--store sqlite|postgres|URL] [--runs 10000000] [--jobs 1000] [--minutes 10]

The runs go into the store's tables directly (benchmarks/reads.py), without attempts and logs. A server answers each
request of a page `--times` times over HTTP. Then `tickwork up` is a process of its own that keeps a tenth of the days,
while jobs are due every second: how late they begin is what the ledger says; how long another writer waits is measured
by one, before and meanwhile, and on SQLite also how long nobody else may begin to write.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Sequence

import apsw
import httpx2
from latency import TICKING, ticking
from measuring import machine, quantiles, size_of, store_url, tickwork
from reads import PROJECTS, fill, jobs, runs

from tests.services.served import served
from tickwork.core.clock import DAY, SECOND, Instant, SystemClock, iso, later
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM
from tickwork.core.roles import SCOPES
from tickwork.core.states import State
from tickwork.node import collect_rarely, make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Keep, Note, Order, RunFilter, Store

KEPT = 10
"""One of so many days stays."""


def requests(now: Instant) -> dict[str, str]:
    """What the pages ask for, by what it is."""
    day, week = iso(later(now, -DAY)), iso(later(now, -7 * DAY))
    job = "project-7:job-0000007"
    return {
        "newest runs": "runs?limit=100",
        "failed": "runs?limit=100&state=failed",
        "cancelled (none)": "runs?limit=100&state=cancelled",
        "of a job": f"runs?limit=100&job={job}",
        "failed of a job": f"runs?limit=100&job={job}&state=failed",
        "of a day a week ago": f"runs?limit=100&since={week}&until={iso(later(now, -6 * DAY))}",
        "failed since yesterday": f"runs?limit=100&state=failed&since={day}",
        "ended last": "runs?limit=100&last_completed=true",
        "by text": "runs?limit=100&text=0000007",
        "by reason (none)": "runs?limit=100&reason=timeout",
        "today": "today",
        "strip": "strip",
        "job": f"jobs/{job}",
        "job's history": f"jobs/{job}/history?count=100",
        "job's ledger": f"jobs/{job}/ledger",
        "results of 20 jobs": "results?" + "&".join(f"job=project-{n}:job-{n:07d}" for n in range(20)),
        "about and counts": "about",
    }


async def pages(store: Store, *, now: Instant, times: int) -> None:
    clock = SystemClock()
    async with served(store, clock=clock, ids=Ids(clock=clock)) as site, httpx2.AsyncClient(timeout=120) as client:
        people = site.backend.system.people
        if not await people.users.list():
            await people.users.create("bench", superuser=True)
        _, secret = await people.keys.create("bench", owner="bench", scopes=SCOPES)
        client.headers["authorization"], client.base_url = f"Bearer {secret}", f"{site.url}/api/v1/"
        for name, path in requests(now).items():
            took = []
            for _ in range(times):
                began = time.perf_counter()
                answer = await client.get(path)
                took.append(time.perf_counter() - began)
                answer.raise_for_status()
            print(f"{name:24} {quantiles(took)}   first {took[0] * 1e3:.0f} ms", flush=True)


async def deleting(url: str, store: Store, *, options: argparse.Namespace) -> None:
    """A server that keeps less from now on, until nothing is left to go or time is over."""
    clock = SystemClock()
    ops = Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM)
    before = await asyncio.to_thread(counted, url)
    print(f"a writer before          {quantiles(await writes(store))}")
    env = {**os.environ, "TICKWORK_KEEP_FOR": f"{options.days // KEPT}d", "TICKWORK_KEEP_AT_MOST": "0"}
    server = tickwork("up", "--store", url, "--port", "0", stdout=subprocess.PIPE, env=env)
    assert server.stdout is not None
    server.stdout.readline()
    await ops.jobs.apply("bench", list(ticking(clock.now())))
    began, waits, locks = time.monotonic(), list[float](), Locks(url)
    try:
        while time.monotonic() - began < options.minutes * 60:
            waits += await writes(store)
            if await is_over(store, days=options.days):
                break
        length = time.monotonic() - began
    finally:
        locks.stop()
        server.terminate()
        server.communicate()
    made = sum([len(await store.runs(RunFilter(job=JobId(f"ticking-{n}")), limit=10_000)) for n in range(TICKING)])
    gone = before + made - await asyncio.to_thread(counted, url)
    rate = gone / length
    print(f"deleted                  {gone:,} of {before:,} runs in {length:,.0f} s ({rate:,.0f} a second)")
    print(f"slot to start            {quantiles(await lateness(store))}")
    print(f"another writer           {quantiles(waits)}")
    print(f"the writer's lock        {quantiles(locks.waits)}" if locks.waits else "", flush=True)


class Locks:
    """On SQLite: how long whoever wants to write waits until nobody else does, a hundred times a second."""

    def __init__(self, url: str) -> None:
        self.waits: list[float] = []
        self._path = url.removeprefix("sqlite:///")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure)
        if self._path != url:
            self._thread.start()

    def _measure(self) -> None:
        db = apsw.Connection(self._path)
        db.set_busy_handler(lambda _tries: not self._over.wait(0.001))  # its own naps are up to 100 ms long
        while not self._over.wait(0.01):
            began = time.perf_counter()
            with contextlib.suppress(apsw.BusyError):
                db.execute("BEGIN IMMEDIATE; ROLLBACK")
                self.waits.append(time.perf_counter() - began)
        db.close()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()


async def is_over(store: Store, *, days: int) -> bool:
    """Whether nothing is left that has to go, in any project."""
    edge = later(SystemClock().now(), -(days // KEPT + 1) * DAY)
    for n in range(PROJECTS):
        where = RunFilter(projects=(f"project-{n}",), states=(State.SUCCEEDED,), order=Order.OLDEST)
        if any(run.created < edge for run in await store.runs(where, limit=1)):
            return False
    return True


def counted(url: str) -> int:
    """By the database itself."""
    if url.startswith("sqlite:///"):
        db = apsw.Connection(url.removeprefix("sqlite:///"))
        return int(db.execute("SELECT count(*) FROM run").fetchall()[0][0])
    from tests.services.postgres import admin
    from tickwork.store.postgres.address import address_of

    with admin(url) as db:
        return int(db.execute(f"SELECT count(*) FROM {address_of(url).schema}.run").fetchall()[0][0])


async def writes(store: Store) -> list[float]:
    """How long small writes of another process take, for ten seconds."""
    took = []
    for n in range(100):
        note = Note(space="bench", key="writer", body=str(n).encode())
        began = time.perf_counter()
        await store.keep([Keep(note=note)], at=SystemClock().now())
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.1)
    return took


async def lateness(store: Store) -> Sequence[float]:
    """Without each job's first ones, for which a child had to be forked."""
    waits = []
    for n in range(TICKING):
        found = await store.runs(RunFilter(job=JobId(f"ticking-{n}"), states=(State.SUCCEEDED,)), limit=10_000)
        waits += [(run.started - run.slot) / SECOND for run in found[:-5] if run.slot and run.started]
    return waits or [0.0]


async def bench(url: str, options: argparse.Namespace) -> None:
    clock = SystemClock()
    store = make_store(url, clock=clock)
    await store.open()
    try:
        if not options.filled:
            known = jobs(options.jobs)
            await Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM).jobs.apply("history", known)
            now, began = clock.now(), time.monotonic()
            rows = runs(options.runs, known, since=later(now, -options.days * DAY), until=now)
            await asyncio.to_thread(fill, url, rows)
            print(f"{options.runs:,} runs of {options.jobs:,} jobs in {time.monotonic() - began:.0f} s, {size_of(url)}")
        await pages(store, now=clock.now(), times=options.times)
        if options.minutes:
            await deleting(url, store, options=options)
            print(f"afterwards               {size_of(url)}")
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=10, help="At most so long it deletes; 0: not at all.")
    parser.add_argument("--filled", action="store_true", help="The store of this URL was filled before.")
    options = parser.parse_args()
    collect_rarely()
    print(machine())
    with store_url(options.store) as url:
        asyncio.run(bench(url, options))


if __name__ == "__main__":
    main()
