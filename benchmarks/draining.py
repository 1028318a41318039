"""Runs queued, then drained by one worker."""

import asyncio
import time
from dataclasses import dataclass

import noop
from measuring import cpu_of, pss_of, tree

from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.ids import Ids
from tickwork.core.model import Job
from tickwork.core.states import State
from tickwork.node import collect_rarely, make_store
from tickwork.store.protocol import Store
from tickwork.telemetry import RunEnded, Telemetry
from tickwork.worker.agent import Agent
from tickwork.worker.identity import Identity
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.store_link import StoreLink

BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Rates are runs per second."""

    enqueued: float
    rate: float
    cpu: float
    """Seconds of CPU a run, of the whole process tree."""
    memory: float
    """Megabytes of the whole tree at the end."""

    def __str__(self) -> str:
        rates = f"{self.rate:>7,.0f}/s, enqueued {self.enqueued:>7,.0f}/s"
        return f"{rates}, {self.cpu * 1e6:.0f} µs CPU, {self.memory:.0f} MB"


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


async def drained(url: str, *, job: Job, runs: int, seats: int, containment: Containment = Containment.AUTO) -> Drained:
    """The clock runs from the worker's start until the last run has ended in the ledger."""
    clock, telemetry = SystemClock(), Telemetry()
    ids = Ids(clock=clock)
    store = make_store(url, clock=clock)
    await store.open()
    began = time.perf_counter()
    await enqueue(store, job=job, ids=ids, clock=clock, runs=runs)
    enqueued = runs / (time.perf_counter() - began)
    done = Countdown(runs)
    telemetry.subscribe(done)
    agent = Agent(
        link=StoreLink(store=store, clock=clock, ids=ids, telemetry=telemetry),
        processes=LocalProcesses(clock=clock, containment=containment),
        clock=clock,
        ids=ids,
        telemetry=telemetry,
        identity=Identity(name="bench", pools=("default",), seats=seats, lease=15.0),
        grace=5.0,
    )
    collect_rarely()
    before, began = cpu_of(tree()), time.perf_counter()
    worker = asyncio.create_task(agent.run())
    await done.reached.wait()
    rate = runs / (time.perf_counter() - began)
    processes = tree()
    cpu, memory = cpu_of(processes) - before, pss_of(processes)
    agent.stop()
    await worker
    counts = await store.counts()
    await store.close()
    assert counts[State.SUCCEEDED] == sum(counts.values()) == runs, counts
    return Drained(enqueued=enqueued, rate=rate, cpu=cpu / runs, memory=memory)


async def enqueue(store: Store, *, job: Job, ids: Ids, clock: SystemClock, runs: int) -> None:
    revision = await noop.define(store, job, at=clock.now())
    for first in range(0, runs, BATCH):
        now = clock.now()
        news = [noop.queued(job, ids, revision=revision, at=now) for _ in range(min(BATCH, runs - first))]
        await store.enqueue(news, at=now)
