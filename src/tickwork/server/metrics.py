"""What a monitor collects at /metrics: what this node has seen happen, and how the store stands now.

Names end in their unit, as Prometheus' conventions have it. No label is a job's or a run's name: a board of ten
thousand jobs must not become as many time series.
"""

import asyncio
from collections import Counter as Tallies
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    Summary,
    generate_latest,
)

from tickwork.core.clock import SECOND, Clock
from tickwork.core.lanes import pool_of
from tickwork.core.states import LIVE, TERMINAL
from tickwork.errors import StoreUnavailable
from tickwork.server.readings import Readings
from tickwork.service import Service
from tickwork.store.protocol import Store
from tickwork.telemetry import (
    Outcomes,
    RequestAnswered,
    RunEnded,
    RunsFired,
    RunsOver,
    RunStarted,
    ServiceFailed,
    SessionSettled,
    StaleWriteRefused,
    Telemetry,
    TelemetryEvent,
)

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_LATENESS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
_DURATIONS: Final = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
_PATIENCE: Final = 5.0
"""Seconds that a store may take to say how it stands: a monitor waits ten."""


class Metrics:
    """One per node. Counts from its own beginning on; what the store holds is read when somebody asks."""

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, services: Sequence[Service] = ()) -> None:
        """`services`: those of the node, whichever they are when somebody asks."""
        self._store = store
        self._clock = clock
        self._registry = CollectorRegistry()
        self.readings = Readings(services=services, store=store, clock=clock)
        self._registry.register(self.readings)
        ProcessCollector(registry=self._registry)
        self._count_the_ledger()
        self._count_the_server()
        self._gauge_the_store()
        telemetry.subscribe(self._count)

    def _count_the_ledger(self) -> None:
        self._due = self._counter("due_runs", "Runs created for due moments.")
        self._gaps = self._counter("due_gaps", "Gaps recorded for due moments that did not become runs.")
        self._passed = self._counter("gap_occurrences", "Due moments recorded in gaps.", "state", "reason")
        self._finished = self._counter("runs_finished", "Runs that ended.", "state", "reason")
        self._started = self._counter("attempts_started", "Attempts that began.")
        self._ended = self._counter(
            "attempts_ended", "Attempts that ended, by what became of the run.", "state", "reason"
        )
        self._lost = self._counter("claims_lost", "Claims that were lost because their worker died.")
        self._stale = self._counter("stale_writes_refused", "Reports that were refused, as their claim was gone.")
        self._settled = self._counter("sessions_settled", "Sessions of workers that were found dead.")
        late, took = (
            "From the due moment (or from being ready) to the start of a run.",
            "From an attempt's start to its end.",
        )
        self._late = Histogram("tickwork_lateness_seconds", late, buckets=_LATENESS, registry=self._registry)
        self._took = Histogram("tickwork_attempt_duration_seconds", took, buckets=_DURATIONS, registry=self._registry)

    def _count_the_server(self) -> None:
        self._failures = self._counter("service_failures", "Ticks of background services that failed.", "service")
        self._requests = self._counter("http_requests", "Requests that were answered.", "method", "route", "status")
        self._answers = Summary(
            "tickwork_http_request_seconds",
            "How long requests took; those of workers include waiting for work.",
            ["route"],
            registry=self._registry,
        )
        self._gauge("build_info", "Which server this is.", "version", "store").labels(
            version=version("tickwork"), store=self._store.url.partition(":")[0]
        ).set(1)

    def _gauge_the_store(self) -> None:
        self._up = self._gauge("store_up", "1 if the store answered; if not, the gauges below keep their last values.")
        self._runs = self._gauge("runs", "Runs that have not ended, by state.", "state")
        self._depths = self._gauge("queue_depth", "Runs that are queued, by pool.", "pool")
        self._heads = self._gauge(
            "queue_head_age_seconds", "How long the first queued run of a pool has been ready.", "pool"
        )
        self._workers = self._gauge("workers", "Workers with a session, by pool.", "pool")
        self._seats = self._gauge("seats", "Runs that these workers can do at a time, by pool.", "pool")

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"tickwork_{name}", words, labels, registry=self._registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"tickwork_{name}", words, labels, registry=self._registry)

    async def text(self) -> bytes:
        """Everything, in Prometheus' text format. A store that is away is a number, too."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._read()
            self._up.set(1)
        except (StoreUnavailable, TimeoutError):
            self._up.set(0)
        return generate_latest(self._registry)

    async def _read(self) -> None:
        now = self._clock.now()
        counts = await self._store.counts(since=now)  # what is alive; what has ended was counted when it did
        depths = await self._store.depths()
        queues = await self._store.queues()
        sessions = await self._store.sessions()
        for state in sorted(LIVE):
            self._runs.labels(state=state).set(counts[state])
        ages: dict[str, float] = {}
        for queue in queues:
            pool = pool_of(queue.lane)
            ages[pool] = max(ages.get(pool, 0.0), (now - queue.ready_at) / SECOND)
        queued, workers, seats = Tallies[str](), Tallies[str](), Tallies[str]()
        for lane, count in depths.items():
            queued[pool_of(lane)] += count
        for session in sessions:
            workers.update(session.pools)
            seats.update(dict.fromkeys(session.pools, session.concurrency))
        for gauge, found in (
            (self._depths, queued),
            (self._heads, ages),
            (self._workers, workers),
            (self._seats, seats),
        ):
            gauge.clear()
            for pool, number in found.items():
                gauge.labels(pool=pool).set(number)

    def _count(self, event: TelemetryEvent) -> None:
        match event:
            case RunsFired(runs=runs, gaps=gaps, over=over, passed=passed):
                self._due.inc(runs)
                self._gaps.inc(gaps)
                _add(self._finished, over)
                _add(self._passed, passed)
            case RunStarted(late=late):
                self._started.inc()
                if late is not None:
                    self._late.observe(max(late, 0.0))
            case RunEnded(state=state, reason=reason, seconds=seconds):
                self._ended.labels(state=state, reason=reason or "").inc()
                self._took.observe(seconds)
                if state in TERMINAL:
                    self._finished.labels(state=state, reason=reason or "").inc()
            case RunsOver(outcomes=outcomes):
                _add(self._finished, outcomes)
            case _:
                self._count_rarer(event)

    def _count_rarer(self, event: TelemetryEvent) -> None:
        match event:
            case StaleWriteRefused():
                self._stale.inc()
            case SessionSettled(runs=runs, over=over):
                self._settled.inc()
                self._lost.inc(runs)
                _add(self._finished, over)
            case ServiceFailed(service=service):
                self._failures.labels(service=service).inc()
            case RequestAnswered(method=method, route=route, status=status, seconds=seconds):
                self._requests.labels(method=method, route=route, status=status).inc()
                self._answers.labels(route=route).observe(seconds)
            case _:
                pass


def _add(counter: Counter, outcomes: Outcomes) -> None:
    for state, reason, count in outcomes:
        counter.labels(state=state, reason=reason).inc(count)
