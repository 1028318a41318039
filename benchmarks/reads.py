"""How long pages take to read when the ledger is long: listings by each filter, counts, the strip, the first page.

    python benchmarks/reads.py [--store sqlite|postgres|URL] [--runs 1000000] [--jobs 10000] [--days 10] [--times 40]

The jobs are written as a board is; the runs go into the store's tables directly, as if they had been run.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import apsw
from measuring import machine, quantiles, size_of, store_url

from tickwork.core.clock import DAY, HOUR, MINUTE, Duration, Instant, SystemClock, later
from tickwork.core.ids import Ids, JobId, base32, job_id
from tickwork.core.model import SYSTEM, Job, Shell
from tickwork.core.states import HELD, Reason, State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.node import collect_rarely, make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Order, RunFilter

PROJECTS: Final = 20
RARE: Final = 997
"""One of so many runs failed."""
HELD_RUNS: Final = 50
COLUMNS: Final = (
    "id, job, project, revision, origin, state, reason, pool, priority, ready_at, once, attempt, losses, session,"
    " epoch, fence, worker, created, started, finished, exclusive"
)
Read = Callable[[], Awaitable[Any]]


def jobs(n: int) -> list[Job]:
    return [
        Job(
            id=job_id(f"project-{i % PROJECTS}", f"job-{i:07d}"),
            name=f"job-{i:07d}",
            project=f"project-{i % PROJECTS}",
            task=Shell(command="true"),
            schedules=(Schedule(key="main", trigger=Every(interval=Duration((1 + i % 24) * HOUR))),),
        )
        for i in range(n)
    ]


def runs(n: int, known: list[Job], *, since: Instant, until: Instant) -> Iterator[tuple[Any, ...]]:
    """In the order of `COLUMNS`, oldest first; the newest are running."""
    for i in range(n):
        created = since + (until - since) * i // n
        job = known[i * 7919 % len(known)]
        running, failed = i >= n - HELD_RUNS, i % RARE == 0
        state = State.RUNNING if running else State.FAILED if failed else State.SUCCEEDED
        yield (
            base32(created // 1000, 10) + base32(i, 10), job.id, job.project, 1, "schedule", str(state),
            str(Reason.EXIT) if failed and not running else None, "default", 0, created, False, 1, 0,
            "session" if running else None, "epoch" if running else None, i if running else None,
            f"worker-{i % 50}", created, created, None if running else created + 1_000_000, False,
        )  # fmt: skip


def fill(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    if url.startswith("sqlite:///"):
        _fill_sqlite(url.removeprefix("sqlite:///"), rows)
    else:
        _fill_postgres(url, rows)


def _fill_sqlite(path: str, rows: Iterator[tuple[Any, ...]]) -> None:
    db = apsw.Connection(path)
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'run' AND type = 'index' AND sql NOTNULL"
    )
    named = indexes.fetchall()
    marks = ", ".join("?" * (COLUMNS.count(",") + 1))
    with db:
        db.execute("INSERT INTO meta (key, value) VALUES ('moving', 'reads')")
        for name, _ in named:  # made at once in the end: in a tenth of the time
            db.execute(f"DROP INDEX {name}")
        db.executemany(f"INSERT INTO run ({COLUMNS}) VALUES ({marks})", rows)
        for _, sql in named:
            db.execute(sql)
        db.execute("DELETE FROM meta WHERE key = 'moving'")
    db.close()


def _fill_postgres(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    from tests.services.postgres import admin
    from tickwork.store.postgres.address import address_of

    schema = address_of(url).schema
    with admin(url) as db:
        db.execute("SELECT set_config('tickwork_load.as_is', 'on', false)")
        with db.cursor() as cursor, cursor.copy(f"COPY {schema}.run ({COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        db.execute(f"VACUUM ANALYZE {schema}.run")


def listings(ops: Operations, now: Instant) -> dict[str, Read]:
    """Each gives the newest 100 runs."""
    project, job = "project-7", JobId("project-7:job-0000007")
    day = later(now, -DAY)

    def listed(**where: Any) -> Read:
        return lambda: ops.store.runs(RunFilter(**where), limit=100)

    return {
        "newest": listed(),
        "oldest": listed(order=Order.OLDEST),
        "ended last": listed(order=Order.ENDED),
        "of a job": listed(job=job),
        "failed": listed(states=(State.FAILED,)),
        "succeeded": listed(states=(State.SUCCEEDED,)),
        "cancelled (none)": listed(states=(State.CANCELLED,)),
        "failed, of a day": listed(states=(State.FAILED,), since=day),
        "failed of a job": listed(job=job, states=(State.FAILED,)),
        "of a project": listed(projects=(project,)),
        "of 10 projects": listed(projects=tuple(f"project-{n}" for n in range(10))),
        "failed of a project": listed(projects=(project,), states=(State.FAILED,)),
        "running": listed(states=tuple(sorted(HELD))),
        "of a day a week ago": listed(since=later(now, -7 * DAY), until=later(now, -6 * DAY)),
        "reason": listed(reasons=(Reason.EXIT,)),
        "reason (none)": listed(reasons=(Reason.TIMEOUT,)),
        "worker": listed(worker="worker-7"),
        "pool (none)": listed(pool="gpu"),
        "text": listed(text="0000007"),
        "text (none)": listed(text="nothing like it"),
    }


def pages(ops: Operations, now: Instant) -> dict[str, Read]:
    width = Duration(15 * MINUTE)
    return {
        "counts of a day": lambda: ops.store.counts(since=later(now, -DAY)),
        "tally of a day": lambda: ops.store.tally(since=later(now, -DAY), until=now, width=width),
        "today": lambda: ops.today.look(projects=None),
        "today of 3 projects": lambda: ops.today.look(projects=["project-1", "project-2", "project-3"]),
        "strip": lambda: ops.strip.look(projects=None),
        "strip of 3 projects": lambda: ops.strip.look(projects=["project-1", "project-2", "project-3"]),
        "the CLI's live view": ops.reads.overview,
    }


async def measure(name: str, read: Read, times: int) -> None:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await read()
        took.append(time.perf_counter() - began)
    print(f"{name:22} {quantiles(took)}   first {took[0] * 1e3:.1f} ms", flush=True)


async def bench(url: str, options: argparse.Namespace) -> None:
    clock = SystemClock()
    store = make_store(url, clock=clock)
    await store.open()
    try:
        ops = Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM)
        known = jobs(options.jobs)
        await ops.jobs.apply("bench", known)
        now = clock.now()
        began = time.perf_counter()
        await asyncio.to_thread(fill, url, runs(options.runs, known, since=later(now, -options.days * DAY), until=now))
        print(f"{options.runs:,} runs of {options.jobs:,} jobs in {time.perf_counter() - began:.0f} s; {size_of(url)}")
        for name, read in (listings(ops, now) | pages(ops, now)).items():
            await measure(name, read, options.times)
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--times", type=int, default=40)
    options = parser.parse_args()
    print(machine())
    collect_rarely()
    with store_url(options.store) as url:
        asyncio.run(bench(url, options))


if __name__ == "__main__":
    main()
