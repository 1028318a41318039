"""Logs, progress, wake hints and announcements."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Fence
from tickwork.core.progress import Bar
from tickwork.store.protocol.claims import ClaimLost
from tickwork.store.protocol.record import Record


class Stream(StrEnum):
    STDOUT = "stdout"
    STDERR = "stderr"
    RECORD = "record"
    """A log record as JSON: `{"level","logger","message","exception"?}`, the level first; a chunk of its own."""
    FRAMES = "frames"
    """The frames of the exception that ended the attempt, outermost first, as JSON:
    `[{"file","line","function","locals":{"name":"repr"}}]`. Part of what is known of an attempt, not what it said."""
    SYSTEM = "system"
    """Tickwork's own words (the marker for what was left out, the kill)."""


class Level(StrEnum):
    """Levels of log records that are kept for a time of their own."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class Chunk(Record, frozen=True, kw_only=True):
    seq: int
    """Counts within (run, attempt), from 0; strictly increasing, holes allowed."""
    at: Instant
    stream: Stream
    data: bytes


class LogWrite(Record, frozen=True, kw_only=True):
    """Log of one attempt. Chunks replace earlier ones of the same seq (the marker grows)."""

    run: RunId
    attempt: int
    fence: Fence
    chunks: tuple[Chunk, ...]
    drop: tuple[int, int] | None = None
    """Delete stored chunks with first ≤ seq < second: the ring has moved on."""


class ProgressWrite(Record, frozen=True, kw_only=True):
    """Bars of one attempt that have moved; each replaces the earlier one of its group."""

    run: RunId
    attempt: int
    fence: Fence
    at: Instant
    bars: tuple[Bar, ...]


class BarRow(Record, frozen=True, kw_only=True):
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


LONGEST_ANNOUNCEMENT = 4096
"""Bytes of one announcement: what every store can carry as one message."""


class Streams(Protocol):
    """Logs, wake hints and announcements."""

    async def append_log(self, writes: Sequence[LogWrite]) -> list[ClaimLost]:
        """Fenced like every write of a claim, but also accepted for the fence and attempt that the run ended
        with (the last lines may come after the end)."""
        ...

    async def read_log(
        self, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000
    ) -> list[Chunk]:
        """Chunks of an attempt (default: the newest that has any) with seq > `after`, in order."""
        ...

    async def trim_log(self, runs: Sequence[RunId], *, before: Mapping[Level, Instant]) -> int:
        """Delete the log records of these runs, whatever their state, that were written before the instant of their
        level. Records of other levels stay, and everything else that is in their logs. Returns how many went."""
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

    def announce(self, payloads: Sequence[bytes]) -> None:
        """Tell these to whoever follows, in this process and in all others on the same data. Each is at least one and
        at most `LONGEST_ANNOUNCEMENT` bytes.

        A hint with content, beside all transactions: returns at once, never raises; one may be lost, or come twice.
        Those of one store object come in their order."""
        ...

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        """Call `hear` (on the event loop that called `follow`) with each payload that is announced from now on, by this
        or any other process. An empty one: some may have been missed. Returns the function that ends it."""
        ...
