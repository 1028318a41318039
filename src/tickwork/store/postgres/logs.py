"""Verbs of a run's log."""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Epoch
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch
from tickwork.store.protocol import Chunk, ClaimLost, LogWrite, Stream


class _Holder(msgspec.Struct, frozen=True):
    run: RunId
    epoch: Epoch
    n: int
    attempt: int


class _Drop(msgspec.Struct, frozen=True, kw_only=True):
    run: RunId
    attempt: int
    first: int
    until: int


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    run: RunId
    attempt: int
    seq: int
    at: Instant
    stream: Stream
    data: bytes


def append_log(tx: Tx, writes: Sequence[LogWrite]) -> list[ClaimLost]:
    holders = [_Holder(write.run, write.fence.epoch, write.fence.n, write.attempt) for write in writes]
    if not holders:
        return []
    holding = set(tx.rows("append_log_holds", writes=Batch(holders)))
    _write(tx, [write for write in writes if (write.run, write.fence.n, write.attempt) in holding])
    return [
        ClaimLost(run=write.run, fence=write.fence)
        for write in writes
        if (write.run, write.fence.n, write.attempt) not in holding
    ]


def _write(tx: Tx, writes: Sequence[LogWrite]) -> None:
    drops = [
        _Drop(run=write.run, attempt=write.attempt, first=write.drop[0], until=write.drop[1])
        for write in writes
        if write.drop is not None
    ]
    if drops:
        tx.do("append_log_drop", drops=Batch(drops))
    lines = {
        (write.run, write.attempt, c.seq): _Line(
            run=write.run, attempt=write.attempt, seq=c.seq, at=c.at, stream=c.stream, data=c.data
        )
        for write in writes
        for c in write.chunks
    }
    if lines:
        tx.do("append_log", lines=Batch(list(lines.values())))


def read_log(tx: Tx, run: RunId, *, attempt: int | None, after: int, limit: int) -> list[Chunk]:
    return [
        Chunk(seq=seq, at=at, stream=Stream(stream), data=data)
        for seq, at, stream, data in tx.rows("read_log", run=run, attempt=attempt, after=after, limit=limit)
    ]
