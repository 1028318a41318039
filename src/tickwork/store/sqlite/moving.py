"""Moving house: a store's parts as records, page by page, and back."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from tickwork.core.model import Attempt, Gap
from tickwork.store.protocol import (
    AuditEntry,
    BarRecord,
    Chunk,
    Document,
    Event,
    LogRecord,
    Page,
    Part,
    PrunedRecord,
    RunRecord,
    ScheduleRow,
    Session,
    Stream,
)
from tickwork.store.sqlite import rows
from tickwork.store.sqlite.logs import bar_row
from tickwork.store.sqlite.transaction import Row, Tx

_pack = msgspec.msgpack.Encoder().encode


class _Codec(NamedTuple):
    """How one part is read and written. Each row of `dump` ends with the key that pages go by."""

    dump: str
    record: type[msgspec.Struct]
    of_row: Callable[[Row], Any]
    load: Callable[[Tx, Any], int]
    numbered: bool = False
    """Whether its key is a number."""


def page(tx: Tx, part: Part, *, after: str | None, limit: int) -> Page:
    codec = _CODECS[part]
    start: int | str = int(after or -1) if codec.numbered else (after or "")
    found = tx.rows(codec.dump, (start, limit))
    records = [_pack(codec.of_row(row)) for row in found]
    return Page(records=records, after=str(found[-1][-1]) if len(found) == limit else None)


def load(tx: Tx, part: Part, records: Sequence[bytes]) -> int:
    codec = _CODECS[part]
    decode = msgspec.msgpack.Decoder(codec.record).decode
    tx.do("moving_begin")
    new = sum(codec.load(tx, decode(record)) for record in records)
    tx.do("moving_end")
    if part is Part.OUTBOX:
        tx.do("moving_counter", ("event", tx.value("moving_newest_event")))
    return new


def renew_epoch(tx: Tx, epoch: str) -> None:
    """Held runs stay held, but by fences that nobody has: only settling their sessions frees them."""
    tx.do("epoch_renew", (epoch,))
    tx.do("epoch_renew_claims", (epoch,))


def _load_document(tx: Tx, d: Document) -> int:
    of_head = (d.kind, d.id, d.revision, d.body is None, d.project, d.name, d.owner)
    tx.do("load_head", of_head)
    return tx.do(
        "load_documents",
        (d.kind, d.id, d.revision, d.body, d.project, d.name, d.owner, d.changed, d.by.kind, d.by.name),
    )


def _load_audit(tx: Tx, e: AuditEntry) -> int:
    return tx.do("load_audit", (e.seq, e.at, e.by.kind, e.by.name, e.verb, e.kind, e.id, e.revision, e.note))


def _load_session(tx: Tx, session: Session) -> int:
    return tx.do("open_session", rows.session_row(session))


def _load_run(tx: Tx, record: RunRecord) -> int:
    run = record.run
    fence = (None, None) if run.fence is None else (run.fence.epoch, run.fence.n)
    new = tx.do("load_runs", (*rows.born_row(run, exclusive=record.exclusive), run.session, *fence))
    if record.params is not None:
        tx.do("load_input", (run.id, record.params))
    if record.pins is not None:
        tx.do("pin_put", (run.id, record.pins))
    if record.result is not None or record.error is not None:
        tx.do("load_result", (run.id, record.result, record.error))
    return new


def _load_attempt(tx: Tx, attempt: Attempt) -> int:
    return tx.do("finish_attempt", rows.attempt_row(attempt.run, attempt, attempt.fence, reported=False))


def _load_gap(tx: Tx, gap: Gap) -> int:
    return tx.do("load_gaps", rows.gap_row(gap))


def _load_log(tx: Tx, record: LogRecord) -> int:
    chunk = record.chunk
    return tx.do("load_logs", (record.run, record.attempt, chunk.seq, chunk.at, chunk.stream, chunk.data))


def _load_bar(tx: Tx, record: BarRecord) -> int:
    row, bar = record.row, record.row.bar
    values = (rows.json_text(bar.group), bar.current, bar.total, bar.status, row.began, row.at)
    return tx.do("load_bars", (record.run, record.attempt, *values))


def _load_event(tx: Tx, event: Event) -> int:
    return tx.do("load_outbox", (event.seq, event.run))


def _load_schedule(tx: Tx, row: ScheduleRow) -> int:
    gap = None if row.gap is None else row.gap.id
    return tx.do("load_timetable", (row.schedule, row.job, row.project, row.revision, row.cursor, row.due, gap))


def _load_pruned(tx: Tx, record: PrunedRecord) -> int:
    return tx.do("pruned_put", (record.job, record.through))


def _run_record(row: Row) -> RunRecord:
    params, result, error, exclusive, pins = row[rows.RUN_WIDTH : rows.RUN_WIDTH + 5]
    run = rows.run_of(row)
    return RunRecord(run=run, exclusive=bool(exclusive), params=params, result=result, error=error, pins=pins)


def _log_record(row: Row) -> LogRecord:
    run, attempt, seq, at, stream, data = row[:6]
    return LogRecord(run=run, attempt=attempt, chunk=Chunk(seq=seq, at=at, stream=Stream(stream), data=data))


def _bar_record(row: Row) -> BarRecord:
    run, attempt, *bar = row[:8]
    return BarRecord(run=run, attempt=attempt, row=bar_row(bar))


def _event(row: Row) -> Event:
    seq, run, job, state, at = row[:5]
    return Event(seq=seq, run=run, job=job, state=rows.state_of(state), at=at)


_CODECS: dict[Part, _Codec] = {
    Part.DOCUMENTS: _Codec("dump_documents", Document, rows.document_of, _load_document, numbered=True),
    Part.AUDIT: _Codec("dump_audit", AuditEntry, rows.audit_of, _load_audit, numbered=True),
    Part.SESSIONS: _Codec("dump_sessions", Session, rows.session_of, _load_session),
    Part.RUNS: _Codec("dump_runs", RunRecord, _run_record, _load_run),
    Part.ATTEMPTS: _Codec("dump_attempts", Attempt, rows.attempt_of, _load_attempt),
    Part.GAPS: _Codec("dump_gaps", Gap, rows.gap_of, _load_gap),
    Part.LOGS: _Codec("dump_logs", LogRecord, _log_record, _load_log, numbered=True),
    Part.BARS: _Codec("dump_bars", BarRecord, _bar_record, _load_bar, numbered=True),
    Part.OUTBOX: _Codec("dump_outbox", Event, _event, _load_event, numbered=True),
    Part.TIMETABLE: _Codec("dump_timetable", ScheduleRow, rows.schedule_of, _load_schedule),
    Part.PRUNED: _Codec(
        "dump_pruned", PrunedRecord, lambda row: PrunedRecord(job=row[0], through=row[1]), _load_pruned
    ),
}
