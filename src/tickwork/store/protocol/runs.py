"""Runs that are born, and what becomes of them without a worker."""

from enum import StrEnum

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Overlap, Run
from tickwork.core.states import Reason, State
from tickwork.store.protocol.record import Record


class NewRun(Record, frozen=True, kw_only=True):
    """A run to be born. The store applies the overlap rule where `state` is queued (see `fire`)."""

    run: Run
    overlap: Overlap = Overlap.ALLOW
    params: bytes | None = None
    """JSON object of parameters, if any were given."""
    pins: bytes | None = None
    """JSON of `Pins`: the runs that it stands on, as far as they are known."""


class Born(Record, frozen=True, kw_only=True):
    """What became of a `NewRun`."""

    run: RunId
    state: State
    reason: Reason | None
    existing: bool = False
    """The same run id, or the same (schedule, nominal), was in the ledger already; nothing was written."""


class CancelOutcome(StrEnum):
    DONE = "done"
    """It had not begun and is cancelled."""
    ORDERED = "ordered"
    """It is claimed or running; its session gets the order."""
    OVER = "over"
    """It had ended already."""
    UNKNOWN = "unknown"


class Unblock(Record, frozen=True, kw_only=True):
    """What becomes of a run that waited for others."""

    run: RunId
    state: State
    """queued, or the end: succeeded (with `result`), failed(upstream), skipped(upstream, up_to_date, overlap),
    missed(no_worker, deadline)."""
    reason: Reason | None = None
    note: str | None = None
    """None: the run keeps the one it has."""
    pins: bytes | None = None
    """JSON of `Pins`; None: the run keeps those it has."""
    result: bytes | None = None
    overlap: Overlap = Overlap.ALLOW
    """The rule for a run that would be queued: that of its birth, which a waiting run escaped."""
    asked: bool = False
    """Somebody wants this run: it is not skipped for another one; it waits (see `enqueue`)."""


class Event(Record, frozen=True, kw_only=True):
    """A completion in the outbox."""

    seq: int
    run: RunId
    job: JobId
    state: State
    at: Instant


class RunDetail(Record, frozen=True, kw_only=True):
    run: Run
    params: bytes | None
    result: bytes | None
    error: str | None
    pins: bytes | None = None
