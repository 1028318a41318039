"""What comes in a stretch of time, job by job: a day's list."""

from collections.abc import Iterable, Iterator

import msgspec

from tickwork.core.clock import Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.timing.compiler import stream_of
from tickwork.core.timing.describe import describe
from tickwork.core.timing.occurrences import end_of
from tickwork.core.timing.schedule import Schedule


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule that is due in the stretch."""

    job: str
    words: str
    zone: str
    first: str
    """Its first slot there, ISO-8601 (UTC)."""
    last: str
    count: int


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """What is due from one moment until before another, by first slot."""

    start: str
    end: str
    items: list[AgendaItem]
    left_out: int
    """Schedules beyond the limit."""


def agenda_of(items: Iterable[AgendaItem], start: Instant, end: Instant, *, limit: int) -> Agenda:
    """The agenda of [start, end), of its items."""
    found = sorted(items, key=lambda item: (item.first, item.job))
    return Agenda(start=iso(start) or "", end=iso(end) or "", items=found[:limit], left_out=max(0, len(found) - limit))


def items_of(scheduled: Iterable[tuple[Schedule, JobId]], start: Instant, end: Instant) -> Iterator[AgendaItem]:
    """Those of [start, end). What has no times of its own (after completion, at boots) is not among them."""
    for schedule, job in scheduled:
        stream = stream_of(schedule, job)
        if stream is None:
            continue
        after, until = max(start, schedule.begin) - 1, min(end - 1, end_of(schedule, stream))
        first = stream.after(after) if after < until else None
        if first is None or first.slot > until:
            continue
        last = stream.upto(until)
        yield AgendaItem(
            job=job,
            words=describe(schedule),
            zone=schedule.zone,
            first=iso(Instant(first.slot)) or "",
            last=iso(Instant(first.slot if last is None else last.slot)) or "",
            count=stream.count(after, until),
        )
