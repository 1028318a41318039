"""Chunks of a log as text that can be shown."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from tickwork.core.clock import iso
from tickwork.server.live.events import Line, LogGrew, Message, encoded
from tickwork.store.protocol import Chunk, Stream

Position = tuple[int, int]
"""Attempt and seq of the last chunk that was read; (n, -1): none of attempt n."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Lines of one attempt that follow upon each other, encoded once for all who get them."""

    run: str
    start: Position
    """Behind this …"""
    end: Position
    """… up to and with this."""
    lines: tuple[Line, ...]
    first: int = 0
    """How many lines there were before, since somebody began to count."""

    @cached_property
    def count(self) -> int:
        return sum(line.text.count("\n") or 1 for line in self.lines)

    @cached_property
    def message(self) -> Message:
        return encoded(LogGrew(run=self.run, attempt=self.end[0], lines=self.lines))

    @cached_property
    def size(self) -> int:
        return sum(len(line.text) + 100 for line in self.lines)

    def behind(self, position: Position) -> "Piece":
        """What of it lies behind the position."""
        if position <= self.start:
            return self
        lines = tuple(line for line in self.lines if (self.end[0], line.seq) > position)
        return Piece(run=self.run, start=position, end=self.end, lines=lines, first=self.first)


class _Record(msgspec.Struct, frozen=True):
    """A line of the job's own logging."""

    level: str = ""
    logger: str = ""
    message: str = ""
    exception: str | None = None


class Reading:
    """Turns the chunks of one attempt into lines, in order. A character may be divided between two chunks."""

    def __init__(self) -> None:
        make = codecs.getincrementaldecoder("utf-8")
        self._decoders = {stream: make(errors="replace") for stream in (Stream.STDOUT, Stream.STDERR)}

    def lines(self, chunks: Sequence[Chunk]) -> tuple[Line, ...]:
        return tuple(line for chunk in chunks if (line := self._line(chunk)) is not None)

    def _line(self, chunk: Chunk) -> Line | None:
        match chunk.stream:
            case Stream.STDOUT | Stream.STDERR:
                text = self._decoders[chunk.stream].decode(chunk.data)
                return _line(chunk, text) if text else None
            case Stream.RECORD:
                return _record(chunk)
            case Stream.FRAMES:
                return None  # what is known of a failure, not what was said
            case Stream.SYSTEM:
                return _line(chunk, chunk.data.decode(errors="replace"))


def _record(chunk: Chunk) -> Line:
    try:
        record = msgspec.json.decode(chunk.data, type=_Record)
    except msgspec.DecodeError:
        return _line(chunk, chunk.data.decode(errors="replace"))
    trace = f"\n{record.exception.rstrip()}" if record.exception else ""
    return _line(chunk, f"{record.logger}: {record.message}{trace}\n", level=record.level)


def _line(chunk: Chunk, text: str, *, level: str | None = None) -> Line:
    return Line(seq=chunk.seq, at=iso(chunk.at) or "", stream=chunk.stream, text=text, level=level)
