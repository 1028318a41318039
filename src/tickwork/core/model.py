"""The frozen values that everything passes around. The glossary is DESIGN §2.

Definitions (`Job` and its parts) are stored as JSON documents; ledger values (`Run`, `Gap`, `Attempt`)
are rows. Times are `Instant` (UTC microseconds), lengths `Duration` (microseconds).
"""

from enum import StrEnum
from typing import Any, NewType

import msgspec

from tickwork.core.clock import MINUTE, Duration, Instant
from tickwork.core.dependencies import After, Map, Need
from tickwork.core.ids import DEFAULT_PROJECT, GapId, JobId, RunId, ScheduleId, SessionId
from tickwork.core.lanes import Limit, pool_of
from tickwork.core.parameters import Signature
from tickwork.core.retention import Retention
from tickwork.core.rules import Rule
from tickwork.core.states import Reason, State, Wait
from tickwork.core.timing.schedule import Schedule

DEFAULT_POOL = "default"
LATE_AFTER = MINUTE


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of definitions: immutable, strict, defaults left out of the stored JSON."""


# --- what can be run -----------------------------------------------------------------------------------


class Shell(_Value, frozen=True, kw_only=True, tag="shell", tag_field="runner"):
    """A command line, run by `/bin/sh -c`."""

    command: str
    stdin: str | None = None


class Script(_Value, frozen=True, kw_only=True, tag="script", tag_field="runner"):
    """A script's text, run by its `#!` line (default `sh`)."""

    text: str
    stdin: str | None = None


class Console(_Value, frozen=True, kw_only=True, tag="console", tag_field="runner"):
    """Prints the payload into the run's log."""

    payload: str


class Command(_Value, frozen=True, kw_only=True, tag="command", tag_field="runner"):
    """A registered program that gets the run's metadata as JSON on stdin, or the payload as one quoted
    argument where its command line says `{payload}`."""

    program: str
    payload: str = ""


class Mode(StrEnum):
    """How a Python callable is called."""

    PROCESS = "process"
    """In a child that makes one call at a time: it can be killed, and a crash costs only its own run."""
    THREAD = "thread"
    """In a child that makes several calls at a time, each in a thread."""
    ASYNC = "async"
    """In a child that makes many calls at a time on one event loop."""


class Call(_Value, frozen=True, kw_only=True, tag="python", tag_field="runner"):
    """A Python callable `module:function`, with JSON arguments."""

    target: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    path: str | None = None
    """A folder put in front of `sys.path` (the board's own, so that its neighbours can be imported)."""
    mode: Mode = Mode.PROCESS
    signature: Signature | None = None
    """What it takes, where that is known (None: it is found out when the call is made)."""
    pickle: bool = False
    """What it returns is kept pickled and signed; such results of others are unpickled for it."""
    app: str | None = None
    """The app that it is part of: only workers that were started with that have it."""


class Http(_Value, frozen=True, kw_only=True, tag="http", tag_field="runner"):
    """A request over HTTP; its response is the result."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str | None = None
    expect: tuple[int, ...] = ()
    """The statuses that are a success (empty: 200 … 299)."""


class Elsewhere(_Value, frozen=True, kw_only=True, tag="elsewhere", tag_field="runner"):
    """Something that nobody of ours starts (it stands in somebody's own crontab), and that tells of its runs itself."""

    where: str
    """In words: for people."""
    within: Duration = Duration(600_000_000)
    """A due moment is missed if nobody has told of it so long after it."""


Task = Shell | Script | Console | Command | Call | Http | Elsewhere


# --- policies -------------------------------------------------------------------------------------------


class Backoff(StrEnum):
    FIXED = "fixed"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"


class Retry(_Value, frozen=True, kw_only=True):
    """When a failed attempt is tried again."""

    count: int = 0
    """Retries after the first attempt."""
    delay: Duration = Duration(1_000_000)
    backoff: Backoff = Backoff.FIXED
    cap: Duration = Duration(3_600_000_000)
    jitter: float = 0.0
    """0 … 1: each delay is multiplied by a random number between 1 - jitter and 1 + jitter."""
    on_exit: tuple[int, ...] = ()
    """Only these exit codes (empty: every failure)."""
    on_exception: tuple[str, ...] = ()
    """Only these exception classes, by `Name` or `module.Name`, subclasses included (empty: every failure)."""


class Overlap(StrEnum):
    """What a due occurrence does while an earlier run of the job is not over."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"
    REPLACE = "replace"


class Delivery(StrEnum):
    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


class Everywhere(StrEnum):
    """On how many workers an occurrence runs, where that is no number."""

    ALL = "all"


class Quorum(StrEnum):
    """How many runs of a group must succeed so that it does, where that is no number."""

    ALL = "all"
    ANY = "any"


class Resources(_Value, frozen=True, kw_only=True):
    """What a run may use at most (None: as much as the worker's own limits allow). One that uses more ends
    `failed(resource)` where that can be known."""

    memory: int | None = None
    """Bytes: of the whole run where a memory controller keeps it, else of each process (address space)."""
    cpu: Duration | None = None
    """Processor time of each process, rounded up to seconds."""
    files: int | None = None
    """Open files of each process."""
    processes: int | None = None
    """Of the run at a time, threads included where the kernel counts them."""


class SecretUse(_Value, frozen=True, kw_only=True):
    """A secret of the job's project, and the variable that its runs find it in."""

    name: str
    env: str


class Job(_Value, frozen=True, kw_only=True):
    """A task with arguments, schedules and policies, in a project."""

    id: JobId
    name: str
    task: Task
    project: str = DEFAULT_PROJECT
    of: str | None = None
    """The task of the catalogue that it was made from."""
    description: str = ""
    tags: tuple[str, ...] = ()
    """Words by which people find it (core/tags.py)."""
    schedules: tuple[Schedule, ...] = ()
    enabled: bool = True
    env: dict[str, str] = {}
    secrets: tuple[SecretUse, ...] = ()
    """Given to its runs as environment variables, and taken out of all that they write."""
    cwd: str | None = None
    user: str | None = None
    """The system user it must run as; a worker that may not become that user refuses with `failed(launch)`."""
    resources: Resources = Resources()
    nice: int | None = None
    """-20 (first) … 19 (last); None: as nice as the worker."""
    umask: int | None = None
    """Permission bits that its files never get; None: the worker's own."""
    timeout: Duration | None = None
    grace: Duration = Duration(10_000_000)
    """Between TERM and KILL."""
    retry: Retry = Retry()
    overlap: Overlap = Overlap.SKIP
    delivery: Delivery = Delivery.AT_LEAST_ONCE
    pool: str = DEFAULT_POOL
    labels: tuple[str, ...] = ()
    """What a worker must have to run it."""
    on: int | Everywhere = 1
    """On how many workers of the pool it runs at once, each occurrence as one group."""
    success: int | Quorum = Quorum.ALL
    """How many runs of a group that it makes must succeed."""
    priority: int = 0
    """Higher goes first."""
    max_running: int | None = None
    """So many runs of it at a time, over all workers."""
    shares: tuple[Limit, ...] = ()
    """Keys whose room its runs share with those of other jobs; `{name}` in a key is a parameter, `{job}`, `{project}`
    or `{pool}`."""
    disable_after_failures: int | None = None
    """So many failed runs in a row switch the job off."""
    mailto: str | None = None
    """Addresses that are mailed about trouble, separated by commas; "": none."""
    notify: tuple[Rule, ...] = ()
    """Who else is told of what; rules of its task, pool, project and the instance are added up."""
    late_after: Duration | None = None
    """A run that is ready and not begun is late after this (None: after `LATE_AFTER`)."""
    too_long: Duration | None = None
    """A run takes too long after this (None: by what those that succeeded took)."""
    max_log_bytes: int = 819_200
    keep: Retention = Retention()
    """How long its ended runs are kept; what it leaves open, its project and the instance say."""
    needs: tuple[Need, ...] = ()
    after: tuple[After, ...] = ()
    """All of their conditions must hold (fan-in)."""
    map: Map | None = None
    cleanup: str | None = None
    """`module:function`, called with what is known of a run before that run is deleted."""
    protected: bool = False
    """It is started by hand only by who says that it is meant (`armed`)."""


def task_of(job: Job, origin: "Origin") -> Task:
    """What a run of `job` runs: the job's task, or the cleaning up behind another run of it."""
    if origin is not Origin.CLEANUP or job.cleanup is None:
        return job.task
    if isinstance(job.task, Call):
        return Call(target=job.cleanup, path=job.task.path, pickle=job.task.pickle)
    return Call(target=job.cleanup, path=job.cwd)


class Pool(_Value, frozen=True, kw_only=True):
    """Workers that jobs name together. One that nobody has described is there all the same."""

    name: str
    description: str = ""
    lease: float | None = None
    """Seconds without a sign of life after which the runs of its workers are settled (None: as the worker says)."""
    max_running: int | None = None
    """So many runs at a time, over all its workers."""
    job_timeout: float | None = None
    """Seconds after which a run is stopped whose job has no time-out of its own (None: as the server is set)."""
    projects: tuple[str, ...] = ()
    """Whose jobs may use it (empty: all)."""


# --- who -------------------------------------------------------------------------------------------------


class Actor(_Value, frozen=True, kw_only=True):
    """Who changed something. `kind`: person, board, system, worker; `name`: user@host, file, part."""

    kind: str
    name: str


SYSTEM = Actor(kind="system", name="tickwork")


class Scope(StrEnum):
    """What a switch turns off, widest first. Off for a pool or a worker: runs stay queued; off for the others:
    occurrences are `skipped(paused)`."""

    INSTANCE = "instance"
    PROJECT = "project"
    TASK = "task"
    JOB = "job"
    POOL = "pool"
    WORKER = "worker"


class Switch(_Value, frozen=True, kw_only=True):
    """Off for a scope. Its document id is `<scope>:<target>` (`job:backup`, `project:etl`, `instance:`)."""

    scope: Scope
    target: str
    by: Actor
    since: Instant
    why: str = ""
    until: Instant | None = None


# --- the ledger ------------------------------------------------------------------------------------------


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


# --- what an attempt ended with -----------------------------------------------------------------------


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attempt, as the worker saw it; `decide` turns it into the run's next state."""

    state: State
    """succeeded, failed, skipped, cancelled, waiting (deferred) or queued (released before the job began)."""
    reason: Reason | None = None
    exit_code: int | None = None
    error: str | None = None
    """One line or a traceback."""
    exception: tuple[str, ...] = ()
    """Class names of the exception and its bases, outermost first: `builtins.ValueError`, …"""
    result: bytes | None = None
    """JSON."""
    retry_after: Duration | None = None
    """The job's own wish (`raise Retry(after=…)`)."""
    remark: str | None = None
    """A fact beside all that, in words: which processes live on."""
