"""What follows from the end of an attempt: (run, outcome, policies, now) → the next state; and from that of a session
which had it."""

import msgspec

from tickwork.core.clock import Instant, later
from tickwork.core.ids import Random
from tickwork.core.model import Attempt, Job, Outcome, Run
from tickwork.core.retry import delay_before, wants_retry
from tickwork.core.states import Reason, State, Wait


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """The state that the run goes to. `ready_at` is set for queued (a retry) and waiting (deferred)."""

    state: State
    reason: Reason | None = None
    ready_at: Instant | None = None
    wait: Wait | None = None


def after_attempt(job: Job, outcome: Outcome, *, attempt: int, now: Instant, random: Random) -> Next:
    """The next state of a run whose attempt number `attempt` (from 1; 0: it never began) ended with `outcome`."""
    match outcome.state:
        case State.FAILED if wants_retry(job.retry, outcome, attempt=attempt):
            wait = outcome.retry_after
            if wait is None:
                wait = delay_before(job.retry, attempt, random)
            return Next(state=State.QUEUED, ready_at=later(now, wait))
        case State.WAITING:
            return Next(state=State.WAITING, wait=Wait.DEFERRED, ready_at=later(now, outcome.retry_after or 0))
        case State.QUEUED:
            return Next(state=State.QUEUED, ready_at=now)
        case _:
            return Next(state=outcome.state, reason=outcome.reason)


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a run whose session is dead."""

    state: State
    reason: Reason | None = None
    note: str


def after_loss(run: Run, *, max_losses: int, note: str) -> Fate:
    """A cancel that was asked for is done now. Else it is queued again, but not for ever, and not where it must not be
    started twice. `note`: what is known of the session's end."""
    if run.cancel is not None:
        reason, _, why = run.cancel.partition("|")
        return Fate(state=State.CANCELLED, reason=Reason(reason), note=why)
    if run.losses + 1 >= max_losses or (run.once and run.state is State.RUNNING):
        return Fate(state=State.FAILED, reason=Reason.LOST, note=note)
    return Fate(state=State.QUEUED, note=note)


def lost_attempt(run: Run, at: Instant, note: str) -> Attempt:
    """Of a running run, when its session was found dead."""
    assert run.fence is not None, "it is held"
    assert run.session is not None, "it is held"
    return Attempt(
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
