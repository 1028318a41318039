"""The end of a dead session: what becomes of the runs that it held."""

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.decide import after_loss, lost_attempt
from tickwork.core.ids import RunId, SessionId
from tickwork.core.model import Run
from tickwork.core.states import TERMINAL, Reason, State
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch
from tickwork.store.protocol import Topic


class _Fate(msgspec.Struct, frozen=True, kw_only=True):
    """As the statement takes it."""

    run: RunId
    state: State
    reason: Reason | None
    note: str
    over: bool


def settle(tx: Tx, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str) -> list[Run] | None:
    # waits for claims that are being given to the session: what is listed below is then all that it holds
    if not tx.rows("close_session_lock", session=session):
        return None
    if not tx.do("settle_session", session=session, beat=beat, at=at):
        return None
    held = tx.values("settle_claims", Run, session=session)
    if not held:
        return []
    lost = [lost_attempt(run, at, note) for run in held if run.state is State.RUNNING]
    if lost:
        tx.do("settle_attempts", attempts=Batch(lost))
    fates = [_fate(run, max_losses, note) for run in held]
    tx.wakes.update(Topic.OUTBOX if fate.over else Topic.QUEUED for fate in fates)
    return tx.values("settle", Run, fates=Batch(fates), at=at)


def _fate(run: Run, max_losses: int, note: str) -> _Fate:
    fate = after_loss(run, max_losses=max_losses, note=note)
    return _Fate(run=run.id, state=fate.state, reason=fate.reason, note=fate.note, over=fate.state in TERMINAL)
