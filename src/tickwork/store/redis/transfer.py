"""The generic path for copies: every part as records of the protocol, out and in.

There is no one moment to read: whoever copies must see to it that nobody writes (no `SNAPSHOT` capability).
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Attempt, Gap
from tickwork.store.protocol import (
    AuditEntry,
    BarRecord,
    Chunk,
    Document,
    Event,
    Kind,
    LogRecord,
    Page,
    Part,
    PrunedRecord,
    RunRecord,
    ScheduleRow,
    Session,
    Snapshot,
)
from tickwork.store.redis import calls, packing, replies
from tickwork.store.redis.caller import Caller
from tickwork.store.redis.documents import document_of
from tickwork.store.redis.door import view_of
from tickwork.store.redis.packing import field
from tickwork.store.redis.replies import Read

_RUNS_OF_LOGS = 20
"""Runs whose whole logs go into one page."""
_KINDS = [kind.value for kind in Kind]

_pack = msgspec.msgpack.Encoder().encode


class LiveSnapshot:
    """Reads the store as it is."""

    def __init__(self, read: Read) -> None:
        self._read = read

    async def page(self, part: Part, *, after: str | None = None, limit: int = 1000) -> Page:
        cursor = [1, 0] if after is None else [int(word) for word in after.split()]
        size = min(limit, _RUNS_OF_LOGS) if part is Part.LOGS else limit
        found, *more = await self._read("page", part, cursor, size, _KINDS)
        records = [_pack(_RECORDS[part](item)) for item in found]
        return Page(records=records, after=f"{more[0][0]} {more[0][1]}" if more else None)


@asynccontextmanager
async def snapshot(read: Read) -> AsyncIterator[Snapshot]:
    yield LiveSnapshot(read)


def _document(item: Sequence[bytes]) -> Document:
    kind, name, text = item
    return document_of(Kind(kind.decode()), name.decode(), text)


def _session(item: Sequence[bytes]) -> Session:
    [session] = replies.sessions([[value] for value in _filled(item, 6)])
    return session


def _run(item: Sequence[Any]) -> RunRecord:
    packed, params, result, error, pins = item
    return RunRecord(
        run=packing.run_of(packed),
        exclusive=packing.unpack(packed)[packing.EXCLUSIVE],
        params=params,
        result=result,
        error=None if error is None else error.decode(),
        pins=pins,
    )


def _log(item: Sequence[bytes]) -> LogRecord:
    run, attempt, chunk = item
    return LogRecord(run=RunId(run.decode()), attempt=int(attempt), chunk=packing.chunk_of(chunk))


def _bar(item: Sequence[bytes]) -> BarRecord:
    run, attempt, group, packed = item
    row = replies.bar_row(packing.unpack(packed), group)
    return BarRecord(run=RunId(run.decode()), attempt=int(attempt), row=row)


def _event(item: Sequence[bytes]) -> Event:
    seq, packed = item
    [event] = replies.events([[seq], [packed]])
    return event


def _row(item: Sequence[bytes]) -> ScheduleRow:
    row, gap = _filled(item, 2)
    return msgspec.structs.replace(packing.schedule_of(row, gap), version=0)


def _filled(item: Sequence[Any], width: int) -> Sequence[Any]:
    return [*item, *(None for _ in range(width - len(item)))]


_RECORDS: dict[Part, Callable[[Sequence[bytes]], Any]] = {
    Part.DOCUMENTS: _document,
    Part.AUDIT: lambda item: packing.audit_of(int(item[0]), item[1]),
    Part.SESSIONS: _session,
    Part.RUNS: _run,
    Part.ATTEMPTS: lambda item: packing.attempt_of(item[0]),
    Part.GAPS: lambda item: packing.gap_of(item[0]),
    Part.LOGS: _log,
    Part.BARS: _bar,
    Part.OUTBOX: _event,
    Part.TIMETABLE: _row,
    Part.PRUNED: lambda item: PrunedRecord(job=packing.job_of(item[0]), through=Instant(int(item[1]))),
}


async def load(caller: Caller, part: Part, records: Sequence[bytes]) -> int:
    kind, arguments = _ARGUMENTS[part]
    blobs = calls.Blobs()
    packed = [arguments(msgspec.msgpack.decode(record, type=kind), blobs) for record in records]
    return cast("int", await caller.write("load", part, packed, blobs=blobs.all))


async def renew_epoch(caller: Caller) -> None:
    await caller.renew_epoch("the store was loaded or restored")


def _load_document(of: Document, blobs: calls.Blobs) -> list[Any]:
    view = view_of(of.id, of.body) if of.kind is Kind.JOB and of.body is not None else None
    who = [of.project, of.name, of.owner, of.changed, of.by.kind, of.by.name]
    return [of.kind, of.id, of.revision, blobs.add(of.body), *who, blobs.add(view or None)]


def _load_audit(of: AuditEntry, _blobs: calls.Blobs) -> list[Any]:
    return [of.seq, of.at, of.by.kind, of.by.name, of.verb, of.kind, of.id, field(of.revision), field(of.note)]


def _load_run(of: RunRecord, blobs: calls.Blobs) -> list[Any]:
    row = packing.run_row(of.run, exclusive=of.exclusive, given=of.params is not None, pinned=of.pins is not None)
    error = None if of.error is None else of.error.encode()
    return [row, blobs.add(of.params), blobs.add(of.result), blobs.add(error), blobs.add(of.pins)]


def _load_attempt(of: Attempt, _blobs: calls.Blobs) -> list[Any]:
    return [packing.attempt_row(of.run, of, of.fence, reported=True)]


def _load_log(of: LogRecord, blobs: calls.Blobs) -> list[Any]:
    chunk: Chunk = of.chunk
    return [of.run, of.attempt, chunk.seq, blobs.add(packing.chunk_row(chunk))]


def _load_bar(of: BarRecord, _blobs: calls.Blobs) -> list[Any]:
    return [of.run, of.attempt, of.row.began, of.row.at, calls.bar(of.row.bar)]


def _load_row(of: ScheduleRow, _blobs: calls.Blobs) -> list[Any]:
    gap = field(None if of.gap is None else of.gap.id)
    return [of.schedule, of.job, of.project, of.revision, of.cursor, field(of.due), gap]


_ARGUMENTS: dict[Part, tuple[Any, Callable[[Any, calls.Blobs], list[Any]]]] = {
    Part.DOCUMENTS: (Document, _load_document),
    Part.AUDIT: (AuditEntry, _load_audit),
    Part.SESSIONS: (Session, calls.session),
    Part.RUNS: (RunRecord, _load_run),
    Part.ATTEMPTS: (Attempt, _load_attempt),
    Part.GAPS: (Gap, lambda of, _blobs: [packing.gap_row(of)]),
    Part.LOGS: (LogRecord, _load_log),
    Part.BARS: (BarRecord, _load_bar),
    Part.OUTBOX: (Event, lambda of, _blobs: [of.seq, of.run]),
    Part.TIMETABLE: (ScheduleRow, _load_row),
    Part.PRUNED: (PrunedRecord, lambda of, _blobs: [of.job, of.through]),
}
