"""The seam between a worker's agent (asyncio, talks to the ledger) and its processes.

    agent ── Processes ──► launcher (small process, exec'ed) ──► one supervisor per job process (own session)

Everything above this file never forks; everything below it never talks to a store. Values cross as
MessagePack frames.

The lease crosses as a page of shared memory (a memfd that every supervisor inherits): the agent writes the
two deadlines, each supervisor reads them whenever it wakes. So a frozen or dead agent extends nothing, and
renewing costs one write however many jobs run.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.containment import Containment
from tickwork.core.ids import RunId
from tickwork.core.lease import Deadlines
from tickwork.core.model import Mode, Outcome, Resources
from tickwork.core.progress import Bar
from tickwork.store.protocol import Chunk


class Stop(StrEnum):
    """Why a job was stopped from outside. All take the same path: TERM, grace, KILL of the whole tree."""

    TIMEOUT = "timeout"
    CANCEL = "cancel"
    WORKER_STOP = "worker_stop"
    LEASE = "lease"
    AGENT_GONE = "agent_gone"
    LIMIT = "limit"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A system user, looked up."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]
    """All that the user is in, `gid` among them."""
    home: str

    @property
    def env(self) -> dict[str, str]:
        """What cron tells a job of its user."""
        return {"HOME": self.home, "USER": self.name, "LOGNAME": self.name}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """As whom a job's processes work, and how much they may use."""

    resources: Resources = Resources()
    nice: int | None = None
    umask: int | None = None
    account: Account | None = None
    """None: the worker's own."""


class SpawnSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is a program of its own."""

    run: RunId
    argv: tuple[str, ...]
    env: dict[str, str]
    """The whole environment, already built: nothing is inherited."""
    cwd: str
    stdin: bytes = b""
    script: bytes | None = None
    """Written to a file in a fresh 0700 folder (removed afterwards); its path replaces `{script}` in argv."""
    timeout: float | None = None
    """Seconds from the start of the process."""
    grace: float = 10.0
    max_log_bytes: int = 819_200
    mask: tuple[bytes, ...] = ()
    """What is taken out of its log, longest first (core/masking.py)."""
    terms: Terms = Terms()


class Preload(msgspec.Struct, frozen=True, kw_only=True):
    """What the launcher imports before it forks anything: children are then born with the app."""

    modules: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    """The apps that these modules make up, by the names under which their jobs are known."""
    paths: tuple[str, ...] = ()
    """Put in front of `sys.path`."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a `Preload`."""

    tasks: tuple[str, ...] = ()
    """All that is decorated in what was imported, as `module:function`."""
    broken: dict[str, str] = {}
    """What is wrong with the modules that could not be."""


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A warm Python child that makes calls: one at a time in mode `process`, up to `slots` otherwise."""

    mode: Mode = Mode.PROCESS
    slots: int = 1
    cwd: str | None = None
    """Where it works, for all its calls (mode `process`: each call says it)."""
    env: dict[str, str]
    path: tuple[str, ...] = ()
    """Put in front of `sys.path`."""
    max_calls: int = 10_000
    """It ends by itself after so many calls, and is then replaced …"""
    max_growth_mb: int = 256
    """… or when it has grown by so much since its first call ended."""
    terms: Terms = Terms()
    """Of all its calls; the processor time is counted for each of them."""


class CallSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One call in a warm child."""

    run: RunId
    target: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    env: dict[str, str]
    """The run's own variables (`TICKWORK_*` and the job's `env`): set for the call, taken back after it; where calls
    share a process they are only to be had from `current_run`."""
    cwd: str | None = None
    timeout: float | None = None
    grace: float = 10.0
    max_log_bytes: int = 819_200
    mask: tuple[bytes, ...] = ()
    """What is taken out of its log, longest first (core/masking.py)."""
    key: bytes | None = None
    """It opted in to pickled results: what signs and proves them."""
    plain: bytes | None = None
    """Its arguments as JSON, where MessagePack has no form for them (whole numbers of more than 64 bits)."""


# --- what comes back ----------------------------------------------------------------------------------


class Began(msgspec.Struct, frozen=True, kw_only=True, tag="began"):
    """The job's process exists (spawn), or the call begins (child)."""

    run: RunId
    at: Instant
    pid: int


class Logged(msgspec.Struct, frozen=True, kw_only=True, tag="logged"):
    """New log of a run, already capped: see `LogWrite` for `chunks` and `drop`."""

    run: RunId
    chunks: tuple[Chunk, ...]
    drop: tuple[int, int] | None = None


class Progressed(msgspec.Struct, frozen=True, kw_only=True, tag="progressed"):
    """Bars of a run that have moved."""

    run: RunId
    at: Instant
    bars: tuple[Bar, ...]


class Over(msgspec.Struct, frozen=True, kw_only=True, tag="over"):
    """The run's attempt is over; always its last event, all its log came before it."""

    run: RunId
    at: Instant
    outcome: Outcome
    """A stop by CANCEL is `cancelled(user)` here; WORKER_STOP, LEASE and AGENT_GONE are `failed(lost)`; TIMEOUT
    is `failed(timeout)`, LIMIT `failed(resource)`; a job that could not be started is `failed(launch)` and had no
    `Began`."""
    stop: Stop | None = None
    survivors: tuple[int, ...] = ()
    """Pids of the run's tree that could not be killed, or that live on after a normal end (a daemon it left)."""
    suspect: bool = False
    """It was lost in a process that crashed with several calls in it: that may have been its doing."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a launcher found out about its machine."""

    containment: Containment
    """The rung in force."""
    refused: dict[Containment, str]
    """Why those that were tried before it do not work here. It is among them itself where it was demanded."""
    keepers: dict[str, str] = {}
    """By the name of a limit that may be kept in several ways: what keeps it here."""


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="gone"):
    """A warm child ended. Calls that were sent to it and have no `Over` never began: send them elsewhere."""

    expected: bool
    """It was recycled or stopped (not a crash: the call a crash was in has got its `Over` before this)."""
    why: str = ""
    """What kept it from being made at all."""


ProcessEvent = Began | Logged | Progressed | Over | Gone


class Supervised(Protocol):
    """A handle on one supervisor."""

    def stop(self, why: Stop, *, grace: float | None = None) -> None:
        """Ask for the end of what runs there now. `grace` overrides the job's own, in seconds (0: KILL at once)."""
        ...


class Child(Supervised, Protocol):
    def stop(self, why: Stop, *, grace: float | None = None, run: RunId | None = None) -> None:
        """As above; with `run` only if that call is the one being made, or as soon as it is: a stop that comes too
        late must not hit the next call."""
        ...

    def call(self, calls: Sequence[CallSpec]) -> None:
        """Queue calls; they are begun in order, as there are slots."""
        ...

    def retire(self) -> None:
        """End after the calls that were sent."""
        ...


class Processes(Protocol):
    """What the agent needs of the machine."""

    containment: str
    """The rung of the ladder in force, once it is open."""

    async def open(self) -> None:
        """Start the launcher. Raises `InvalidSetting` where a rung was demanded that does not work here."""
        ...

    async def close(self) -> None:
        """End the launcher; supervisors end with their jobs."""
        ...

    def listen(self, imported: Callable[[Imported], None]) -> None:
        """Call it on the loop each time that the app was imported, or was found to be broken."""
        ...

    def reload(self) -> None:
        """From now on children are forked with the app as it is now."""
        ...

    async def spawn(self, spec: SpawnSpec, on_event: Callable[[ProcessEvent], None]) -> Supervised:
        """Start a program. `on_event` is called on the loop: Began, Logged*, Over (or just Over)."""
        ...

    async def child(self, spec: ChildSpec, on_event: Callable[[ProcessEvent], None]) -> Child:
        """Fork a warm child. `on_event`: for each call Began, Logged*, Over; at last Gone."""
        ...

    def renew(self, deadlines: Deadlines) -> None:
        """Write the lease page."""
        ...
