"""The log of a run as structured lines: one JSON object a line, and one for the run's end."""

from collections.abc import Iterator, Sequence

import msgspec

from tickwork.core.clock import SECOND, iso
from tickwork.core.codec import to_json
from tickwork.core.model import Run
from tickwork.store.protocol import Chunk, Stream


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run said, or what became of it."""

    time: str
    run: str
    job: str
    project: str
    attempt: int
    stream: str
    """stdout, stderr, record (of `logging`), system (Tickwork's own words), or end."""
    message: str
    level: str | None = None
    logger: str | None = None
    exception: str | None = None
    worker: str | None = None
    state: str | None = None
    reason: str | None = None
    exit_code: int | None = None
    seconds: float | None = None


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """As far as a log record has them."""

    level: str | None = None
    logger: str | None = None
    message: str = ""
    exception: str | None = None


def said(run: Run, attempt: int, chunks: Sequence[Chunk]) -> Iterator[Line]:
    """What an attempt printed and logged. A line that came in several chunks is one, of the time of its first."""
    begun: dict[Stream, tuple[Chunk, bytes]] = {}
    for chunk in chunks:
        if chunk.stream is Stream.FRAMES:
            continue
        if chunk.stream is Stream.RECORD:
            yield _record(run, attempt, chunk)
            continue
        first, before = begun.pop(chunk.stream, (chunk, b""))
        *whole, rest = (before + chunk.data).split(b"\n")
        for text in whole:
            yield _line(run, attempt, first, text)
            first = chunk
        if rest:
            begun[chunk.stream] = (first, rest)
    for first, rest in begun.values():
        yield _line(run, attempt, first, rest)


def ended(run: Run) -> Line:
    """What became of it."""
    length = None if run.started is None or run.finished is None else (run.finished - run.started) / SECOND
    return Line(
        time=iso(run.finished) or "",
        run=run.id,
        job=run.job,
        project=run.project,
        attempt=run.attempt,
        stream="end",
        message=run.note or str(run.state),
        worker=run.worker,
        state=run.state,
        reason=run.reason,
        exit_code=run.exit_code,
        seconds=length,
    )


def _record(run: Run, attempt: int, chunk: Chunk) -> Line:
    try:
        record = msgspec.json.decode(chunk.data, type=_Record)
    except msgspec.MsgspecError:
        return _line(run, attempt, chunk, chunk.data)
    line = _line(run, attempt, chunk, record.message.encode())
    return msgspec.structs.replace(line, level=record.level, logger=record.logger, exception=record.exception)


def _line(run: Run, attempt: int, chunk: Chunk, text: bytes) -> Line:
    return Line(
        time=iso(chunk.at) or "",
        run=run.id,
        job=run.job,
        project=run.project,
        attempt=attempt,
        stream=chunk.stream,
        message=text.decode(errors="replace").rstrip("\r"),
        worker=run.worker,
    )


def encoded(lines: Sequence[Line]) -> bytes:
    return b"".join(to_json(line) + b"\n" for line in lines)
