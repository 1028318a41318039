"""The end of waiting for other runs."""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.model import Overlap, Run
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import NewRun, Topic, Unblock
from tickwork.store.sqlite import births, rows
from tickwork.store.sqlite.transaction import Tx


def unblock(tx: Tx, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
    return [_unblock_one(tx, item, at) for item in items]


def _unblock_one(tx: Tx, item: Unblock, at: Instant) -> State | None:
    row = tx.row("unblock_run", (item.run,))
    if row is None:
        return None
    run = msgspec.structs.replace(
        rows.run_of(row), state=item.state, reason=item.reason, wait=None, about=None, note=item.note
    )
    if run.state is State.QUEUED:
        run = births.among_others(tx, NewRun(run=run, overlap=item.overlap), at, asked=item.asked)
    _move(tx, run, at, exclusive=item.overlap is not Overlap.ALLOW)
    _keep_beside(tx, item)
    return run.state


def _move(tx: Tx, run: Run, at: Instant, *, exclusive: bool) -> None:
    if run.state is State.WAITING:  # for the job's earlier run now
        tx.do("unblock_behind", (run.id, exclusive))
        return
    over = run.state in TERMINAL
    ends = (at, tx.next("event")) if over else (None, None)
    tx.do("unblock", (run.id, run.state, run.reason, run.about, run.note, *ends, exclusive))
    tx.wakes.add(Topic.OUTBOX if over else Topic.QUEUED)


def _keep_beside(tx: Tx, item: Unblock) -> None:
    if item.pins is not None:
        tx.do("pin_put", (item.run, item.pins))
    if item.result is not None:
        tx.do("finish_result", (item.run, item.result, None))
