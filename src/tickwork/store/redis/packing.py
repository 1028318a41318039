"""Values to packed records and back, by position (see layout.py): the hot path of the store."""

import struct
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Actor, Attempt, Epoch, Fence, Gap, Origin, Run
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import AuditEntry, Chunk, ScheduleRow, Session, Stream

Packed = list[Any]

# Looking a member up in a dict costs a third of calling the enum.
_STATES: dict[str, State] = {state.value: state for state in State}
_REASONS: dict[Any, Reason | None] = {False: None, **{reason.value: reason for reason in Reason}}
_WAITS: dict[Any, Wait | None] = {False: None, **{wait.value: wait for wait in Wait}}
_ORIGINS: dict[str, Origin] = {origin.value: origin for origin in Origin}

pack = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(list[Any]).decode


_ARRAY, _TEXT, _FALSE = 0xDD, 0xDB, b"\xc2"
_header = struct.Struct(">BI").pack


def texts(blobs: Sequence[bytes | None]) -> bytes:
    """An array of texts: Lua's reader of MessagePack knows no bytes."""
    parts = [_header(_ARRAY, len(blobs))]
    for blob in blobs:
        parts += (_FALSE,) if blob is None else (_header(_TEXT, len(blob)), blob)
    return b"".join(parts)


def text(blob: bytes) -> msgspec.Raw:
    """To stand in what is packed, as `texts`."""
    return msgspec.Raw(_header(_TEXT, len(blob)) + blob)


def field(value: Any) -> Any:
    """Lua's arrays have no null: false stands for it."""
    return False if value is None else value


def value(of: Any) -> Any:
    return None if of is False else of


def run_of(packed: bytes) -> Run:
    row = unpack(packed)
    fence = row[20]
    return Run(
        id=row[0],
        job=row[1],
        project=row[2],
        revision=row[3],
        origin=_ORIGINS[row[4]],
        state=_STATES[row[5]],
        reason=_REASONS[row[6]],
        wait=_WAITS[row[7]],
        schedule=value(row[8]),
        slot=value(row[9]),
        nominal=value(row[10]),
        lane=row[11],
        priority=row[12],
        ready_at=row[13],
        start_by=value(row[14]),
        once=row[15],
        attempt=row[16],
        losses=row[17],
        session=value(row[18]),
        fence=None if fence is False else Fence(row[19], fence),
        cancel=value(row[21]),
        note=value(row[22]),
        about=value(row[23]),
        group=value(row[24]),
        exit_code=value(row[25]),
        worker=value(row[26]),
        created=row[27],
        started=value(row[28]),
        finished=value(row[29]),
    )


def run_row(run: Run, *, exclusive: bool, given: bool, pinned: bool) -> Packed:
    fence = run.fence
    return [
        run.id,
        run.job,
        run.project,
        run.revision,
        run.origin,
        run.state,
        field(run.reason),
        field(run.wait),
        field(run.schedule),
        field(run.slot),
        field(run.nominal),
        run.lane,
        run.priority,
        run.ready_at,
        field(run.start_by),
        run.once,
        run.attempt,
        run.losses,
        field(run.session),
        False if fence is None else fence.epoch,
        False if fence is None else fence.n,
        field(run.cancel),
        field(run.note),
        field(run.about),
        field(run.group),
        field(run.exit_code),
        field(run.worker),
        run.created,
        field(run.started),
        field(run.finished),
        exclusive,
        given,
        pinned,
        False,  # runner
        False,  # entry
    ]


EXCLUSIVE = 30
"""Where a run's record says that its job allows no overlap."""


def state_of(text: str) -> State:
    return _STATES[text]


def reason_of(text: Any) -> Reason | None:
    return _REASONS[text]


def gap_of(packed: bytes) -> Gap:
    row = unpack(packed)
    return Gap(
        id=row[0],
        schedule=row[1],
        job=row[2],
        project=row[3],
        revision=row[4],
        first=row[5],
        last=row[6],
        count=row[7],
        state=_STATES[row[8]],
        reason=cast("Reason", _REASONS[row[9]]),
        note=value(row[10]),
        created=row[11],
    )


def gap_row(gap: Gap) -> Packed:
    return [
        gap.id,
        gap.schedule,
        gap.job,
        gap.project,
        gap.revision,
        gap.first,
        gap.last,
        gap.count,
        gap.state,
        gap.reason,
        field(gap.note),
        gap.created,
    ]


def schedule_of(packed: bytes, gap: bytes | None) -> ScheduleRow:
    job, row = unpack(packed)
    return ScheduleRow(
        schedule=row[0],
        job=job,
        project=row[1],
        revision=row[2],
        cursor=row[3],
        due=value(row[4]),
        version=row[5],
        gap=None if gap is None else gap_of(gap),
    )


def attempt_of(packed: bytes) -> Attempt:
    row = unpack(packed)
    return Attempt(
        run=row[0],
        n=row[1],
        fence=Fence(row[2], row[3]),
        session=row[4],
        worker=row[5],
        started=value(row[6]),
        finished=row[7],
        outcome=_STATES[row[8]],
        reason=_REASONS[row[9]],
        exit_code=value(row[10]),
        error=value(row[11]),
    )


def attempt_row(run: RunId, attempt: Attempt, fence: Fence, *, reported: bool) -> Packed:
    return [
        run,
        attempt.n,
        fence.epoch,
        fence.n,
        attempt.session,
        attempt.worker,
        field(attempt.started),
        attempt.finished,
        attempt.outcome,
        field(attempt.reason),
        field(attempt.exit_code),
        field(attempt.error),
        reported,
    ]


def audit_of(seq: int, packed: bytes) -> AuditEntry:
    at, by_kind, by_name, verb, kind, name, revision, note = unpack(packed)
    return AuditEntry(
        seq=seq,
        at=at,
        by=Actor(kind=by_kind, name=by_name),
        verb=verb,
        kind=kind,
        id=name,
        revision=value(revision),
        note=value(note),
    )


_has = msgspec.msgpack.Decoder(tuple[tuple[str, ...], tuple[str, ...]])


def session_of(
    record: bytes, beat: int, seen: int, ended: bytes | None, load: bytes | None, has: bytes | None
) -> Session:
    session = msgspec.msgpack.decode(record, type=Session)
    labels, tasks = (session.labels, session.tasks) if has is None else _has.decode(has)
    return msgspec.structs.replace(
        session,
        beat=beat,
        seen=Instant(seen),
        ended=None if ended is None else Instant(int(ended)),
        load=session.load if load is None else float(load),
        labels=labels,
        tasks=tasks,
    )


_encode_chunk = msgspec.msgpack.Encoder().encode


def chunk_row(chunk: Chunk) -> bytes:
    return _encode_chunk((chunk.seq, chunk.at, chunk.stream, chunk.data))


_decode_chunk = msgspec.msgpack.Decoder(tuple[int, int, Stream, bytes]).decode


def chunk_of(packed: bytes) -> Chunk:
    seq, at, stream, data = _decode_chunk(packed)
    return Chunk(seq=seq, at=cast("Any", at), stream=stream, data=data)


def job_of(text: bytes) -> JobId:
    return JobId(text.decode())


def epoch_of(text: bytes) -> Epoch:
    return Epoch(text.decode())
