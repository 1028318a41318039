"""Moving house, and what not every store can do."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from tickwork.core.clock import MILLISECOND, Duration, Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Run
from tickwork.store.protocol.record import Record
from tickwork.store.protocol.streams import BarRow, Chunk


class Part(StrEnum):
    """What a store holds, in the order in which it is copied. The comment names the record (MessagePack of it)."""

    DOCUMENTS = "documents"  # Document, every revision
    AUDIT = "audit"  # AuditEntry
    SESSIONS = "sessions"  # Session
    RUNS = "runs"  # RunRecord
    ATTEMPTS = "attempts"  # Attempt
    GAPS = "gaps"  # Gap
    LOGS = "logs"  # LogRecord
    BARS = "bars"  # BarRecord; those of an attempt in the order in which they came up
    OUTBOX = "outbox"  # Event
    TIMETABLE = "timetable"  # ScheduleRow; its version begins anew
    PRUNED = "pruned"  # PrunedRecord


class RunRecord(Record, frozen=True, kw_only=True):
    """A run with all that stands beside it."""

    run: Run
    exclusive: bool
    params: bytes | None = None
    result: bytes | None = None
    error: str | None = None
    pins: bytes | None = None


class PrunedRecord(Record, frozen=True, kw_only=True):
    """What `pruned` says of one job."""

    job: JobId
    through: Instant


class LogRecord(Record, frozen=True, kw_only=True):
    run: RunId
    attempt: int
    chunk: Chunk


class BarRecord(Record, frozen=True, kw_only=True):
    run: RunId
    attempt: int
    row: BarRow


class Page(Record, frozen=True, kw_only=True):
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
    WAITS = "waits"
    """A `fire` that comes up to `EARLY` before its moment waits there, with all done but the commit. Without it: it is
    carried out at once, so it must not come early."""


EARLY: Final = Duration(5 * MILLISECOND)
"""All but the commit takes two or three milliseconds. It is also how long others may wait for what that has locked."""


class Loss(Record, frozen=True, kw_only=True):
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
class Dated(Protocol):
    """A store on a server with a clock of its own. Which ones are is asked by `isinstance`."""

    async def time(self) -> Instant:
        """What its clock shows."""
        ...


@runtime_checkable
class Hearing(Protocol):
    """A store that hears hints of other processes. Which ones do is asked by `isinstance`."""

    def hears(self) -> bool | None:
        """Whether it does at present; None: it need not (nobody listens, or there is no way for hints)."""
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
