"""A log as plain text: one format, whether it is followed, read or downloaded."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from tickwork.server.live.events import Line
from tickwork.server.live.lines import Reading
from tickwork.store.protocol import Chunk, Stream

_WHOLE_LINES = frozenset({Stream.RECORD, Stream.SYSTEM})
_WRITTEN = frozenset({Stream.STDOUT, Stream.STDERR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """What stands at the beginning of each line."""

    time: bool = False
    stream: bool = False

    def of(self, line: Line) -> str:
        parts = (line.at if self.time else "", f"{line.stream:<6}" if self.stream else "")
        return "".join(f"{part} " for part in parts if part)


class Text:
    """Puts pieces together. Without a prefix, what the job wrote stays as it was; log records and Tickwork's own words
    are lines of their own."""

    def __init__(self, prefix: Prefix) -> None:
        self._prefix = prefix
        self._open: str | None = None
        """The stream in whose line the text ends."""

    def of(self, line: Line) -> str:
        if line.stream in _WHOLE_LINES:
            return self._own_line(line)
        if self._prefix.time or self._prefix.stream:
            return self._prefixed(line)
        self._open = None if line.text.endswith("\n") else line.stream
        return line.text

    def as_it_was(self, chunk: Chunk) -> bytes:
        """What the job wrote, byte for byte; only without a prefix."""
        self._open = None if chunk.data.endswith(b"\n") else chunk.stream
        return chunk.data

    def _own_line(self, line: Line) -> str:
        break_ = "\n" if self._open else ""
        self._open = None
        time = "" if self._prefix.time else f"{line.at} "
        level = f"{line.level:<7} " if line.level else ""
        return f"{break_}{self._prefix.of(line)}{time}{level}{line.text.rstrip()}\n"

    def _prefixed(self, line: Line) -> str:
        lines = line.text.splitlines(keepends=True)
        prefix = self._prefix.of(line)
        goes_on = self._open == line.stream
        begin = "\n" if self._open and not goes_on else ""
        self._open = None if line.text.endswith("\n") else line.stream
        return begin + "".join(part if goes_on and not i else prefix + part for i, part in enumerate(lines))


async def whole_text(chunks: AsyncIterator[Chunk]) -> AsyncIterator[bytes]:
    """All of a log, without prefixes."""
    reading, text = Reading(), Text(Prefix())
    async for chunk in chunks:
        if chunk.stream in _WRITTEN:
            yield text.as_it_was(chunk)
        else:
            for line in reading.lines([chunk]):
                yield text.of(line).encode()
