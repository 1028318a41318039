"""Verbs that move runs nobody holds: cancel, promote, and the outbox of what ended."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Actor
from tickwork.core.states import HELD, TERMINAL, Reason
from tickwork.store.protocol import CancelOutcome, Event, Topic
from tickwork.store.sqlite import documents, rows
from tickwork.store.sqlite.transaction import Tx


def cancel(
    tx: Tx, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
) -> list[CancelOutcome]:
    return [_cancel_one(tx, run, reason=reason, note=note, at=at, by=by) for run in runs]


def _cancel_one(tx: Tx, run: RunId, *, reason: Reason, note: str, at: Instant, by: Actor | None) -> CancelOutcome:
    text = tx.value("cancel_state", (run,))
    if text is None:
        return CancelOutcome.UNKNOWN
    state = rows.state_of(text)
    if state in TERMINAL:
        return CancelOutcome.OVER
    if state in HELD:
        outcome, topic = CancelOutcome.ORDERED, Topic.ORDERS
        changed = tx.do("cancel_held", (run, f"{reason}|{note}"))
    else:
        outcome, topic = CancelOutcome.DONE, Topic.OUTBOX
        changed = tx.do("cancel_pending", (run, reason, note, at, tx.next("event")))
    tx.wakes.add(topic)
    if changed and by is not None:
        documents.write_audit(tx, by=by, at=at, verb="cancel", kind="run", id=run, revision=None, note=note)
    return outcome


def miss(tx: Tx, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
    missed = [run for run in runs if tx.do("miss", (run, note, at, tx.next("event")))]
    if missed:
        tx.wakes.add(Topic.OUTBOX)
    return missed


def promote(tx: Tx, *, at: Instant) -> Instant | None:
    _miss_late(tx, at)
    promoted = _promote_deferred(tx, at) + _promote_overlap(tx)
    if promoted or tx.row("promote_ripe", (at,)):
        tx.wakes.add(Topic.QUEUED)
    instant: Instant | None = tx.value("promote_next", (at,))
    return instant


def _miss_late(tx: Tx, at: Instant) -> None:
    late = tx.rows("promote_late", (at,))
    if late:
        event = tx.next("event", len(late))
        tx.many("promote_miss", [(run, at, event + i) for i, (run,) in enumerate(late)])
        tx.wakes.add(Topic.OUTBOX)


def _promote_deferred(tx: Tx, at: Instant) -> int:
    promoted = 0
    for run, job, exclusive in tx.rows("promote_deferred", (at,)):
        if exclusive and tx.row("overlap_busy", (job,)):
            tx.do("promote_behind", (run,))
        else:
            promoted += tx.do("promote", (run,))
    return promoted


def _promote_overlap(tx: Tx) -> int:
    free = tx.rows("promote_overlap")
    tx.many("promote", free)
    return len(free)


def outbox(tx: Tx, *, limit: int) -> list[Event]:
    return [
        Event(seq=seq, run=run, job=job, state=rows.state_of(state), at=at)
        for seq, run, job, state, at in tx.rows("outbox", (limit,))
    ]


def consume(tx: Tx, seqs: Sequence[int]) -> None:
    tx.many("consume", [(seq,) for seq in seqs])
