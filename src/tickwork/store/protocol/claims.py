"""Sessions of workers, and what these have in hand."""

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import RunId, SessionId
from tickwork.core.model import Attempt, Fence, Run
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol.record import Record


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
