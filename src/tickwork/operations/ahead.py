"""Looking ahead: the load of the next days, and what a board would change about what comes next."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest

import msgspec

from tickwork.core.clock import DAY, HOUR, MINUTE, Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.core.switches import paused_because
from tickwork.core.timing.load import Load
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import InvalidDefinition
from tickwork.operations.agenda import Agenda, AgendaItem, agenda_of, items_of
from tickwork.operations.batch import as_saved
from tickwork.operations.changes import Change, ChangeKind
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.upcoming import from_then_on, next_of
from tickwork.operations.views import NextView
from tickwork.store.protocol import Kind

_BUSIEST = 10
_LONGEST = 400 * DAY
"""Of an agenda: what is looked through is as long as that."""
_TOGETHER = 100
"""Schedules that are looked at in one go."""
_SHOWN = 10
"""Occurrences before and after a change."""
_MINUTES_OF_HOUR = HOUR // MINUTE


class HourLoad(msgspec.Struct, frozen=True, kw_only=True):
    hour: str
    """Its beginning, ISO-8601 (UTC)."""
    count: int


class MinuteLoad(msgspec.Struct, frozen=True, kw_only=True):
    minute: str
    count: int
    jobs: list[str]
    """In order."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """How much comes due: in each hour (those without anything included), and in the ten busiest minutes."""

    hours: list[HourLoad]
    busiest: list[MinuteLoad]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a board, and for a job that stays the next occurrences before and after it."""

    change: Change
    before: list[NextView]
    after: list[NextView]


class Ahead:
    """The verbs that look ahead."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def forecast(
        self, *, days: int, start: Instant | None = None, projects: Sequence[str] | None = None
    ) -> Forecast:
        """The load of so many days from the minute of `start` (default: now) on.

        Jobs that are switched off now without an end are left out; what has no times (after completion, at boots) too.
        """
        moment = self._context.clock.now() if start is None else start
        load = await self.load(projects, moment, Instant(moment + days * DAY), seen_from=moment)
        return Forecast(hours=list(_hours(load)), busiest=list(_busiest(load)))

    async def agenda(
        self, *, start: Instant, end: Instant, projects: Sequence[str] | None = None, limit: int = 1000
    ) -> Agenda:
        """What is due from `start` until before `end`, schedule by schedule; what is left out is what `forecast` does
        not count. Raises `InvalidDefinition` if `end` does not lie behind `start`, or too far."""
        if end <= start:
            raise InvalidDefinition(f"end: {iso(end)} is not after start, {iso(start)}")
        if end - start > _LONGEST:
            raise InvalidDefinition(f"end: {iso(end)} is more than 400 days after start; ask for a shorter stretch")
        scheduled, items = await self.scheduled(projects, start), list[AgendaItem]()
        for first in range(0, len(scheduled), _TOGETHER):
            items += items_of(scheduled[first : first + _TOGETHER], start, end)
            await asyncio.sleep(0)  # others have their turn
        return agenda_of(items, start, end, limit=limit)

    async def load(self, projects: Sequence[str] | None, start: Instant, end: Instant, *, seen_from: Instant) -> Load:
        """The load of [start, end), as the schedules are from `seen_from` on."""
        load = Load(await self.scheduled(projects, seen_from), start, end)
        for _ in load.fill():
            await asyncio.sleep(0)  # others have their turn, and whoever asked may have gone
        return load

    async def compare(self, board: str, jobs: Sequence[Job]) -> list[Preview]:
        """What applying the board would change, with the next ten occurrences of each changed job before and after.

        Raises what `plan` raises.
        """
        plan = await self._jobs.planned(board, jobs)
        changed = [change.job for change in plan.changes if change.kind is ChangeKind.CHANGED]
        old = {name: decode_job(d) for name, d in (await self._store.get_many(Kind.JOB, changed)).items()}
        new = {job.id: job for job in plan.jobs if job.id in old}
        now = self._context.clock.now()
        return [_preview(change, old, new, now) for change in plan.changes]

    async def scheduled(self, projects: Sequence[str] | None, moment: Instant) -> list[tuple[Schedule, JobId]]:
        """The schedules that the load from `moment` on is made of."""
        switches = {name: switch for name, switch in (await self._jobs.switches()).items() if switch.until is None}
        now = self._context.clock.now()
        documents = [
            document
            for project in (projects if projects is not None else [None])
            for document in await self._jobs.all(project=project)
        ]
        jobs = [decode_job(document) for document in documents]
        return [
            (from_then_on(schedule, moment), job.id)
            for job in jobs
            if paused_because(job, switches, now) is None
            for schedule in job.schedules
        ]


def _preview(change: Change, old: Mapping[str, Job], new: Mapping[JobId, Job], now: Instant) -> Preview:
    if change.kind is not ChangeKind.CHANGED:
        return Preview(change=change, before=[], after=[])
    before_it, after_it = old[change.job], new[JobId(change.job)]
    before, after = (next_of([job], now, _SHOWN) for job in (before_it, as_saved(after_it, before_it, now)))
    return Preview(change=change, before=before, after=after)


def _hours(load: Load) -> Iterator[HourLoad]:
    """Whole hours of UTC; the first and the last one are cut where the stretch begins and ends."""
    first = load.start // MINUTE
    begin = 0
    while begin < len(load.per_minute):
        end = begin + _MINUTES_OF_HOUR - (first + begin) % _MINUTES_OF_HOUR
        hour = Instant((first + begin) * MINUTE // HOUR * HOUR)
        yield HourLoad(hour=iso(hour) or "", count=sum(load.per_minute[begin:end]))
        begin = end


def _busiest(load: Load) -> Iterator[MinuteLoad]:
    """Busiest first; of equal ones the earliest."""
    numbers = range(len(load.per_minute))
    for minute in nlargest(_BUSIEST, numbers, key=lambda n: (load.per_minute[n], -n)):
        if load.per_minute[minute]:
            yield MinuteLoad(
                minute=iso(Instant(load.start + minute * MINUTE)) or "",
                count=load.per_minute[minute],
                jobs=list(load.jobs_in(minute)),
            )
