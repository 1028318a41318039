"""Which runs of the ledger are looked for."""

from enum import StrEnum
from typing import Final, NamedTuple

from tickwork.core.clock import DAY, Instant
from tickwork.core.ids import JobId, RunId, ScheduleId
from tickwork.core.model import Origin
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol.record import Record

ID_SLACK: Final = DAY
"""The time that a run's id tells (core/ids.py) is at most so far from `created`; see `RunFilter`."""


LOOK: Final = 10_000


LOOK_AT_ENDED: Final = 2_000


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    ENDED = "ended"
    """What ended last comes first; what has not ended is left out."""


class RunFilter(Record, frozen=True, kw_only=True):
    """All given conditions hold. Times bound `created` (from inclusive, until exclusive).

    No condition makes a store read its whole history. `pool`, `worker` and `text` (without a job or a group `origin`
    and `schedule`, and where a store has no index of them `reasons`) are looked for in the first `LOOK` runs that the
    others lead to, and the order `ended` is that of the newest `LOOK_AT_ENDED` of them (of each state, reason and
    project, where those are given). A run whose id tells a time that is further than `ID_SLACK` from its creation may
    be left out where times bound it.
    """

    job: JobId | None = None
    projects: tuple[str, ...] | None = None
    """In one of these; none given, none found. None: in any."""
    states: tuple[State, ...] = ()
    reasons: tuple[Reason, ...] = ()
    wait: Wait | None = None
    group: str | None = None
    origin: Origin | None = None
    schedule: ScheduleId | None = None
    pool: str | None = None
    worker: str | None = None
    """That has it, or had it last."""
    text: str | None = None
    """Part of the job's id or of the note, in capital or small letters (of ASCII)."""
    since: Instant | None = None
    until: Instant | None = None
    order: Order = Order.NEWEST


class Tally(Record, frozen=True, kw_only=True):
    """How many runs of a stretch of time stand in a state."""

    at: Instant
    """The stretch's beginning."""
    state: State
    count: int


class Outdated(Record, frozen=True, kw_only=True):
    """Which ended runs are asked about: those of one project (or of one job), all in one state."""

    state: State
    project: str | None = None
    job: JobId | None = None
    before: Instant
    """That ended before then …"""
    until: RunId | None = None
    """… and whose id is lower …"""
    keep: int = 0
    """… and of whose job there are at least so many newer runs …"""
    spare: tuple[JobId, ...] = ()
    """… but none of these jobs."""


class Old(NamedTuple):
    """A run that is outdated."""

    run: RunId
    job: JobId


class Olds(Record, frozen=True, kw_only=True):
    """A portion of them."""

    runs: list[Old]
    """By id."""
    through: RunId | None
    """Up to where it was looked; None: all were looked at."""


class Crowd(Record, frozen=True, kw_only=True):
    """Jobs that have many runs, as far as was looked."""

    jobs: list[tuple[JobId, str]]
    """By id, with their projects."""
    through: JobId | None
    """Up to where it was looked; None: all were looked at."""
