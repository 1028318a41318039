"""Verbs of what a run says while it runs: its log, and how far it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json
from tickwork.core.ids import RunId
from tickwork.core.progress import Bar, Group
from tickwork.store.protocol import BarRow, Chunk, ClaimLost, Level, LogWrite, ProgressWrite, Stream
from tickwork.store.sqlite import rows
from tickwork.store.sqlite.transaction import Tx


def append_log(tx: Tx, writes: Sequence[LogWrite]) -> list[ClaimLost]:
    lost = []
    for write in writes:
        holder = (write.run, write.fence.epoch, write.fence.n, write.attempt)
        if tx.row("append_log_holds", holder) is None:
            lost.append(ClaimLost(run=write.run, fence=write.fence))
            continue
        if write.drop is not None:
            tx.do("append_log_drop", (write.run, write.attempt, *write.drop))
        chunks = [(write.run, write.attempt, c.seq, c.at, c.stream, c.data) for c in write.chunks]
        tx.many("append_log", chunks)
    return lost


def read_log(tx: Tx, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000) -> list[Chunk]:
    return [
        Chunk(seq=seq, at=at, stream=Stream(stream), data=data)
        for seq, at, stream, data in tx.rows("read_log", (run, attempt, after, limit))
    ]


def trim_log(tx: Tx, runs: Sequence[RunId], *, before: Mapping[Level, Instant]) -> int:
    return tx.do("trim_log", (rows.json_text(runs), rows.json_text(before)))


def progress(tx: Tx, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
    lost = []
    for write in writes:
        if tx.row("append_log_holds", (write.run, write.fence.epoch, write.fence.n, write.attempt)) is None:
            lost.append(ClaimLost(run=write.run, fence=write.fence))
            continue
        bars = [(rows.json_text(b.group), b.current, b.total, b.status, write.at) for b in write.bars]
        tx.many("progress", [(write.run, write.attempt, *bar) for bar in bars])
    return lost


def read_progress(tx: Tx, run: RunId, *, attempt: int | None = None) -> list[BarRow]:
    return [bar_row(row) for row in tx.rows("read_progress", (run, attempt))]


def bar_row(row: Sequence[Any]) -> BarRow:
    path, current, total, status, began, at = row
    bar = Bar(group=from_json(path, Group), current=current, total=total, status=status)
    return BarRow(bar=bar, began=began, at=at)
