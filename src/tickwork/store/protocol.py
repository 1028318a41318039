"""The contract of a store: three small protocols, each verb one atomic transition, in batches.

`tests/conformance` holds every store to the docstrings here. Conventions:

* A verb either happened as a whole or not at all, and is durable when it returns.
* Times come from the caller (`at`), never from the database.
* Verbs that take a fence change nothing for a claim that is gone; they return `ClaimLost` for it and
  carry out the rest of the batch.
* `StoreUnavailable` means: nothing is known to have happened, the same call may be made again. Every
  writing verb is idempotent by key for that reason (ids come from the caller).
* After its commit a verb wakes the listeners of the topics named in its docstring. Wakes are hints.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId
from tickwork.core.model import Actor, Attempt, Fence, Gap, Origin, Overlap, Run
from tickwork.core.progress import Bar
from tickwork.core.states import Reason, State, Wait


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    pass


# --- documents --------------------------------------------------------------------------------------------


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


class Document(_Record, frozen=True, kw_only=True):
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


class Put(_Record, frozen=True, kw_only=True):
    """A change of one document. `body=None` deletes it (its revisions stay)."""

    kind: Kind
    id: str
    body: bytes | None
    project: str = ""
    name: str = ""
    owner: str = ""
    expect: int | None = None
    """The revision it must have now (0: it must not exist; None: whatever)."""


class AuditEntry(_Record, frozen=True, kw_only=True):
    """Who did what to which object. Append-only."""

    seq: int
    at: Instant
    by: Actor
    verb: str
    kind: str
    id: str
    revision: int | None
    note: str | None


class ScheduleRow(_Record, frozen=True, kw_only=True):
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


class Timetable(_Record, frozen=True, kw_only=True):
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


class Documents(Protocol):
    """Definitions, people, audit."""

    async def put(
        self,
        puts: Sequence[Put],
        *,
        by: Actor,
        at: Instant,
        verb: str = "put",
        note: str | None = None,
        timetable: Sequence[Timetable] = (),
        fires: "Sequence[Fire]" = (),
    ) -> list[int]:
        """Write documents, their timetable rows and one audit entry per document in one transaction.

        `fires` (decided occurrences up to `at` under the old revision) are applied first. A put whose body,
        name, project and owner equal the current revision writes nothing and returns that revision.
        Returns the new revisions in the order of `puts`. Raises `Conflict` (nothing written) if an
        expected revision or version does not hold. Wakes `schedule`.
        """
        ...

    async def get(self, kind: Kind, id: str, revision: int | None = None) -> Document | None:
        """The current (or the given) revision; None if there is none or the current one is a deletion."""
        ...

    async def get_many(self, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
        """The current revisions of those that exist."""
        ...

    async def find(
        self,
        kind: Kind,
        *,
        project: str | None = None,
        name: str | None = None,
        owner: str | None = None,
        after: str | None = None,
        deleted: bool = False,
        limit: int = 1000,
    ) -> list[Document]:
        """Current documents in the order of their ids, from behind `after` on; exact matches.

        With `deleted` also those whose current revision is a deletion (`body` None).
        """
        ...

    async def revisions(self, kind: Kind, id: str) -> list[Document]:
        """All revisions, oldest first, deletions included."""
        ...

    async def audit(
        self, *, kind: str | None = None, id: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        """Newest first; `before`: only entries with a smaller seq."""
        ...


# --- the ledger ---------------------------------------------------------------------------------------


class NewRun(_Record, frozen=True, kw_only=True):
    """A run to be born. The store applies the overlap rule where `state` is queued (see `fire`)."""

    run: Run
    overlap: Overlap = Overlap.ALLOW
    params: bytes | None = None
    """JSON object of parameters, if any were given."""
    pins: bytes | None = None
    """JSON of `Pins`: the runs that it stands on, as far as they are known."""


class Fire(_Record, frozen=True, kw_only=True):
    """What was decided about one schedule's due occurrences."""

    schedule: ScheduleId
    expect: int
    """The timetable row's version that the decision was made on."""
    cursor: Instant
    due: Instant | None
    runs: tuple[NewRun, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """In order. One with the id of the row's open gap extends it: its `last`, and `count` *added*."""


class Born(_Record, frozen=True, kw_only=True):
    """What became of a `NewRun`."""

    run: RunId
    state: State
    reason: Reason | None
    existing: bool = False
    """The same run id, or the same (schedule, nominal), was in the ledger already; nothing was written."""


class DueRow(_Record, frozen=True, kw_only=True):
    """A due schedule with the definition that decides it."""

    row: ScheduleRow
    body: bytes
    """The job document's JSON at `row.revision`."""


class Due(_Record, frozen=True, kw_only=True):
    rows: list[DueRow]
    next_due: Instant | None
    """The earliest due instant that is later than the asked one."""
    switches: list[Document]
    """All current switches, read in the same snapshot."""
    switch_version: int


class Session(_Record, frozen=True, kw_only=True):
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
    opened: Instant
    seen: Instant
    beat: int = 0
    """Goes up with every renewal; the reaper watches it instead of any clock."""
    ended: Instant | None = None


class Claim(_Record, frozen=True, kw_only=True):
    """A run in the hands of a session, with all it takes to run it."""

    run: Run
    fence: Fence
    body: bytes
    """The job document's JSON at `run.revision`."""
    params: bytes | None = None
    pins: bytes | None = None
    results: bytes | None = None
    """JSON object: the results of pinned runs that the call's arguments ask for, by job. Stores leave it empty, the
    link fills it."""


class Start(_Record, frozen=True, kw_only=True):
    run: RunId
    fence: Fence
    at: Instant
    pid: int | None = None


class Finish(_Record, frozen=True, kw_only=True):
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


class ClaimLost(_Record, frozen=True, kw_only=True):
    """A write with a fence that no longer holds its run. Nothing was changed by it."""

    run: RunId
    fence: Fence


class Orders(_Record, frozen=True, kw_only=True):
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


class Unblock(_Record, frozen=True, kw_only=True):
    """What becomes of a run that waited for others."""

    run: RunId
    state: State
    """queued, or the end: succeeded (with `result`), failed(upstream), skipped(upstream, up_to_date)."""
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


class Event(_Record, frozen=True, kw_only=True):
    """A completion in the outbox."""

    seq: int
    run: RunId
    job: JobId
    state: State
    at: Instant


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"


class RunFilter(_Record, frozen=True, kw_only=True):
    """All given conditions hold. Times bound `created` (from inclusive, until exclusive)."""

    job: JobId | None = None
    project: str | None = None
    states: tuple[State, ...] = ()
    wait: Wait | None = None
    group: str | None = None
    origin: Origin | None = None
    schedule: ScheduleId | None = None
    since: Instant | None = None
    until: Instant | None = None
    order: Order = Order.NEWEST


class RunDetail(_Record, frozen=True, kw_only=True):
    run: Run
    params: bytes | None
    result: bytes | None
    error: str | None
    pins: bytes | None = None


class Ledger(Protocol):
    """Timetable, runs, gaps, claims."""

    # -- timetable --

    async def due(self, at: Instant, *, limit: int) -> Due:
        """The schedules whose `due` ≤ `at`, earliest first, at most `limit`, in one consistent snapshot."""
        ...

    async def fire(
        self, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
    ) -> list[list[Born] | None]:
        """Move cursors and write their runs and gaps, all in one transaction.

        For each fire: the born runs, or None where the row's version was not the expected one (another
        scheduler was faster, or the schedule was edited): nothing of that fire is written. If
        `switch_version` is given and is not the current one, nothing at all is written and all are None.

        Overlap, for a run born `queued`, against the job's runs that are waiting (for `overlap`), queued,
        claimed or running, whatever their origin (but for `cleanup`, which does not run the job):
        `allow`: queued. `skip`: an earlier one → `skipped(overlap)` with `about` it. `queue`: an earlier one →
        `waiting` (wait `overlap`); if one is waiting so already → `skipped(overlap)`. `replace`: earlier
        ones that have not begun → `cancelled(replaced)`, held ones get a cancel order `replaced|…`; if any
        was held the new run waits (wait `overlap`), else it is queued.
        Runs whose job does not allow overlap can never be queued/claimed/running two at a time: an index
        makes sure. Terminal born runs write no outbox event. Wakes `queued`, `orders`, and `outbox` for a run that is
        born waiting for others (wait `upstream`): whoever follows completions finds out whether it still has to.
        """
        ...

    async def timetable(self, jobs: Sequence[JobId]) -> list[ScheduleRow]:
        """All rows of these jobs, by schedule id."""
        ...

    async def upcoming(self, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
        """The rows with the earliest `due`, earliest first."""
        ...

    # -- runs --

    async def enqueue(
        self, runs: Sequence[NewRun], *, at: Instant, by: Actor | None = None, verb: str = "run"
    ) -> list[Born]:
        """Bear runs outside any schedule (manual, api, …), overlap as in `fire` except that a run which would
        be `skipped(overlap)` waits (wait `overlap`) instead: a person asked for it.
        One audit entry per run when `by` is given. Wakes `queued`, and `outbox` as `fire`.

        Raises `NotFound` (nothing written) for a run whose job has no document of its revision."""
        ...

    async def open_session(self, session: Session) -> None: ...

    async def close_session(self, session: SessionId, *, at: Instant) -> None:
        """Mark it ended. Claims it still holds go back as `release` would put them; if it holds a running one, which
        cannot go back, it stays open for the reaper to settle."""
        ...

    async def claim(self, session: SessionId, *, pools: Sequence[str], n: int, at: Instant) -> list[Claim]:
        """Give the session up to `n` queued runs of its pools with `ready_at` ≤ `at`: higher priority first, then
        earlier `ready_at`, then id. Each gets a new fence, greater than every fence given before.
        A session that is unknown or ended gets nothing."""
        ...

    async def start(self, starts: Sequence[Start]) -> list[ClaimLost]:
        """claimed → running; `attempt` goes up by one, `started` is set. Repeating it for a run that runs
        under the same fence changes nothing and is no error."""
        ...

    async def finish(self, finishes: Sequence[Finish]) -> list[ClaimLost]:
        """running (or claimed, for failed(launch), cancelled, missed and queued) → `state`; the attempt is kept, the
        claim ends; a terminal state sets `finished` and writes the outbox, in the same transaction.
        A run with a cancel request does not go on: where `state` is queued or waiting, it ends `cancelled` instead.
        Repeating it after it happened answers `ClaimLost`… except for the very same fence and attempt,
        which is no error (the acknowledgement was lost). Wakes `outbox`, and `queued` for a retry."""
        ...

    async def release(self, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
        """claimed → queued, as if never claimed (attempt and losses unchanged); with a cancel request →
        cancelled. Wakes `queued`, `outbox`."""
        ...

    async def beat(self, session: SessionId, *, at: Instant) -> Orders:
        """Renew the lease of all the session's claims (its beat goes up) and get its orders."""
        ...

    async def cancel(
        self, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
    ) -> list[CancelOutcome]:
        """waiting/queued → cancelled(reason); claimed/running: set the `cancel` request (first one stays).
        One audit entry per run when `by` is given. Wakes `orders`, `outbox`."""
        ...

    async def sessions(self, *, ended_since: Instant | None = None) -> list[Session]:
        """Sessions that have not ended (and those that ended since), oldest first."""
        ...

    async def settle(
        self, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
    ) -> list[Run] | None:
        """End a dead session if its beat is still `beat` (None: it is not, or it has ended; nothing changed).

        Its claimed runs → queued with `losses + 1`; its running ones get an attempt `failed(lost)` with `note`
        and go → queued with `losses + 1`. A run with a cancel request ends `cancelled` with that reason.
        Runs that reach `max_losses`, and running ones of an `at_most_once` job
        (`run.once`), end `failed(lost)` and write the outbox. Returns the runs as they are now.
        Wakes `queued`, `outbox`."""
        ...

    async def promote(self, *, at: Instant) -> Instant | None:
        """Let waiting runs go on: (overlap) those whose job has no queued, claimed or running run any more,
        oldest first, one per job; (deferred) those with `ready_at` ≤ `at` → queued. Queued runs that never
        began and are past their start deadline → `missed(deadline)`. Returns the next instant at which a queued
        run becomes ready or a waiting one is due, None if there is none. Wakes `queued`, `outbox`."""
        ...

    async def unblock(self, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
        """Let runs that wait for others (wait `upstream`) go on or end, each as its item says, in one transaction.

        For a run that would be queued the overlap rule is applied as in `fire`, or with `asked` as in `enqueue`: it may
        be `waiting` (wait `overlap`) or `skipped(overlap)` instead. A terminal state sets `finished` and writes the
        outbox. Returns each run's state now; None where the run did not wait so (any more): nothing was changed.
        Wakes `queued`, `orders`, `outbox`."""
        ...

    async def outbox(self, *, limit: int) -> list[Event]:
        """Completions that have not been consumed, oldest first."""
        ...

    async def consume(self, seqs: Sequence[int]) -> None:
        """Take these events out of the outbox (those already gone are no error)."""
        ...

    # -- reading --

    async def run(self, id: RunId) -> RunDetail | None: ...

    async def resolve(self, prefix: str, *, limit: int = 2) -> list[RunId]:
        """Ids of runs that begin with the prefix."""
        ...

    async def runs(self, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
        """In the order of `where.order` by id (ids sort by creation), from behind `after` on."""
        ...

    async def latest(
        self, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()
    ) -> dict[JobId, list[Run]]:
        """The newest `n` runs of each job (only those in one of `states`, if any are given), newest first. Runs
        that are parts of another (`PARTS`) are left out."""
        ...

    async def gaps(
        self,
        *,
        job: JobId | None = None,
        schedule: ScheduleId | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        limit: int = 1000,
    ) -> list[Gap]:
        """Gaps that touch [since, until), by first slot."""
        ...

    async def attempts(self, run: RunId) -> list[Attempt]:
        """Ended attempts, oldest first."""
        ...

    async def counts(self, *, project: str | None = None) -> dict[State, int]:
        """How many runs stand in each live state, and how many ended in each terminal state and are kept."""
        ...

    async def prune(self, *, before: Instant, keep: int, limit: int, spare: Sequence[JobId] = ()) -> int:
        """Delete up to `limit` ended runs (with inputs, results, attempts, logs) and gaps that ended before
        `before`, but never the newest `keep` runs of a job, nor one with an event in the outbox, nor a run of a job in
        `spare`.
        Returns how many entries went; 0: nothing (more) to do."""
        ...

    async def forget(self, runs: Sequence[RunId]) -> int:
        """Delete these runs as `prune` would, those of them that have ended and have no event in the outbox. Returns
        how many went."""
        ...

    async def pruned(self, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
        """For each job of which `prune` deleted something: the latest slot (of a run without one: its
        creation) that went. Up to there the job's history may have holes."""
        ...


# --- streams ------------------------------------------------------------------------------------------


class Stream(StrEnum):
    STDOUT = "stdout"
    STDERR = "stderr"
    RECORD = "record"
    """A log record as JSON: `{"level","logger","message","exception"?}`."""
    FRAMES = "frames"
    """The frames of the exception that ended the attempt, outermost first, as JSON:
    `[{"file","line","function","locals":{"name":"repr"}}]`. Part of what is known of an attempt, not what it said."""
    SYSTEM = "system"
    """Tickwork's own words (the marker for what was left out, the kill)."""


class Chunk(_Record, frozen=True, kw_only=True):
    seq: int
    """Counts within (run, attempt), from 0; strictly increasing, holes allowed."""
    at: Instant
    stream: Stream
    data: bytes


class LogWrite(_Record, frozen=True, kw_only=True):
    """Log of one attempt. Chunks replace earlier ones of the same seq (the marker grows)."""

    run: RunId
    attempt: int
    fence: Fence
    chunks: tuple[Chunk, ...]
    drop: tuple[int, int] | None = None
    """Delete stored chunks with first ≤ seq < second: the ring has moved on."""


class ProgressWrite(_Record, frozen=True, kw_only=True):
    """Bars of one attempt that have moved; each replaces the earlier one of its group."""

    run: RunId
    attempt: int
    fence: Fence
    at: Instant
    bars: tuple[Bar, ...]


class BarRow(_Record, frozen=True, kw_only=True):
    """A bar as it is kept."""

    bar: Bar
    began: Instant
    """When it was written first …"""
    at: Instant
    """… and last."""


class Topic(StrEnum):
    """What a wake hints at."""

    SCHEDULE = "schedule"
    QUEUED = "queued"
    ORDERS = "orders"
    OUTBOX = "outbox"


class Streams(Protocol):
    """Logs and wake hints."""

    async def append_log(self, writes: Sequence[LogWrite]) -> list[ClaimLost]:
        """Fenced like every write of a claim, but also accepted for the fence and attempt that the run ended
        with (the last lines may come after the end)."""
        ...

    async def read_log(
        self, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000
    ) -> list[Chunk]:
        """Chunks of an attempt (default: the newest that has any) with seq > `after`, in order."""
        ...

    async def progress(self, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
        """Write bars; fenced as `append_log`. The bars of an attempt are kept as long as its run."""
        ...

    async def read_progress(self, run: RunId, *, attempt: int | None = None) -> list[BarRow]:
        """The bars of an attempt (default: the newest that has any), in the order in which they came up."""
        ...

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        """Call `wake` (on the event loop that called `listen`) whenever one of the topics is hinted, by this
        or any other process. Returns the function that ends it."""
        ...

    def notify(self, *topics: Topic) -> None:
        """Hint."""
        ...


# --- moving house ---------------------------------------------------------------------------------------


class Part(StrEnum):
    """What a store holds, in the order in which it is copied. The comment names the record (MessagePack of it)."""

    DOCUMENTS = "documents"  # Document, every revision
    AUDIT = "audit"  # AuditEntry
    SESSIONS = "sessions"  # Session
    RUNS = "runs"  # RunRecord
    ATTEMPTS = "attempts"  # Attempt
    GAPS = "gaps"  # Gap
    LOGS = "logs"  # LogRecord
    OUTBOX = "outbox"  # Event
    TIMETABLE = "timetable"  # ScheduleRow; its version begins anew
    PRUNED = "pruned"  # PrunedRecord


class RunRecord(_Record, frozen=True, kw_only=True):
    """A run with all that stands beside it."""

    run: Run
    exclusive: bool
    params: bytes | None = None
    result: bytes | None = None
    error: str | None = None
    pins: bytes | None = None


class PrunedRecord(_Record, frozen=True, kw_only=True):
    """What `pruned` says of one job."""

    job: JobId
    through: Instant


class LogRecord(_Record, frozen=True, kw_only=True):
    run: RunId
    attempt: int
    chunk: Chunk


class Page(_Record, frozen=True, kw_only=True):
    records: list[bytes]
    after: str | None
    """Where the next page begins; None: this was the last."""


class Snapshot(Protocol):
    """One moment of a store, to be read part by part."""

    async def page(self, part: Part, *, after: str | None = None, limit: int = 1000) -> Page:
        """Records of a part, each exactly once, in an order of the store's own that is stable while it is read."""
        ...


class Capability(StrEnum):
    """What not every store can do. Asked by name; nobody asks which store it is."""

    SNAPSHOT = "snapshot"
    """`snapshot` is one moment even while others write. Without it: whoever copies must see to it that nobody does."""
    MANY_SERVERS = "many_servers"
    """Several servers may work on it at once."""
    DURABLE = "durable"
    """What a verb has returned survives a crash of the store itself. Without it: the last second may be lost."""


class Loss(_Record, frozen=True, kw_only=True):
    """What a store may forget, or has forgotten, of what a verb has returned."""

    told: str
    mend: str
    """What a person can do about it."""


@runtime_checkable
class Losing(Protocol):
    """A store that can lose something. Which ones are is asked by `isinstance`."""

    async def losses(self) -> list[Loss]:
        """What a crash of it may take along as it is set up now; then what it did lose, oldest first."""
        ...


@runtime_checkable
class PlainClients(Protocol):
    """A store on whose jobs also clients work that know nothing of Tickwork."""

    async def publish_commands(self) -> dict[str, str]:
        """Let them find their commands; returns what each is called by, by its name. From then on every `open`
        keeps them up to date."""
        ...


class Transfer(Protocol):
    """The generic path for copies and backups: whatever kinds come later travel by it too."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]: ...

    async def load(self, part: Part, records: Sequence[bytes]) -> int:
        """Write records as they are into a store that nobody works on (ids, revisions, seqs kept); those that are
        there already are left alone, so that a copy can be resumed. Returns how many were new."""
        ...

    async def renew_epoch(self) -> None:
        """Begin a new fence epoch: no claim of before can write any more. After a load or a restore."""
        ...


class Store(Documents, Ledger, Streams, Transfer, Protocol):
    """A whole store."""

    url: str
    capabilities: frozenset[Capability]

    async def open(self) -> None:
        """Connect and migrate. Raises the errors of `StoreError`."""
        ...

    async def close(self) -> None: ...

    async def serve(self) -> Callable[[], None] | None:
        """Take the one seat of a server, where the store has one (SQLite): returns its release, or None if
        another server sits there. Stores for many servers always answer with a release."""
        ...
