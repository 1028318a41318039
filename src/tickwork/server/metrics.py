"""What a monitor collects at /metrics: what this node has seen happen, and how the store stands now.

Names end in their unit, as Prometheus' conventions have it. No label is a job's or a run's name: a board of ten
thousand jobs must not become as many time series.
"""

from collections import Counter as Tallies
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from tickwork.core.clock import SECOND, Clock
from tickwork.core.lanes import parse_lane
from tickwork.core.states import LIVE
from tickwork.service import Service
from tickwork.store.protocol import Store
from tickwork.telemetry import (
    RunEnded,
    RunsFired,
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


class Metrics:
    """One per node. Counts from its own beginning on; what the store holds is read when somebody asks."""

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry) -> None:
        self._store = store
        self._clock = clock
        self._registry = CollectorRegistry()
        self._count_events()
        self._gauge_the_store()
        telemetry.subscribe(self._count)

    def _count_events(self) -> None:
        self._due = self._counter("due_runs", "Runs born of due moments.")
        self._gaps = self._counter("due_gaps", "Gaps written for due moments that became no runs.")
        self._started = self._counter("attempts_started", "Attempts that began.")
        self._ended = self._counter(
            "attempts_ended", "Attempts that ended, by what became of the run.", "state", "reason"
        )
        self._stale = self._counter("stale_writes_refused", "Reports of claims that were gone: they changed nothing.")
        self._settled = self._counter("sessions_settled", "Workers that died, as the reaper found.")
        self._failures = self._counter("service_failures", "Ticks of background services that failed.", "service")
        late, took = (
            "From the due moment (or from being ready) to the start of a run.",
            "From an attempt's start to its end.",
        )
        self._late = Histogram("tickwork_lateness_seconds", late, buckets=_LATENESS, registry=self._registry)
        self._took = Histogram("tickwork_attempt_duration_seconds", took, buckets=_DURATIONS, registry=self._registry)

    def _gauge_the_store(self) -> None:
        self._ticks = self._gauge("service_ticks", "Ticks of background services.", "service")
        self._runs = self._gauge("runs", "Runs that are not over, by state.", "state")
        self._queues = self._gauge(
            "queue_head_age_seconds", "For how long the first queued run of a pool has been ready.", "pool"
        )
        self._workers = self._gauge("workers", "Workers with a session, by pool.", "pool")
        self._seats = self._gauge("seats", "Runs that these workers can do at a time, by pool.", "pool")

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"tickwork_{name}", words, labels, registry=self._registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"tickwork_{name}", words, labels, registry=self._registry)

    async def text(self, services: list[Service]) -> bytes:
        """Everything, in Prometheus' text format."""
        for service in services:
            self._ticks.labels(service=service.name).set(service.ticks)
        await self._read()
        return generate_latest(self._registry)

    async def _read(self) -> None:
        now = self._clock.now()
        counts = await self._store.counts(since=now)  # what is alive; what has ended was counted when it did
        for state in sorted(LIVE):
            self._runs.labels(state=state).set(counts[state])
        ages: dict[str, float] = {}
        for queue in await self._store.queues():
            pool = parse_lane(queue.lane).pool
            ages[pool] = max(ages.get(pool, 0.0), (now - queue.ready_at) / SECOND)
        sessions = await self._store.sessions()
        workers = Tallies(pool for session in sessions for pool in session.pools)
        for gauge in (self._queues, self._workers, self._seats):
            gauge.clear()
        for pool, age in ages.items():
            self._queues.labels(pool=pool).set(age)
        for pool, number in workers.items():
            self._workers.labels(pool=pool).set(number)
            seats = sum(session.concurrency for session in sessions if pool in session.pools)
            self._seats.labels(pool=pool).set(seats)

    def _count(self, event: TelemetryEvent) -> None:
        match event:
            case RunsFired(runs=runs, gaps=gaps):
                self._due.inc(runs)
                self._gaps.inc(gaps)
            case RunStarted(late=late):
                self._started.inc()
                if late is not None:
                    self._late.observe(max(late, 0.0))
            case RunEnded(state=state, reason=reason, seconds=seconds):
                self._ended.labels(state=state, reason=reason or "").inc()
                self._took.observe(seconds)
            case StaleWriteRefused():
                self._stale.inc()
            case SessionSettled():
                self._settled.inc()
            case ServiceFailed(service=service):
                self._failures.labels(service=service).inc()
            case _:
                pass
