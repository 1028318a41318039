"""From the end of an attempt, as the worker saw it, to what the ledger is told."""

from dataclasses import dataclass

from tickwork.core.clock import Instant
from tickwork.core.decide import Next, after_attempt
from tickwork.core.ids import Random
from tickwork.core.lease import MAX_LOSSES
from tickwork.core.model import Attempt, Job, Outcome
from tickwork.core.states import TERMINAL, Reason, State
from tickwork.store.protocol import Claim, Finish, Session
from tickwork.worker.link import Ended


@dataclass(slots=True, kw_only=True)
class Held:
    """A claim between its being given and its end."""

    claim: Claim
    job: Job | None
    """None: a definition that cannot be read here; such a run fails to launch."""
    cancel: str | None
    """The cancel request (`<reason>|<who and why>`), once it is known."""
    since: Instant | None = None
    """When it was given."""


def finish_of(held: Held, ended: Ended, *, session: Session, now: Instant, random: Random) -> Finish:
    """The end of the attempt with the state that the run goes to."""
    outcome = ended.outcome
    after = _after(held, ended, now=now, random=random)
    cancelled = after.state is State.CANCELLED
    attempt = Attempt(
        run=ended.run,
        n=ended.attempt,
        fence=ended.fence,
        session=session.id,
        worker=session.worker,
        started=ended.started,
        finished=ended.finished,
        outcome=outcome.state,
        reason=after.reason if outcome.state is State.CANCELLED else outcome.reason,
        exit_code=outcome.exit_code,
        error=outcome.error,
    )
    return Finish(
        run=ended.run,
        fence=ended.fence,
        state=after.state,
        reason=after.reason,
        attempt=attempt,
        ready_at=after.ready_at,
        wait=after.wait,
        result=outcome.result if after.state is State.SUCCEEDED else None,
        error=outcome.error if after.state is not State.SKIPPED else None,
        note=_note(_who(held.cancel) if cancelled else headline(outcome.error), outcome.remark),
    )


def _after(held: Held, ended: Ended, *, now: Instant, random: Random) -> Next:
    outcome = ended.outcome
    if outcome.state is State.CANCELLED:
        return _cancelled(held.cancel, outcome.reason)
    after = _policy(held, ended, now=now, random=random)
    if held.cancel is not None and after.state not in TERMINAL:
        return _cancelled(held.cancel, None)  # whoever asked for its end does not want another attempt
    return after


def _policy(held: Held, ended: Ended, *, now: Instant, random: Random) -> Next:
    outcome, run, job = ended.outcome, held.claim.run, held.job
    failed = outcome.state is State.FAILED
    if job is None or (failed and run.once):  # an at_most_once run is never started again
        return Next(state=outcome.state, reason=outcome.reason)
    if failed and outcome.reason is Reason.LOST:
        # A lost attempt is nobody's failure: tried again at once, on top of the retries that the job allows.
        if ended.attempt >= MAX_LOSSES + job.retry.count:
            return Next(state=State.FAILED, reason=Reason.LOST)
        return after_attempt(job, Outcome(state=State.QUEUED), attempt=ended.attempt, now=now, random=random)
    return after_attempt(job, outcome, attempt=ended.attempt, now=now, random=random)


def _cancelled(request: str | None, otherwise: Reason | None) -> Next:
    reason = Reason(request.partition("|")[0]) if request is not None else otherwise or Reason.USER
    return Next(state=State.CANCELLED, reason=reason)


def _who(request: str | None) -> str | None:
    return None if request is None else request.partition("|")[2] or None


def _note(fact: str | None, remark: str | None) -> str | None:
    return "; ".join(part for part in (fact, remark) if part) or None


def headline(error: str | None) -> str | None:
    """The line of an error that says what it is: the first, the last one of a traceback, or a group's own."""
    lines = [line.strip() for line in (error or "").splitlines() if line.strip()]
    if not lines:
        return None
    if lines[0].startswith("+ Exception Group Traceback ("):
        return next((line[2:] for line in lines if line.startswith("| ") and line[2] != " "), lines[0])
    return lines[-1] if lines[0].startswith("Traceback (") else lines[0]
