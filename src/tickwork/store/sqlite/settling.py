"""The end of a dead session: what becomes of the runs that it held."""

from dataclasses import dataclass

from tickwork.core.clock import Instant
from tickwork.core.ids import SessionId
from tickwork.core.model import Attempt, Run
from tickwork.core.states import TERMINAL, Reason, State
from tickwork.store.protocol import Topic
from tickwork.store.sqlite import rows
from tickwork.store.sqlite.transaction import Tx


@dataclass(frozen=True, slots=True)
class _Fate:
    state: State
    reason: Reason | None
    note: str | None


def settle(tx: Tx, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str) -> list[Run] | None:
    if not tx.do("settle_session", (session, beat, at)):
        return None
    held = [rows.run_of(row) for row in tx.rows("settle_claims", (session,))]
    event = tx.next("event", len(held))
    for i, run in enumerate(held):
        if run.state is State.RUNNING:
            _write_lost_attempt(tx, run, at, note)
        fate = _fate(run, max_losses, note)
        over = fate.state in TERMINAL
        tx.wakes.add(Topic.OUTBOX if over else Topic.QUEUED)
        ends = (at, event + i) if over else (None, None)
        tx.do("settle_run", (run.id, fate.state, fate.reason, fate.note, *ends))
    return [rows.run_of(row) for run in held for row in tx.rows("run_only", (run.id,))]


def _fate(run: Run, max_losses: int, note: str) -> _Fate:
    if run.cancel is not None:
        reason, _, why = run.cancel.partition("|")
        return _Fate(State.CANCELLED, Reason(reason), why)
    if run.losses + 1 >= max_losses or (run.once and run.state is State.RUNNING):
        return _Fate(State.FAILED, Reason.LOST, note)
    return _Fate(State.QUEUED, None, note)


def _write_lost_attempt(tx: Tx, run: Run, at: Instant, note: str) -> None:
    assert run.fence is not None  # it is held
    assert run.session is not None
    attempt = Attempt(
        run=run.id,
        n=run.attempt,
        fence=run.fence,
        session=run.session,
        worker=run.worker or "",
        started=run.started,
        finished=at,
        outcome=State.FAILED,
        reason=Reason.LOST,
        error=note,
    )
    tx.many("finish_attempt", [rows.attempt_row(run.id, attempt, attempt.fence, reported=False)])
