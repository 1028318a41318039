"""What follows from the end of an attempt: (run, outcome, policies, now) → the next state."""

import msgspec

from tickwork.core.clock import Instant, later
from tickwork.core.ids import Random
from tickwork.core.model import Job, Outcome
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
