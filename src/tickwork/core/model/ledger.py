"""The values of the ledger: rows of a store, not documents."""

from enum import StrEnum
from typing import NewType

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import GapId, JobId, RunId, ScheduleId, SessionId
from tickwork.core.lanes import pool_of
from tickwork.core.model.pools import DEFAULT_POOL
from tickwork.core.states import Reason, State, Wait


class Origin(StrEnum):
    SCHEDULE = "schedule"
    MANUAL = "manual"
    API = "api"
    AFTER = "after"
    GRAPH = "graph"
    REPLAY = "replay"
    BACKFILL = "backfill"
    MAP = "map"
    CLEANUP = "cleanup"


PARTS = frozenset({Origin.MAP, Origin.CLEANUP})
"""Runs that belong to another run (an item of its map, the cleaning up behind it): they do not count as the job's."""


Epoch = NewType("Epoch", str)


class Fence(msgspec.Struct, frozen=True, order=True):
    """The number of a claim: strictly increasing within the store's epoch."""

    epoch: Epoch
    n: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.n}"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One executable ledger entry, as stored."""

    id: RunId
    job: JobId
    project: str
    revision: int
    """Of the job's definition that it runs."""
    origin: Origin
    state: State
    reason: Reason | None = None
    wait: Wait | None = None
    schedule: ScheduleId | None = None
    slot: Instant | None = None
    nominal: str | None = None
    lane: str = msgspec.field(default=DEFAULT_POOL, name="pool")
    """Where in its pool it is queued (core/lanes.py); kept under the name of what it mostly is."""
    priority: int = 0
    ready_at: Instant
    """From when on it may be claimed (later than now: a delayed retry)."""
    start_by: Instant | None = None
    """Not begun by then: `missed(deadline)`."""
    once: bool = False
    """Of an `at_most_once` job: never started a second time."""
    attempt: int = 0
    """Attempts begun so far; the running one included."""
    losses: int = 0
    """Claims that ended by the death of their session."""
    session: SessionId | None = None
    fence: Fence | None = None
    cancel: str | None = None
    """A cancel request for a claimed or running run: `<reason>|<who and why>`."""
    note: str | None = None
    """Facts behind state and reason in words: error line, who cancelled, what it overlapped."""
    about: RunId | None = None
    """The run this one points at: replayed, coalesced into, overlapped with."""
    group: str | None = None
    exit_code: int | None = None
    worker: str | None = None
    created: Instant
    started: Instant | None = None
    finished: Instant | None = None

    @property
    def pool(self) -> str:
        return pool_of(self.lane)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger entry for `count` consecutive occurrences that did not become runs."""

    id: GapId
    schedule: ScheduleId
    job: JobId
    project: str
    revision: int
    first: Instant
    last: Instant
    count: int
    state: State
    reason: Reason
    note: str | None = None
    created: Instant


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One ended try of a run."""

    run: RunId
    n: int
    fence: Fence
    session: SessionId
    worker: str
    started: Instant | None
    finished: Instant
    outcome: State
    """succeeded, failed, skipped, cancelled, or queued/waiting where the job itself asked to go on later."""
    reason: Reason | None = None
    exit_code: int | None = None
    error: str | None = None
