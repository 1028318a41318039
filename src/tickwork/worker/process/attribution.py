"""Whose words these are, in a child that makes several calls at a time: told by the context that they are said in.

What is said outside of any call (by threads that a job started, by programs, into descriptors) goes to the child's own
stdout and stderr, which are the worker's.
"""

import io
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from tickwork.app.current import found
from tickwork.core.codec import pack, to_json
from tickwork.core.ids import RunId
from tickwork.core.progress import Bar
from tickwork.store.protocol import Stream
from tickwork.worker.process.capture import line_by_line, record_of
from tickwork.worker.process.channel import Kind, Said, message

_LONGEST = 8192
"""Characters of a line that is not finished; longer ones are sent in parts."""


class Teller:
    """Turns words of calls into frames for `send`. Threads may say something at the same time."""

    def __init__(self, *, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._begun: dict[tuple[RunId, Stream], str] = {}
        self._lock = threading.Lock()

    def install(self) -> None:
        sys.stdout = _Attributed(self, Stream.STDOUT, line_by_line(1))
        sys.stderr = _Attributed(self, Stream.STDERR, line_by_line(2))

    def say(self, run: RunId, stream: Stream | None, data: bytes) -> None:
        self._send(message(Kind.SAID, Said(run=run, stream=stream, data=data)))

    def progress(self, run: RunId, bar: Bar) -> None:
        self.say(run, None, pack(bar))

    def printed(self, run: RunId, stream: Stream, text: str) -> None:
        """Whole lines leave at once."""
        with self._lock:
            text = self._begun.pop((run, stream), "") + text
            end = len(text) if len(text) > _LONGEST else text.rfind("\n") + 1
            if end < len(text):
                self._begun[run, stream] = text[end:]
        if end:
            self.say(run, stream, _bytes(text[:end]))

    def finish(self, run: RunId) -> None:
        """The call is over: what it began to say is all that it said."""
        for stream in (Stream.STDOUT, Stream.STDERR):
            if (begun := self._begun.pop((run, stream), None)) is not None:
                self.say(run, stream, _bytes(begun))


class _Attributed(io.TextIOBase):
    """Stands where `sys.stdout` or `sys.stderr` was."""

    encoding = "utf-8"

    def __init__(self, teller: Teller, stream: Stream, own: TextIO) -> None:
        self._teller = teller
        self._stream = stream
        self._own = own
        self._pid = os.getpid()

    def write(self, text: str, /) -> int:
        run = found() if os.getpid() == self._pid else None
        if run is None:
            return self._own.write(text)
        self._teller.printed(RunId(run.id), self._stream, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        self._own.flush()

    def fileno(self) -> int:
        return self._own.fileno()


class RecordTeller(logging.Handler):
    """Log records of calls; others become lines on the child's own stderr."""

    def __init__(self, *, teller: Teller) -> None:
        super().__init__()
        self._teller = teller

    def emit(self, record: logging.LogRecord) -> None:
        try:
            said, run = record_of(record), found()
            if run is None:
                sys.stderr.write(f"{said['level']} {said['logger']}: {said['message']}\n")
            else:
                self._teller.say(RunId(run.id), Stream.RECORD, to_json(said))
        except Exception:  # noqa: BLE001 (logging's own contract: a bad record never fails the job)
            self.handleError(record)


def _bytes(text: str) -> bytes:
    return text.encode(errors="backslashreplace")
