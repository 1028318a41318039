"""What a worker and a server say to each other over HTTP: MessagePack of these values, one POST a message.

Both sides read this file; what one of them does not know yet it leaves alone, so neighbouring releases work together.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec

from tickwork.core.ids import SessionId
from tickwork.core.model import Fence
from tickwork.errors import NotAllowed
from tickwork.store.protocol import Claim, Session
from tickwork.worker.link import Receipt, Report

T = TypeVar("T")

PATH: Final = "/api/v1/worker"
MEDIA_TYPE: Final = "application/msgpack"
PROTOCOL: Final = 1
"""Another one is not understood at all."""
SKEW: Final = 1
"""So many minor releases may lie between the two sides."""
WORTH_IT: Final = 1400
"""Bytes from which a message is compressed: less fits one packet anyway."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a message that a worker sends; longer reports go in several."""


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    """Unknown fields are left alone: a newer side may say more."""


class Hello(_Message, frozen=True, kw_only=True):
    protocol: int = PROTOCOL
    session: Session
    said: int = 1
    """How many of the session's hellos this is: another one says anew what its worker has."""


class Welcome(_Message, frozen=True, kw_only=True):
    version: str
    """The server's."""
    lease: float
    """The session's, in seconds: a pool may have one of its own."""


class ClaimAsk(_Message, frozen=True, kw_only=True):
    session: SessionId
    free: int
    wait: float
    """Seconds."""
    knows: Sequence[Fence] | None = None
    """After an answer that got lost: the claims that the worker knows of. Those it does not know it gets again."""
    said: int = 1
    """How many hellos there were: a server that did not hear the last one, as another did, looks up what it said."""


class Claims(_Message, frozen=True, kw_only=True):
    claims: list[Claim]


class ReportAsk(_Message, frozen=True, kw_only=True):
    session: SessionId
    renew: bool
    batch: Report


class OrdersAsk(_Message, frozen=True, kw_only=True):
    """Answered when orders may be waiting, or after so many seconds."""

    session: SessionId
    wait: float


class OrdersHint(_Message, frozen=True, kw_only=True):
    waiting: bool


class Bye(_Message, frozen=True, kw_only=True):
    session: SessionId


class Done(_Message, frozen=True, kw_only=True):
    pass


Answer = Welcome | Claims | Receipt | OrdersHint | Done


def encode(message: Any) -> bytes:
    return msgspec.msgpack.encode(message)


def decode(data: bytes, kind: type[T]) -> T:
    """Raises `msgspec.DecodeError`."""
    return msgspec.msgpack.decode(data, type=kind)


def check_versions(*, worker: str, server: str, protocol: int) -> None:
    """Raises `NotAllowed` with a line that says which side to bring to which version."""
    if protocol == PROTOCOL and _near(worker, server):
        return
    raise NotAllowed(
        f"this worker is tickwork {worker}, the server {server}: they may be {SKEW} minor release apart; "
        f"bring the {'worker' if _numbers(worker) < _numbers(server) else 'server'} to the other's version"
    )


def _near(one: str, other: str) -> bool:
    (major, minor), (other_major, other_minor) = _numbers(one), _numbers(other)
    return major == other_major and abs(minor - other_minor) <= SKEW


def _numbers(version: str) -> tuple[int, int]:
    parts = [int(part) if part.isdecimal() else 0 for part in version.split(".")[:2]]
    return (parts[0], parts[1]) if len(parts) > 1 else (parts[0], 0)


def slices(batch: Report) -> list[Report]:
    """The report in the same order, in pieces whose logs and results are each not much larger than `LARGEST`."""
    if _size(batch) <= LARGEST:
        return [batch]
    pieces = [Report(starts=batch.starts)] if batch.starts else []
    for name in ("logs", "progress", "ends", "releases"):
        pieces += [msgspec.structs.replace(Report(), **{name: tuple(part)}) for part in _parts(getattr(batch, name))]
    return pieces


def _size(item: Any) -> int:
    return len(encode(item))


def _parts(items: Sequence[Any]) -> list[list[Any]]:
    parts: list[list[Any]] = []
    room = 0
    for item in items:
        size = _size(item)
        if not parts or size > room:
            parts.append([])
            room = LARGEST
        parts[-1].append(item)
        room -= size
    return parts
