"""Planned against actual: the day that was and the day to come, stretch by stretch."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from tickwork.core.clock import HOUR, MINUTE, SECOND, Duration, Instant, iso, later
from tickwork.core.model import Gap, Run
from tickwork.core.sentences import gap_sentence, run_sentence
from tickwork.core.states import Reason, State
from tickwork.core.timing.load import Load
from tickwork.operations.ahead import Ahead
from tickwork.operations.context import Context
from tickwork.operations.views import View
from tickwork.store.protocol import Order, RunFilter, Tally

WIDTH: Final = Duration(15 * MINUTE)
_MARKS: Final = 500
_QUIET: Final = 100
_BROKEN: Final = (State.FAILED, State.MISSED)
_LEFT_OUT: Final = (State.SKIPPED, State.CANCELLED)
"""What did not run, and is as somebody said: it does not push out what is broken."""


class StripCell(View, frozen=True, kw_only=True):
    """One stretch."""

    at: str
    planned: int
    """How many occurrences the schedules of now have in it."""
    actual: dict[str, int]
    """How many runs that were made in it stand in each state."""


class StripMark(View, frozen=True, kw_only=True):
    """What did not go as planned: a run that failed, was missed, skipped or cancelled, or due moments that became
    none."""

    at: str
    """Of a run its creation, of a gap its last slot."""
    first: str
    job: str
    schedule: str | None
    state: State
    reason: Reason | None
    run: str | None
    gap: str | None
    count: int
    sentence: str


class StripView(View, frozen=True, kw_only=True):
    start: str
    end: str
    now: str
    step: int
    """Seconds from one cell to the next."""
    cells: list[StripCell]
    marks: list[StripMark]
    """Newest first; at most 500 of what is broken and of gaps, and 100 runs that were skipped or cancelled."""


class Strip:
    """The verb. `projects`: whose; None: all."""

    def __init__(self, context: Context, ahead: Ahead) -> None:
        self._store = context.store
        self._clock = context.clock
        self._ahead = ahead

    async def look(self, *, projects: Sequence[str] | None, hours: int = 24) -> StripView:
        """So many hours that were and that come, in stretches of a quarter of an hour."""
        now = self._clock.now()
        middle = Instant(now // WIDTH * WIDTH)
        start, end = later(middle, -hours * HOUR), later(middle, hours * HOUR)
        tallies, load, marks = await asyncio.gather(  # the store counts while schedules are worked out
            self._store.tally(since=start, until=later(middle, WIDTH), width=WIDTH, projects=projects),
            self._ahead.load(projects, start, end, seen_from=now),
            self._marks(projects, start, now),
        )
        return StripView(
            start=iso(start) or "",
            end=iso(end) or "",
            now=iso(now) or "",
            step=WIDTH // SECOND,
            cells=list(_cells(load, _by_beginning(tallies))),
            marks=marks,
        )

    async def _marks(self, projects: Sequence[str] | None, start: Instant, now: Instant) -> list[StripMark]:
        within = None if projects is None else tuple(projects)
        where = RunFilter(projects=within, states=_BROKEN, since=start, order=Order.NEWEST)
        broken = await self._store.runs(where, limit=_MARKS)
        left_out = await self._store.runs(msgspec.structs.replace(where, states=_LEFT_OUT), limit=_QUIET)
        gaps = await self._store.gaps(since=start, until=now, projects=projects, newest=True, limit=_MARKS)
        marks = [*(_mark_of_run(run, now) for run in broken), *(_mark_of_gap(gap) for gap in gaps)]
        marks = sorted(marks, key=_moment, reverse=True)[:_MARKS]
        return sorted([*marks, *(_mark_of_run(run, now) for run in left_out)], key=_moment, reverse=True)


def _moment(mark: StripMark) -> str:
    return mark.at


def _by_beginning(tallies: Sequence[Tally]) -> Mapping[Instant, dict[str, int]]:
    found: dict[Instant, dict[str, int]] = {}
    for tally in tallies:
        found.setdefault(tally.at, {})[tally.state] = tally.count
    return found


def _cells(load: Load, actual: Mapping[Instant, dict[str, int]]) -> Iterator[StripCell]:
    width = WIDTH // MINUTE
    for first in range(0, len(load.per_minute), width):
        at = later(load.start, first * MINUTE)
        planned = sum(load.per_minute[first : first + width])
        yield StripCell(at=iso(at) or "", planned=planned, actual=actual.get(at, {}))


def _mark_of_run(run: Run, now: Instant) -> StripMark:
    return StripMark(
        at=iso(run.created) or "",
        first=iso(run.created) or "",
        job=run.job,
        schedule=run.schedule,
        state=run.state,
        reason=run.reason,
        run=run.id,
        gap=None,
        count=1,
        sentence=run_sentence(run, now=now),
    )


def _mark_of_gap(gap: Gap) -> StripMark:
    return StripMark(
        at=iso(gap.last) or "",
        first=iso(gap.first) or "",
        job=gap.job,
        schedule=gap.schedule,
        state=gap.state,
        reason=gap.reason,
        run=None,
        gap=gap.id,
        count=gap.count,
        sentence=gap_sentence(gap),
    )
