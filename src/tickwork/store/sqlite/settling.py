"""The end of a dead session: what becomes of the runs that it held."""

from tickwork.core.clock import Instant
from tickwork.core.decide import after_loss, lost_attempt
from tickwork.core.ids import SessionId
from tickwork.core.model import Run
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import Topic
from tickwork.store.sqlite import rows
from tickwork.store.sqlite.transaction import Tx


def settle(tx: Tx, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str) -> list[Run] | None:
    if not tx.do("settle_session", (session, beat, at)):
        return None
    held = [rows.run_of(row) for row in tx.rows("settle_claims", (session,))]
    event = tx.next("event", len(held))
    for i, run in enumerate(held):
        if run.state is State.RUNNING:
            attempt = lost_attempt(run, at, note)
            tx.many("finish_attempt", [rows.attempt_row(run.id, attempt, attempt.fence, reported=False)])
        fate = after_loss(run, max_losses=max_losses, note=note)
        over = fate.state in TERMINAL
        tx.wakes.add(Topic.OUTBOX if over else Topic.QUEUED)
        ends = (at, event + i) if over else (None, None)
        tx.do("settle_run", (run.id, fate.state, fate.reason, fate.note, *ends))
    return [rows.run_of(row) for run in held for row in tx.rows("run_only", (run.id,))]
