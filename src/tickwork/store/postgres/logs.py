"""Verbs of a run's log and of its progress."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import RunId
from tickwork.core.model import Epoch
from tickwork.core.progress import Bar, Group
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, Row
from tickwork.store.protocol import BarRow, Chunk, ClaimLost, Level, LogWrite, ProgressWrite, Stream

_Fenced = TypeVar("_Fenced", LogWrite, ProgressWrite)


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
    held, lost = _sort_out(tx, writes)
    _write(tx, held)
    return lost


def _sort_out(tx: Tx, writes: Sequence[_Fenced]) -> tuple[list[_Fenced], list[ClaimLost]]:
    """Those whose claim is held (or ended by its holder), and the others."""
    holders = [_Holder(write.run, write.fence.epoch, write.fence.n, write.attempt) for write in writes]
    holding = set(tx.rows("append_log_holds", writes=Batch(holders))) if holders else set()
    held, lost = [], []
    for write in writes:
        if (write.run, write.fence.n, write.attempt) in holding:
            held.append(write)
        else:
            lost.append(ClaimLost(run=write.run, fence=write.fence))
    return held, lost


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


def read_log(tx: Tx, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000) -> list[Chunk]:
    return [
        Chunk(seq=seq, at=at, stream=Stream(stream), data=data)
        for seq, at, stream, data in tx.rows("read_log", run=run, attempt=attempt, after=after, limit=limit)
    ]


class _Old(msgspec.Struct, frozen=True):
    level: Level
    until: Instant


def trim_log(tx: Tx, runs: Sequence[RunId], *, before: Mapping[Level, Instant]) -> int:
    old = [_Old(level, until) for level, until in before.items()]
    gone: int = tx.value("trim_log", runs=list(runs), before=Batch(old))
    return gone


class _Bar(msgspec.Struct, frozen=True, kw_only=True):
    run: RunId
    attempt: int
    path: str
    current: float
    total: float
    status: str
    at: Instant


def progress(tx: Tx, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
    held, lost = _sort_out(tx, writes)
    bars: dict[tuple[RunId, int, Group], _Bar] = {}
    for write in held:
        for bar in write.bars:
            bars[write.run, write.attempt, bar.group] = _Bar(
                run=write.run,
                attempt=write.attempt,
                path=to_json(bar.group).decode(),
                current=bar.current,
                total=bar.total,
                status=bar.status,
                at=write.at,
            )
    if bars:
        tx.do("progress", bars=Batch(list(bars.values())))
    return lost


def read_progress(tx: Tx, run: RunId, *, attempt: int | None = None) -> list[BarRow]:
    return [bar_row(row) for row in tx.rows("read_progress", run=run, attempt=attempt)]


def bar_row(row: Row) -> BarRow:
    path, current, total, status, began, at = row
    bar = Bar(group=from_json(path, Group), current=current, total=total, status=status)
    return BarRow(bar=bar, began=began, at=at)
