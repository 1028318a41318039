"""When a schedule is due: the one place that everything asks (scheduler, previews, verification)."""

from functools import lru_cache

from tickwork.core.clock import DAY, Instant
from tickwork.core.ids import JobId
from tickwork.core.timing import check
from tickwork.core.timing.compiler import stream_of
from tickwork.core.timing.fields import hashes
from tickwork.core.timing.schedule import Cron, Occurrence, Schedule
from tickwork.core.timing.stream import Stream

_CENTURY = 100 * 366 * DAY
_FOREVER = 7000 * 365 * DAY
_ANYBODY = JobId("")


def validate(schedule: Schedule, job: JobId) -> None:
    """Raises `InvalidSchedule` (which field, which value, what is allowed) for one that cannot be accepted."""
    _validate(schedule, whose(schedule, job))


@lru_cache(maxsize=1024)
def _validate(schedule: Schedule, job: JobId) -> None:
    """Kept: most jobs of a large board have the schedule of others."""
    check.values(schedule)
    check.fires(schedule, stream_of(schedule, job))


def whose(schedule: Schedule, job: JobId) -> JobId:
    """The job, if the schedule means something else to each (see `compiler`); else no job: what is computed for one is
    right for all."""
    trigger = schedule.trigger
    spreads = schedule.spread is not None or schedule.jitter is not None
    return job if spreads or (isinstance(trigger, Cron) and hashes(trigger.expression)) else _ANYBODY


def following(schedule: Schedule, job: JobId, after: Instant) -> Occurrence | None:
    """The first occurrence with slot > `after` (and slot ≥ `schedule.begin`); None: never again."""
    stream = stream_of(schedule, job)
    if stream is None:
        return None
    found = stream.after(max(after, schedule.begin - 1))
    if found is None or found.slot > end_of(schedule, stream):
        return None
    return found


def between(
    schedule: Schedule, job: JobId, after: Instant, until: Instant, *, limit: int | None = None
) -> list[Occurrence]:
    """Occurrences with `after` < slot ≤ `until`, strictly increasing, at most the first `limit`."""
    stream = stream_of(schedule, job)
    if stream is None:
        return []
    here, end = max(after, schedule.begin - 1), min(until, end_of(schedule, stream))
    found: list[Occurrence] = []
    while len(found) != limit and (one := stream.after(here)) is not None and one.slot <= end:
        found.append(one)
        here = one.slot
    return found


def last(schedule: Schedule, job: JobId, after: Instant, until: Instant, *, n: int) -> list[Occurrence]:
    """The last `n` occurrences with `after` < slot ≤ `until`, strictly increasing, without walking the whole span."""
    stream = stream_of(schedule, job)
    if stream is None:
        return []
    begin, here = max(after, schedule.begin - 1), min(until, end_of(schedule, stream))
    found: list[Occurrence] = []
    while len(found) < n and (one := stream.upto(here)) is not None and one.slot > begin:
        found.append(one)
        here = Instant(one.slot - 1)
    return found[::-1]


def count(schedule: Schedule, job: JobId, after: Instant, until: Instant) -> int:
    """How many occurrences have `after` < slot ≤ `until`; fast for 30 days of every second."""
    stream = stream_of(schedule, job)
    if stream is None:
        return 0
    begin, end = max(after, schedule.begin - 1), min(until, end_of(schedule, stream))
    return stream.count(begin, end) if begin < end else 0


def end_of(schedule: Schedule, stream: Stream) -> Instant:
    """The last instant at which the schedule may be due."""
    end = _FOREVER if schedule.until is None else schedule.until
    if schedule.duration is not None:
        end = min(end, schedule.origin + schedule.duration)
    if schedule.repeat is not None:
        end = min(end, _nth(stream, schedule.origin, schedule.repeat))
    return Instant(end)


@lru_cache(maxsize=4096)
def _nth(stream: Stream, origin: Instant, n: int) -> int:
    """The slot of the `n`th occurrence from `origin` on, found by counting ever longer, then ever shorter parts."""
    low, span = origin - 1, int(DAY)
    while (counted := stream.count(low, low + span)) < n:
        n -= counted
        low += span
        span *= 2
        if low > origin + _CENTURY or stream.after(low) is None:
            return _FOREVER
    while span > 1:
        half = span // 2
        if (counted := stream.count(low, low + half)) >= n:
            span = half
        else:
            n, low, span = n - counted, low + half, span - half
    return low + span
