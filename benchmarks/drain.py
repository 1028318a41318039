"""How fast one worker drains no-op Python runs, tracked from claim to result.

    python benchmarks/drain.py [--runs 20000] [--store FILE] [--workers 4] [--mode process]

The runs are queued first; the clock runs from the worker's start (its launcher and children included) until the
last run has ended in the ledger. Each keeps its start, end, attempt and result.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import psutil

from tickwork.core.clock import SystemClock
from tickwork.core.codec import to_json
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Call, Job, Mode, Origin, Overlap, Run
from tickwork.core.states import State
from tickwork.store.protocol import Kind, NewRun, Put
from tickwork.store.sqlite import SqliteStore
from tickwork.telemetry import RunEnded, Telemetry
from tickwork.worker.agent import Agent
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.store_link import StoreLink

TARGETS = {Mode.PROCESS: "noops:neg", Mode.THREAD: "noops:neg", Mode.ASYNC: "noops:neg_later"}
BATCH = 1000


def job(mode: Mode) -> Job:
    task = Call(target=TARGETS[mode], args=(1,), path=str(Path(__file__).parent.absolute()), mode=mode)
    return Job(id=JobId("noop"), name="noop", task=task, overlap=Overlap.ALLOW)


async def main(*, runs: int, file: Path, workers: int, mode: Mode) -> None:
    clock, telemetry = SystemClock(), Telemetry()
    ids = Ids(clock=clock)
    store = SqliteStore.from_url(f"sqlite:///{file}", clock=clock, ids=ids)
    await store.open()
    began = time.perf_counter()
    await enqueue(store, job(mode), ids=ids, clock=clock, runs=runs)
    print(f"queued   {runs:>9,} runs in {time.perf_counter() - began:.2f} s")
    done = Countdown(runs)
    telemetry.subscribe(done)
    agent = Agent(
        link=StoreLink(store=store, clock=clock, ids=ids, telemetry=telemetry),
        processes=LocalProcesses(clock=clock),
        clock=clock,
        ids=ids,
        telemetry=telemetry,
        name="bench",
        pools=("default",),
        concurrency=workers,
        lease=15.0,
        grace=5.0,
    )
    began = time.perf_counter()
    worker = asyncio.create_task(agent.run())
    await done.reached.wait()
    took = time.perf_counter() - began
    cpu, memory = tree_use()
    agent.stop()
    await worker
    counts = await store.counts()
    await store.close()
    assert counts.get(State.SUCCEEDED) == runs, counts
    print(f"drained  {runs:>9,} runs in {took:.2f} s: {runs / took:,.0f} runs/s on {workers} seats, mode {mode}")
    print(f"used     {cpu:>9.2f} s of CPU in the whole process tree: {cpu / runs * 1e6:.0f} µs a run")
    print(f"memory   {memory / 2**20:>9.0f} MiB")


async def enqueue(store: SqliteStore, noop: Job, *, ids: Ids, clock: SystemClock, runs: int) -> None:
    body = to_json(noop)
    [revision] = await store.put(
        [Put(kind=Kind.JOB, id=noop.id, body=body, project=noop.project, name=noop.name)],
        by=SYSTEM,
        at=clock.now(),
    )
    for first in range(0, runs, BATCH):
        now = clock.now()
        news = [
            NewRun(
                run=Run(
                    id=ids.run(),
                    job=noop.id,
                    project=noop.project,
                    revision=revision,
                    origin=Origin.API,
                    state=State.QUEUED,
                    ready_at=now,
                    created=now,
                )
            )
            for _ in range(min(BATCH, runs - first))
        ]
        await store.enqueue(news, at=now)


class Countdown:
    """Counts the ends that telemetry tells."""

    def __init__(self, runs: int) -> None:
        self.left = runs
        self.reached = asyncio.Event()

    def __call__(self, event: object) -> None:
        if isinstance(event, RunEnded):
            self.left -= 1
            if self.left == 0:
                self.reached.set()


def tree_use() -> tuple[float, int]:
    """Seconds of CPU (the queueing included) and bytes of memory (PSS)."""
    own = psutil.Process()
    tree = (own, *own.children(recursive=True))
    times = [process.cpu_times() for process in tree]
    return sum(t.user + t.system for t in times), sum(process.memory_full_info().pss for process in tree)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--store", type=Path, help="default: a file in a new temporary folder")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.PROCESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.store or Path(folder) / "drain.db"
        asyncio.run(main(runs=options.runs, file=file, workers=options.workers, mode=options.mode))
