"""What becomes of a schedule's due occurrences: the pure decision behind the scheduler's tick."""

from bisect import bisect_left
from dataclasses import dataclass

from tickwork.core.clock import SECOND, Duration, Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.states import Reason, State
from tickwork.core.timing import occurrences
from tickwork.core.timing.schedule import CatchUp, Occurrence, Schedule
from tickwork.core.timing.text import format_duration

ON_TIME = Duration(10 * SECOND)
"""An occurrence looked at no later than this after its slot counts as on time: it runs, whatever the catch-up
policy (a stall of the server for some seconds must not lose slots of a job that runs each second)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGap:
    """Consecutive occurrences that do not become runs."""

    first: Instant
    last: Instant
    count: int
    state: State
    reason: Reason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDecision:
    """`runs` (in order; they are to be queued) and `gaps` together account for every occurrence in
    (cursor before, `cursor`]; `due` is the first one after `cursor`."""

    runs: tuple[Occurrence, ...]
    gaps: tuple[PlannedGap, ...]
    cursor: Instant
    due: Instant | None


_Runs = tuple[Occurrence, ...]
_Gaps = tuple[PlannedGap, ...]


def decide_due(
    schedule: Schedule, job: JobId, *, cursor: Instant, now: Instant, paused: str | None, max_runs: int = 1000
) -> DueDecision:
    """Decide every occurrence in (cursor, now].

    `paused`: the sentence why the job is off now (then all become `skipped(paused)`), or None. Occurrences on time
    (see `ON_TIME`) run. Older ones follow the catch-up policy: `latest`: the newest of them runs, but only if none
    is on time, the others are `missed(down)`; `all`: all run, but those beyond `max_count` (newest first) are
    `missed(capped)` and those older than `max_age` are `missed(down)`; `none`: all `missed(down)`. Any occurrence later
    than `start_deadline` is `missed(deadline)`. At most `max_runs` runs in one decision: then `cursor` stops
    at the last decided occurrence and the rest is decided by the next call.
    """
    if now <= cursor:  # the clock went back: everything up to the cursor is decided
        return DueDecision(runs=(), gaps=(), cursor=cursor, due=_slot(occurrences.following(schedule, job, cursor)))
    if paused is None and (usual := _usual(schedule, job, cursor, now, max_runs)) is not None:
        return usual
    span = _Span(schedule=schedule, job=job)
    if paused is not None:
        gaps = span.gap(cursor, now, State.SKIPPED, Reason.PAUSED, paused)
        return DueDecision(runs=(), gaps=gaps, cursor=now, due=_slot(occurrences.following(schedule, job, now)))
    runs, gaps = _decide(span, cursor, now, max_runs)
    decided = runs[-1].slot if len(runs) == max_runs else now
    return DueDecision(runs=runs, gaps=gaps, cursor=decided, due=_slot(occurrences.following(schedule, job, decided)))


def _usual(schedule: Schedule, job: JobId, cursor: Instant, now: Instant, max_runs: int) -> DueDecision | None:
    """One occurrence, on time: what nearly every decision is about, without the questions that only the others need."""
    in_time = ON_TIME if schedule.start_deadline is None else min(ON_TIME, schedule.start_deadline)
    first = occurrences.following(schedule, job, cursor)
    if first is None or not now - in_time <= first.slot <= now or max_runs == 1:
        return None
    second = _slot(occurrences.following(schedule, job, first.slot))
    if second is not None and second <= now:
        return None
    return DueDecision(runs=(first,), gaps=(), cursor=now, due=second)


def _slot(occurrence: Occurrence | None) -> Instant | None:
    return None if occurrence is None else occurrence.slot


def _decide(span: "_Span", cursor: Instant, now: Instant, max_runs: int) -> tuple[_Runs, _Gaps]:
    """Cut (cursor, now], from old to new: past the deadline, not caught up, beyond the count, to be run."""
    schedule = span.schedule
    here = cursor
    gaps: _Gaps = ()
    if schedule.start_deadline is not None:
        too_late = Instant(now - schedule.start_deadline - 1)
        note = f"later than its start deadline of {format_duration(schedule.start_deadline)}"
        gaps += span.gap(here, too_late, State.MISSED, Reason.DEADLINE, note)
        here = max(here, too_late)
    late = max(here, Instant(now - ON_TIME - 1))
    down = span.not_caught_up(here, late, now)
    gaps += span.gap(here, down, State.MISSED, Reason.DOWN, f"nobody looked after it until {iso(now)}")
    here = max(here, down)
    if schedule.max_count is not None and schedule.catch_up is CatchUp.ALL:
        beyond = span.all_but_newest(here, late, schedule.max_count)
        note = f"only the newest {schedule.max_count} are caught up"
        gaps += span.gap(here, beyond, State.MISSED, Reason.CAPPED, note)
        here = beyond
    return tuple(occurrences.between(schedule, span.job, here, now, limit=max_runs)), gaps


@dataclass(frozen=True, slots=True)
class _Span:
    """Questions about parts of one schedule's time; each part is (after, until]."""

    schedule: Schedule
    job: JobId

    def gap(self, after: Instant, until: Instant, state: State, reason: Reason, note: str) -> _Gaps:
        """The gap that accounts for all occurrences of a part; none if there are none."""
        count = occurrences.count(self.schedule, self.job, after, until)
        if count == 0:
            return ()
        (first,) = occurrences.between(self.schedule, self.job, after, until, limit=1)
        (last,) = occurrences.last(self.schedule, self.job, after, until, n=1)
        return (PlannedGap(first=first.slot, last=last.slot, count=count, state=state, reason=reason, note=note),)

    def not_caught_up(self, after: Instant, late: Instant, now: Instant) -> Instant:
        """Up to where the late ones, (after, late], are not caught up."""
        oldest = after if self.schedule.max_age is None else min(late, Instant(now - self.schedule.max_age - 1))
        match self.schedule.catch_up:
            case CatchUp.NONE:
                return late
            case CatchUp.ALL:
                return oldest
            case CatchUp.LATEST:
                if occurrences.count(self.schedule, self.job, late, now):
                    return late
                newest = occurrences.last(self.schedule, self.job, after, late, n=1)
                return Instant(newest[0].slot - 1) if newest and newest[0].slot > oldest else late

    def all_but_newest(self, after: Instant, until: Instant, newest: int) -> Instant:
        """Up to where the occurrences of a part are more than the `newest` ones; found by counting."""

        def counted(length: int) -> int:
            return occurrences.count(self.schedule, self.job, after, Instant(after + length))

        surplus = counted(until - after) - newest
        return after if surplus <= 0 else Instant(after + bisect_left(range(until - after), surplus, key=counted))
