"""What is reported about a work, as values."""

from tickwork.core.clock import Instant
from tickwork.core.masking import Masker
from tickwork.core.model import Outcome
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Claim, LogWrite, ProgressWrite, Start
from tickwork.worker.link import Ended
from tickwork.worker.processes import Began, Logged, Progressed
from tickwork.worker.secrecy import without_secrets
from tickwork.worker.spool import Release
from tickwork.worker.work import Work

CANCELLED = Outcome(state=State.CANCELLED, reason=Reason.USER)
"""Whose wish it was stands in the order, which is known behind the link."""


def begun(work: Work, event: Began) -> Start:
    return Start(run=event.run, fence=work.fence, at=event.at, pid=event.pid)


def about_to_begin(work: Work, at: Instant) -> Start:
    """Of an at_most_once run, before there is a process."""
    return Start(run=work.claim.run.id, fence=work.fence, at=at)


def logged(work: Work, event: Logged) -> LogWrite:
    return LogWrite(run=event.run, attempt=work.attempt, fence=work.fence, chunks=event.chunks, drop=event.drop)


def progressed(work: Work, event: Progressed) -> ProgressWrite:
    bars = Masker(work.spec.mask).bars(event.bars)
    return ProgressWrite(run=event.run, attempt=work.attempt, fence=work.fence, at=event.at, bars=bars)


def ended(work: Work, outcome: Outcome, at: Instant) -> Ended | Release:
    """A work that was stopped before it began goes back as if it had never been claimed."""
    if work.started is None and outcome.state is State.FAILED and outcome.reason is Reason.LOST:
        return released(work.claim)
    return Ended(
        run=work.claim.run.id,
        fence=work.fence,
        attempt=0 if work.started is None else work.attempt,
        started=work.started,
        finished=at,
        outcome=without_secrets(outcome, work.spec.mask),
    )


def never_began(claim: Claim, outcome: Outcome, at: Instant) -> Ended:
    return Ended(run=claim.run.id, fence=claim.fence, attempt=0, started=None, finished=at, outcome=outcome)


def released(claim: Claim) -> Release:
    return (claim.run.id, claim.fence)
