"""Frames on a stream socket, and the passing of sockets between processes: the one home of `socket` in a worker.

    agent ──SPAWN | CHILD, CALL, STOP, RETIRE──► supervisor ──CALL, RETIRE──► warm child
    agent ◄──EVENT, RESTING─────────────────── supervisor ◄──BEGAN, OVER, …── warm child

A frame is a length, a kind and a MessagePack body. Nothing here ever waits for the other side except a warm
child's own `recv` and `send`.
"""

import array
import socket
from collections.abc import Iterator
from contextlib import suppress
from enum import IntEnum
from struct import Struct

import msgspec

from tickwork.core.codec import pack
from tickwork.core.ids import RunId
from tickwork.store.protocol import Stream
from tickwork.worker.processes import Stop

READ_SIZE = 1 << 18
_HEADER = Struct("=IB")
Socket = socket.socket


class Kind(IntEnum):
    """What a frame's body is."""

    SPAWN = 1  # SpawnSpec
    CHILD = 2  # ChildSpec
    CALL = 3  # CallSpec
    STOP = 4  # StopOrder
    RETIRE = 5  # nothing
    EVENT = 6  # any ProcessEvent
    BEGAN = 7  # Began
    OVER = 8  # Over
    RECORD = 9  # JSON of a log record
    RETIRING = 10  # nothing: the child ends on its own account, between two calls
    LOADING = 11  # Began, of a call whose module must be imported first
    FRAMES = 12  # JSON of the frames of the exception that ends the call
    PROGRESS = 13  # Bar
    SAID = 14  # Said: by a child that makes several calls at a time, in place of RECORD, FRAMES and PROGRESS
    END = 15  # a run's id: the call is to end, the child goes on
    READY = 17  # Ready: the first thing that a launcher says
    IMPORTED = 19  # Imported: the last thing that a launcher says
    SHARED = 16  # when a supervisor is asked for: of a child that makes several calls at a time
    RESTING = 18  # nothing: the program is over with all that came of it, and there may be another


class StopOrder(msgspec.Struct, frozen=True, kw_only=True):
    why: Stop
    grace: float | None = None
    run: RunId | None = None
    """Only if this run is current there or still to come."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What one of several calls has to say."""

    run: RunId
    stream: Stream | None
    """None: `data` is a packed `Bar`."""
    data: bytes


def frame(kind: Kind, body: bytes = b"") -> bytes:
    return _HEADER.pack(len(body), kind) + body


def message(kind: Kind, value: msgspec.Struct) -> bytes:
    return frame(kind, pack(value))


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected stream sockets that never block."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.settimeout(0)
    return ours, theirs


def send_socket(through: socket.socket, passed: socket.socket, kind: Kind) -> None:
    """Hand over a socket, saying what for. Raises `BlockingIOError` where `through` is full, `OSError` where nobody
    is left."""
    rights = array.array("i", [passed.fileno()])
    through.sendmsg([bytes([kind])], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def say(through: socket.socket, frames: bytes) -> None:
    """All of it, however long the other side takes; nothing where there is none any more."""
    through.settimeout(None)
    with suppress(OSError):
        through.sendall(frames)
    through.settimeout(0)


def receive_socket(through: socket.socket) -> tuple[socket.socket, Kind] | None:
    """The next socket that was handed over; None at the end of the stream."""
    try:
        data, fds, _flags, _address = socket.recv_fds(through, 1, 1)
    except ConnectionError:
        return None
    if not data:
        return None
    passed = socket.socket(fileno=fds[0])
    passed.set_inheritable(False)  # recv_fds ignores its flags, and every job would inherit it
    passed.settimeout(0)
    return passed, Kind(data[0])


class Inbox:
    """Bytes in, whole frames out."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The frames that are complete now, as (kind, body)."""
        held = self._held
        held += data
        at, end, header = 0, len(held), _HEADER.size
        try:
            while end - at >= header:
                length, kind = _HEADER.unpack_from(held, at)
                stop = at + header + length
                if stop > end:
                    break
                body = bytes(held[at + header : stop])
                at = stop
                yield kind, body
        finally:
            del held[:at]


def receive(source: socket.socket) -> bytes | None:
    """What has arrived: None if nothing has, empty at the end of the stream (a reset is an end, too)."""
    try:
        return source.recv(READ_SIZE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def stop_reading(source: socket.socket) -> None:
    """Whoever waits to receive from it sees its end."""
    source.shutdown(socket.SHUT_RD)


class Outbox:
    """Sends without waiting; keeps what the other side does not take yet, drops all once it is gone."""

    def __init__(self, target: socket.socket) -> None:
        self._target = target
        self._held = bytearray()
        self.broken = False

    @property
    def pending(self) -> int:
        """Bytes that wait for the other side to read."""
        return len(self._held)

    def put(self, data: bytes) -> None:
        """Add to what is sent by the next `flush`."""
        if not self.broken:
            self._held += data

    def flush(self) -> None:
        """Send what is held, as far as the other side takes it."""
        if not self._held:
            return
        try:
            sent = self._target.send(self._held)
        except BlockingIOError:
            return
        except OSError:
            self.give_up()
        else:
            del self._held[:sent]

    def give_up(self) -> None:
        """There is nobody to send to any more."""
        self.broken = True
        self._held.clear()
