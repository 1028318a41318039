"""Verbs of a run's log."""

from collections.abc import Sequence

from tickwork.core.ids import RunId
from tickwork.store.protocol import Chunk, ClaimLost, LogWrite, Stream
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


def read_log(tx: Tx, run: RunId, *, attempt: int | None, after: int, limit: int) -> list[Chunk]:
    return [
        Chunk(seq=seq, at=at, stream=Stream(stream), data=data)
        for seq, at, stream, data in tx.rows("read_log", (run, attempt, after, limit))
    ]
