"""Notices: what a channel is told, as values; and what the end of a run is an occasion for."""

from collections.abc import Sequence
from enum import StrEnum
from math import ceil
from typing import Final

import msgspec

from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.ids import JobId, RunId, derived_run
from tickwork.core.model import Gap, Job, Origin, Run
from tickwork.core.rules import Occasion, Rule, channels_for, mail_channels
from tickwork.core.sentences import gap_sentence, run_sentence
from tickwork.core.states import Reason, State

ENOUGH: Final = 20
"""So many runs must have succeeded before a job has a usual length."""
_LEAST_EXCESS: Final = 10 * SECOND
_MISSED_BY: Final = frozenset({Reason.DOWN, Reason.DEADLINE, Reason.NO_WORKER, Reason.CAPPED})
_BY_HAND: Final = frozenset({Origin.MANUAL, Origin.API, Origin.REPLAY, Origin.BACKFILL})


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that somebody is told."""

    occasion: Occasion
    about: str
    """What makes it this notice: it is told once for each `about`, on each channel."""
    at: Instant
    title: str
    sentence: str
    job: JobId | None = None
    project: str = ""
    pool: str = ""
    run: RunId | None = None
    manual: bool = False
    """Of a run that a person or a program asked for, not a schedule."""
    killed: bool = False
    attempts: int = 0


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A notice on its way to one channel."""

    id: str
    """The same however often it is made; sorts by time."""
    channel: str
    notice: Notice
    tries: int = 0
    """How often it was sent, or was meant to be, by itself or among others."""
    error: str = ""
    """Of the last try that failed."""


class Fate(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    SENT = "sent"
    DIGESTED = "digested"
    """Sent with others, as one."""
    DROPPED = "dropped"
    """Nothing was sent: there was nothing to tell, or no such channel (any more)."""


def delivery(channel: str, notice: Notice) -> Delivery:
    return Delivery(
        id=derived_run(notice.at, "notice", channel, notice.occasion, notice.about), channel=channel, notice=notice
    )


def rules_of(job: Job) -> tuple[Rule, ...]:
    """Those that the job itself brings."""
    mailed = mail_channels(job.mailto or "")
    return (*job.notify, *([Rule(channels=mailed)] if mailed else []))


def occasion_of(run: Run) -> Occasion | None:
    """What the end of a run is an occasion for, whatever was before it."""
    match run.state:
        case State.FAILED:
            return Occasion.FAILED
        case State.CANCELLED if run.reason is Reason.USER and run.started is not None:
            return Occasion.FAILED
        case State.MISSED if run.reason in _MISSED_BY:
            return Occasion.MISSED
        case _:
            return None


def run_notice(occasion: Occasion, run: Run, *, now: Instant, why: str = "") -> Notice:
    """The notice about a run. `why`: what is wrong with it, where its own state does not say so."""
    killed = run.state is State.CANCELLED or run.reason in {Reason.TIMEOUT, Reason.SIGNAL}
    return Notice(
        occasion=occasion,
        about=run.id,
        at=run.finished or now,
        title=f"{run.job} {_TITLES[occasion]}" if run.state is not State.CANCELLED else f"{run.job} was killed",
        sentence=run_sentence(run, now=now) + (f"; {why}" if why else ""),
        job=run.job,
        project=run.project,
        pool=run.pool,
        run=run.id,
        manual=run.origin in _BY_HAND,
        killed=killed,
        attempts=run.attempt,
    )


def gap_notice(gap: Gap) -> Notice | None:
    """The notice about due moments that became no runs; None: that was meant so."""
    if gap.state is not State.MISSED or gap.reason not in _MISSED_BY:
        return None
    return Notice(
        occasion=Occasion.MISSED,
        about=gap.id,
        at=gap.created,
        title=f"{gap.job} {_TITLES[Occasion.MISSED]}",
        sentence=gap_sentence(gap),
        job=gap.job,
        project=gap.project,
    )


def told(rules: Sequence[Rule], occasions: Sequence[Occasion]) -> dict[str, Occasion]:
    """By channel the first of the occasions that it wants: of one end, a channel is told once."""
    found: dict[str, Occasion] = {}
    for occasion in occasions:
        for channel in channels_for(rules, occasion):
            found.setdefault(channel, occasion)
    return found


def usual_limit(lengths: Sequence[Duration]) -> Duration | None:
    """From when on a run is too long, by those that succeeded: their 95th percentile, and a quarter (at least 10
    seconds) beyond it. None: they are too few."""
    if len(lengths) < ENOUGH:
        return None
    p95 = sorted(lengths)[ceil(0.95 * len(lengths)) - 1]
    return Duration(p95 + max(p95 // 4, _LEAST_EXCESS))


_TITLES: Final[dict[Occasion, str]] = {
    Occasion.FAILED: "failed",
    Occasion.OUTPUT: "printed something",
    Occasion.RECOVERED: "succeeded again",
    Occasion.LATE: "is late",
    Occasion.TOO_LONG: "takes too long",
    Occasion.MISSED: "was missed",
    Occasion.NEVER_FIRES: "never fires again",
    Occasion.DISABLED: "is switched off",
}
