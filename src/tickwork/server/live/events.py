"""What clients are told: JSON objects that are told apart by `event`."""

from dataclasses import dataclass

import msgspec

from tickwork.core.codec import to_json
from tickwork.operations.views import ProgressView, RunView, WorkerView
from tickwork.server.live.subscription import Subscription


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Base of all of them."""


class RunChanged(LiveEvent, frozen=True, kw_only=True, tag="run"):
    """A run as it is now. Several changes within a moment are one."""

    run: RunView


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a log, as it was written: it may hold several lines, or end within one."""

    seq: int
    at: str
    stream: str
    text: str
    level: str | None = None
    """Of a log record."""


class LogGrew(LiveEvent, frozen=True, kw_only=True, tag="log"):
    """More of a run's log."""

    run: str
    attempt: int
    lines: tuple[Line, ...]


class LogSkipped(LiveEvent, frozen=True, kw_only=True, tag="skipped"):
    """This client read too slowly: so many lines of the log (null: nobody counted) were not sent. They are stored."""

    run: str
    attempt: int
    lines: int | None


class LogEnded(LiveEvent, frozen=True, kw_only=True, tag="end"):
    """The run is over, and so is its log."""

    run: str


class ProgressMade(LiveEvent, frozen=True, kw_only=True, tag="progress"):
    """How far a run is, as a tree of bars."""

    run: str
    progress: ProgressView


class WorkerChanged(LiveEvent, frozen=True, kw_only=True, tag="worker"):
    """A worker came, changed, or is `gone`."""

    worker: WorkerView
    gone: bool


class DefinitionChanged(LiveEvent, frozen=True, kw_only=True, tag="definition"):
    """A job, a switch or another object was made, changed or deleted."""

    kind: str
    id: str


class Resync(LiveEvent, frozen=True, kw_only=True, tag="resync"):
    """Something was missed: what is shown must be fetched again. Subscriptions stay."""

    why: str


class Subscribed(LiveEvent, frozen=True, kw_only=True, tag="subscribed"):
    """So many subscriptions there are now, after so many of the client's messages; what is there at this moment was
    sent before this, or follows."""

    count: int
    messages: int


class Refused(LiveEvent, frozen=True, kw_only=True, tag="refused"):
    """A subscription, or a whole message of the client's, that is not served."""

    subscription: Subscription | None
    why: str


class Ping(LiveEvent, frozen=True, kw_only=True, tag="ping"):
    """The line is alive."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it is sent, made once for all who get it."""

    text: str
    size: int


def encoded(event: LiveEvent) -> Message:
    data = to_json(event)
    return Message(data.decode(), len(data))


PING = encoded(Ping())
