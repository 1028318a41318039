"""What happened, as frozen values. Logs, metrics and the live feed subscribe; nobody logs by hand.

An event's `__str__` is its log line.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import ClassVar

from tickwork.core.clock import Instant
from tickwork.core.model import Attempt, Run

log = logging.getLogger("tickwork")


@dataclass(frozen=True, slots=True)
class TelemetryEvent:
    """Base of all events."""

    level: ClassVar[int] = logging.DEBUG

    def __str__(self) -> str:
        facts = " ".join(f"{f.name}={getattr(self, f.name)}" for f in fields(self) if f.repr)
        return f"{type(self).__name__} {facts}"


@dataclass(frozen=True, slots=True)
class ServiceFailed(TelemetryEvent):
    """A service's tick raised; it is tried again after a pause."""

    level: ClassVar[int] = logging.ERROR
    service: str
    error: str
    failures: int

    def __str__(self) -> str:
        return f"{self.service} failed ({self.failures} in a row): {self.error}"


Outcomes = tuple[tuple[str, str, int], ...]
"""State, reason and how many."""


@dataclass(frozen=True, slots=True)
class RunsFired(TelemetryEvent):
    """Due occurrences became entries of the ledger."""

    runs: int
    """Born to run …"""
    gaps: int
    over: Outcomes = field(default=(), repr=False)
    """… and born as what they are for good."""
    passed: Outcomes = field(default=(), repr=False)
    """The occurrences that are gaps."""


@dataclass(frozen=True, slots=True)
class RunsOver(TelemetryEvent):
    """They ended without a worker: cancelled, missed or skipped while they waited."""

    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class RunStarted(TelemetryEvent):
    """An attempt began."""

    run: str
    job: str
    attempt: int
    late: float | None = field(default=None, compare=False)
    """Seconds since it was due, or ready; None where that is not known."""


@dataclass(frozen=True, slots=True)
class RunEnded(TelemetryEvent):
    """An attempt ended. `state` queued: it will be tried again; `reason` is then the attempt's own."""

    run: str
    job: str
    state: str
    reason: str | None
    seconds: float
    entry: Run | None = field(default=None, compare=False, repr=False)
    """The run as it was claimed, where who tells has it …"""
    tried: Attempt | None = field(default=None, compare=False, repr=False)
    claimed: Instant | None = field(default=None, compare=False, repr=False)
    """… and the attempt, and when it was claimed."""


@dataclass(frozen=True, slots=True)
class StaleWriteRefused(TelemetryEvent):
    """A worker told of a run that it does not hold any more."""

    level: ClassVar[int] = logging.WARNING
    run: str
    fence: str

    def __str__(self) -> str:
        return f"run {self.run}: a report with fence {self.fence} came too late and changed nothing"


@dataclass(frozen=True, slots=True)
class SessionSettled(TelemetryEvent):
    """A worker was not heard for its lease: its runs are tried again, or lost."""

    level: ClassVar[int] = logging.WARNING
    worker: str
    session: str
    runs: int
    over: Outcomes = field(default=(), repr=False)
    """Those of them that ended by it."""

    def __str__(self) -> str:
        return f"worker {self.worker} is gone (session {self.session}); {self.runs} of its runs were settled"


@dataclass(frozen=True, slots=True)
class WorkerUnresponsive(TelemetryEvent):
    """A worker is not heard; its runs are settled when its lease is over."""

    level: ClassVar[int] = logging.WARNING
    worker: str
    session: str

    def __str__(self) -> str:
        return f"worker {self.worker} is not heard (session {self.session})"


@dataclass(frozen=True, slots=True)
class WorkerResponsive(TelemetryEvent):
    """It is heard again, or its session has ended."""

    worker: str
    session: str


@dataclass(frozen=True, slots=True)
class PoolUnresponsive(TelemetryEvent):
    """Runs are queued in a pool, and no worker of it is heard."""

    level: ClassVar[int] = logging.WARNING
    pool: str
    since: int
    """UTC microseconds."""

    def __str__(self) -> str:
        return f"runs are queued in pool {self.pool}, and none of its workers is heard: `tickwork workers` shows who is"


@dataclass(frozen=True, slots=True)
class PoolResponsive(TelemetryEvent):
    """A worker of the pool is heard again, or nothing is queued there any more."""

    level: ClassVar[int] = logging.INFO
    pool: str

    def __str__(self) -> str:
        return f"pool {self.pool} has a worker again, or nothing to do"


@dataclass(frozen=True, slots=True)
class RequestAnswered(TelemetryEvent):
    """Over HTTP."""

    request: str
    """Its id, which the answer carries, too."""
    method: str
    route: str
    """As the routes name it, `/jobs/{job}`: what it was called with may be secret."""
    status: int
    seconds: float

    def __str__(self) -> str:
        return f"request {self.request}: {self.method} {self.route} {self.status} in {self.seconds:.3f} s"


@dataclass(frozen=True, slots=True)
class Notice(TelemetryEvent):
    """A line for the operator."""

    level: ClassVar[int] = logging.INFO
    text: str

    def __str__(self) -> str:
        return self.text


class Telemetry:
    """Hands events to subscribers, synchronously. A subscriber that raises is logged, and the others still get it."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[TelemetryEvent], None]] = []

    def subscribe(self, subscriber: Callable[[TelemetryEvent], None]) -> Callable[[], None]:
        """Returns the function that ends the subscription."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def emit(self, event: TelemetryEvent) -> None:
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception:
                log.exception("a telemetry subscriber failed")


def log_event(event: TelemetryEvent) -> None:
    """The log subscriber."""
    log.log(event.level, "%s", event)
