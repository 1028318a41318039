"""What a warm child says, on its way to its supervisor: log records as frames, everything else through pipes."""

import fcntl
import logging
import os
import sys
import termios
import threading
import traceback
from contextlib import suppress
from struct import Struct
from time import sleep
from typing import TextIO

from tickwork.app.encoding import written
from tickwork.core.clock import Clock
from tickwork.core.codec import to_json
from tickwork.worker.process.channel import Kind, Socket, frame

_INT = Struct("i")
_ZERO = bytes(_INT.size)
DRAIN = 0.25
"""Seconds that a call waits at its end until its output has been read."""

MAX_TEXT = 16_384
"""Characters of one record's message."""


class Voice:
    """The child's side of the stream to its supervisor. Threads of a job may log: one sends at a time."""

    def __init__(self, *, link: Socket) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._ours = os.getpid()

    @property
    def ours(self) -> bool:
        """False in a process that the job forked (multiprocessing): it must not write into our stream."""
        return os.getpid() == self._ours

    def send(self, frames: bytes) -> None:
        with self._lock:
            self._link.sendall(frames)


class RecordHandler(logging.Handler):
    """Sends records as JSON: `{"level", "logger", "message", "exception"?}`."""

    def __init__(self, *, voice: Voice) -> None:
        super().__init__()
        self._voice = voice

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(record_of(record))
        except Exception:  # noqa: BLE001 (logging's own contract: a bad record never fails the job)
            self.handleError(record)

    def _send(self, said: dict[str, str]) -> None:
        if self._voice.ours:
            self._voice.send(frame(Kind.RECORD, to_json(said)))
        else:
            sys.stderr.write(f"{said['level']} {said['logger']}: {said['message']}\n")


def record_of(record: logging.LogRecord) -> dict[str, str]:
    said = {"level": record.levelname, "logger": record.name, "message": _short(record.getMessage())}
    if record.exc_info and record.exc_info[0] is not None:
        said["exception"] = _short("".join(traceback.format_exception(*record.exc_info)))
    return said


def _short(text: str) -> str:
    text = written(text)
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} [… {len(text) - MAX_TEXT} characters left out]"


def capture_logging(handler: logging.Handler) -> None:
    """From INFO on; a job may change the level of any logger."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)


class Streams:
    """The child's own stdout and stderr: printed lines leave at once, whatever characters are in them."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._out, self._err = line_by_line(1), line_by_line(2)
        self._install()

    def settle(self) -> None:
        """Flush, and wait until the supervisor has read all that was printed.

        It reads our frames before our pipes, so what it reads after the next call's `Began` belongs to that call: a
        call must not end before its own output was read. The wait is bounded, because a process that the job left
        behind may print for ever into the same pipes.
        """
        self._install()  # a job may have replaced them
        for stream in (self._out, self._err):
            with suppress(OSError, ValueError):  # closed by the job
                stream.flush()
        if not _unread():
            return
        until, pause = self._clock.monotonic() + DRAIN, 0.0001
        while _unread() and self._clock.monotonic() < until:
            sleep(pause)
            pause = min(2 * pause, 0.005)

    def _install(self) -> None:
        sys.stdout, sys.stderr = self._out, self._err


def line_by_line(fd: int) -> TextIO:
    """Takes whatever characters there are."""
    return open(fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _unread() -> bool:
    try:
        return fcntl.ioctl(1, termios.FIONREAD, _ZERO) != _ZERO or fcntl.ioctl(2, termios.FIONREAD, _ZERO) != _ZERO
    except OSError:  # the job closed it
        return False
