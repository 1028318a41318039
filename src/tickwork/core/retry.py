"""How long to wait before which retry, and whether there is one."""

from tickwork.core.clock import Duration
from tickwork.core.ids import Random
from tickwork.core.model import Backoff, Outcome, Retry
from tickwork.core.states import Reason

MAX_WISHED = 100
"""Attempts of a run after which its own wish for another one is not followed any more: a job that asks for ever has a
fault of its own."""
WISH = "tickwork.app.signals.Retry"
"""The exception by which a job asks for another attempt."""


def wants_retry(policy: Retry, outcome: Outcome, *, attempt: int) -> bool:
    """Whether attempt number `attempt` (from 1) that ended with `outcome` is followed by another one.

    An outcome that asks for it itself (`raise Retry(…)`) needs no policy; it is followed until the run has had
    `MAX_WISHED` attempts (or what the policy allows, if that is more). What cannot get better by repetition (a result
    that is too large, a run that could not be launched) is not repeated.
    """
    if outcome.retry_after is not None or WISH in outcome.exception:
        return attempt < max(MAX_WISHED, policy.count + 1)
    if attempt > policy.count or outcome.reason in {Reason.RESULT, Reason.LAUNCH}:
        return False
    if not policy.on_exit and not policy.on_exception:
        return True
    return outcome.exit_code in policy.on_exit or any(_names(c, policy.on_exception) for c in outcome.exception)


def _names(qualified: str, wanted: tuple[str, ...]) -> bool:
    return any(qualified == want or qualified.rpartition(".")[2] == want for want in wanted)


def delay_before(policy: Retry, retry: int, random: Random) -> Duration:
    """The wait before retry number `retry` (from 1), capped, then jittered."""
    match policy.backoff:
        case Backoff.FIXED:
            factor = 1
        case Backoff.LINEAR:
            factor = retry
        case Backoff.EXPONENTIAL:
            factor = 1 << min(retry - 1, 62)
    base = min(policy.delay * factor, policy.cap)
    spread = 1 + policy.jitter * (2 * random.random() - 1)
    return Duration(round(base * spread))
