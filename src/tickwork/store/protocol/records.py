"""What goes in and comes out of the verbs on definitions and on the ledger."""

from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from tickwork.core.clock import DAY, Duration, Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId
from tickwork.core.model import Actor, Attempt, Fence, Gap, Origin, Overlap, Run
from tickwork.core.states import Reason, State, Wait


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what goes in and comes out of the verbs."""


class Kind(StrEnum):
    """Kinds of definitions. Whatever kinds come later travel through the same verbs."""

    JOB = "job"
    TASK = "task"
    PROJECT = "project"
    POOL = "pool"
    CALENDAR = "calendar"
    SWITCH = "switch"
    BOARD = "board"
    RUNNER = "runner"
    MARK = "mark"
    """What a part of the house notes for itself (the boot it has handled)."""
    LINKS = "links"
    """The jobs that stand on, or come after, the job of this id (operations/wiring.py)."""
    OVERRIDE = "override"
    """What people changed about the board's job of this id (operations/overrides.py)."""
    USER = "user"
    """Bodies of users, groups, keys and secrets hold hashes and sealed values only (core/people.py)."""
    GROUP = "group"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 (a word, no secret)
    """Of a project; its id is `<project>/<name>` (operations/secrets.py)."""
    CHANNEL = "channel"
    """Where notices go (core/channels.py)."""
    CHECKIN = "checkin"
    """A URL by which the job of this name is told of (operations/checkins.py); the body holds the secret's hash."""
    NOTIFY = "notify"
    """Which channels are told of what, at a level; its id is `<scope>:<target>` (operations/notify/rules.py)."""


class Said(StrEnum):
    """Members that few bodies have, and that are looked for: an index leads to the documents that have one."""

    KEEP = "keep"


class Document(Record, frozen=True, kw_only=True):
    """One revision of one definition."""

    kind: Kind
    id: str
    revision: int
    """1, 2, 3 … within (kind, id); a deletion is a revision too, and so is a new beginning after it."""
    body: bytes | None
    """JSON; None: deleted."""
    project: str
    name: str
    owner: str
    """The board that made it, or "" for one made by a person."""
    changed: Instant
    by: Actor


class Put(Record, frozen=True, kw_only=True):
    """A change of one document. `body=None` deletes it (its revisions stay)."""

    kind: Kind
    id: str
    body: bytes | None
    project: str = ""
    name: str = ""
    owner: str = ""
    expect: int | None = None
    """The revision it must have now (0: it must not exist; None: whatever)."""


class Audited(Record, frozen=True, kw_only=True):
    """What was done to which object, where no document says it."""

    verb: str
    kind: str
    id: str
    note: str | None = None


class AuditEntry(Record, frozen=True, kw_only=True):
    """Who did what to which object. Append-only."""

    seq: int
    at: Instant
    by: Actor
    verb: str
    kind: str
    id: str
    revision: int | None
    note: str | None


class ScheduleRow(Record, frozen=True, kw_only=True):
    """A schedule's line in the timetable."""

    schedule: ScheduleId
    job: JobId
    project: str
    revision: int
    """The job's revision that decides its occurrences."""
    cursor: Instant
    """Every occurrence up to and including this instant is in the ledger."""
    due: Instant | None
    """The next occurrence; None: never again."""
    version: int
    """Goes up by one at every change of this row; what compare-and-swap compares."""
    gap: Gap | None = None
    """The schedule's newest ledger entry, where that is a gap (the scheduler may extend it)."""


class Timetable(Record, frozen=True, kw_only=True):
    """A change of the timetable that goes with a `put`. `due=None` and `remove=True` takes the row away."""

    schedule: ScheduleId
    job: JobId
    project: str
    revision: int | None
    """None: the revision that this same `put` gives the job's document."""
    cursor: Instant
    due: Instant | None
    expect: int | None
    """The row's version, after the fires of the same put (None: there is no row)."""
    remove: bool = False


class NewRun(Record, frozen=True, kw_only=True):
    """A run to be born. The store applies the overlap rule where `state` is queued (see `fire`)."""

    run: Run
    overlap: Overlap = Overlap.ALLOW
    params: bytes | None = None
    """JSON object of parameters, if any were given."""
    pins: bytes | None = None
    """JSON of `Pins`: the runs that it stands on, as far as they are known."""


class Fire(Record, frozen=True, kw_only=True):
    """What was decided about one schedule's due occurrences."""

    schedule: ScheduleId
    expect: int
    """The timetable row's version that the decision was made on."""
    cursor: Instant
    due: Instant | None
    runs: tuple[NewRun, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """In order. One with the id of the row's open gap extends it: its `last`, and `count` *added*."""


class Born(Record, frozen=True, kw_only=True):
    """What became of a `NewRun`."""

    run: RunId
    state: State
    reason: Reason | None
    existing: bool = False
    """The same run id, or the same (schedule, nominal), was in the ledger already; nothing was written."""


class DueRow(Record, frozen=True, kw_only=True):
    """A due schedule with the definition that decides it."""

    row: ScheduleRow
    body: bytes
    """The job document's JSON at `row.revision`."""


class Due(Record, frozen=True, kw_only=True):
    rows: list[DueRow]
    next_due: Instant | None
    """The earliest due instant that is later than the asked one."""
    switches: list[Document]
    """All current switches, read in the same snapshot."""
    switch_version: int


class Session(Record, frozen=True, kw_only=True):
    """One life of a worker process."""

    id: SessionId
    worker: str
    pools: tuple[str, ...]
    concurrency: int
    lease: float
    """Seconds."""
    version: str
    containment: str
    host: str
    pid: int
    labels: tuple[str, ...] = ()
    """What its worker has that not every one has."""
    tasks: tuple[str, ...] = ()
    """The tasks of apps that its worker has imported, as `module:function`."""
    opened: Instant
    seen: Instant
    beat: int = 0
    """Goes up with every renewal; the reaper watches it instead of any clock."""
    load: float | None = None
    """Of its host at the last renewal: runnable processes per processor, over a minute."""
    ended: Instant | None = None


class Queued(Record, frozen=True, kw_only=True):
    """A lane in which runs are queued."""

    lane: str
    ready_at: Instant
    """Of the run at its head; later than now: none of the same priority is ready yet."""


class Claim(Record, frozen=True, kw_only=True):
    """A run in the hands of a session, with all it takes to run it."""

    run: Run
    fence: Fence
    body: bytes
    """The job document's JSON at `run.revision`."""
    params: bytes | None = None
    pins: bytes | None = None
    results: bytes | None = None
    """JSON object: the results of pinned runs that the call's arguments ask for, by job. Stores leave it empty, the
    link fills it …"""
    secrets: bytes | None = None
    """… as it does this, a JSON object: the values of the job's secrets, by the names of their variables …"""
    token: str | None = None
    """… this: what the run shows to be taken for itself …"""
    timeout: Duration | None = None
    """… and this, for a job that has no time-out: what its pool or the server says."""


class Start(Record, frozen=True, kw_only=True):
    run: RunId
    fence: Fence
    at: Instant
    pid: int | None = None


class Finish(Record, frozen=True, kw_only=True):
    """The end of an attempt. `state` may be terminal, queued (a retry from `ready_at` on) or waiting."""

    run: RunId
    fence: Fence
    state: State
    reason: Reason | None = None
    attempt: Attempt
    ready_at: Instant | None = None
    wait: Wait | None = None
    result: bytes | None = None
    error: str | None = None
    note: str | None = None


class ClaimLost(Record, frozen=True, kw_only=True):
    """A write with a fence that no longer holds its run. Nothing was changed by it."""

    run: RunId
    fence: Fence


class Orders(Record, frozen=True, kw_only=True):
    """What a session must do now."""

    lost: bool
    """The session was settled: its claims are gone, it must kill its jobs and open a new session."""
    cancels: list[tuple[RunId, Fence, str]]
    """Claims to stop, with the `cancel` text (`<reason>|<who and why>`)."""


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


class RunDetail(Record, frozen=True, kw_only=True):
    run: Run
    params: bytes | None
    result: bytes | None
    error: str | None
    pins: bytes | None = None
