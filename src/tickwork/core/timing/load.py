"""How much is due in which minutes, for many schedules at once: what is alike is worked out once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tickwork.core.clock import MINUTE, Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.adjust import Later
from tickwork.core.timing.compiler import stream_of
from tickwork.core.timing.interval import IntervalStream
from tickwork.core.timing.occurrences import end_of
from tickwork.core.timing.schedule import Schedule
from tickwork.core.timing.stream import Stream

_DENSE = 2
"""Beyond so many in a minute they are counted minute by minute instead of walked one by one."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """A stream within (after, until]: all schedules that come down to an equal one have the same minutes."""

    stream: Stream
    after: int
    until: int


class Load:
    """The load of [start, end), both of them cut to whole minutes: complete when `fill` has come to its end."""

    def __init__(self, schedules: Iterable[tuple[Schedule, JobId]], start: Instant, end: Instant) -> None:
        self.start = Instant(start // MINUTE * MINUTE)
        self.per_minute = [0] * ((end - self.start) // MINUTE)
        """How many occurrences each minute has, from `start` on."""
        self._end = Instant(self.start + len(self.per_minute) * MINUTE)
        self._jobs: dict[_Alike, list[JobId]] = {}
        for schedule, job in schedules:
            self._add(schedule, job)

    def fill(self) -> Iterator[None]:
        """Count what is due, once. In steps: each takes up to some hundredths of a second, and there may be thousands,
        between which a caller lets others have their turn, or stops."""
        for alike, jobs in self._jobs.items():
            for minute, count in _minutes(alike):
                self.per_minute[minute - self.start // MINUTE] += count * len(jobs)
            yield

    def jobs_in(self, minute: int) -> list[JobId]:
        """The jobs that are due in the minute of this number (from `start` on), in order."""
        low = self.start + minute * MINUTE - 1
        found: set[JobId] = set()
        for alike, jobs in self._jobs.items():
            begin, end = max(alike.after, low), min(alike.until, low + MINUTE)
            if begin < end and alike.stream.count(begin, end):
                found.update(jobs)
        return sorted(found)

    def _add(self, schedule: Schedule, job: JobId) -> None:
        stream = stream_of(schedule, job)
        if stream is None:
            return
        after = max(self.start, schedule.begin) - 1
        until = min(self._end - 1, end_of(schedule, stream))
        if after < until:
            alike = _Alike(_aligned(stream, after, until, self._end - 1), after, until)
            self._jobs.setdefault(alike, []).append(job)


def _aligned(stream: Stream, after: int, until: int, end: int) -> Stream:
    """An interval of whole minutes that fills the whole stretch, as if it were due at the beginning of its minutes:
    jobs that were saved at different seconds then are alike."""
    if not isinstance(stream, IntervalStream) or stream.length % MINUTE:
        return stream
    whole = stream.start + stream.first * stream.length <= after and until == end and (after + 1) % MINUTE == 0
    return IntervalStream(stream.start // MINUTE * MINUTE % stream.length, stream.length, 0) if whole else stream


def _minutes(alike: _Alike) -> Iterator[tuple[int, int]]:
    """The numbers of the minutes (since 1970) in which something is due, with how much."""
    stream, after, until = alike.stream, alike.after, alike.until
    if isinstance(stream, Later):
        slots = _walked(stream.inner, after - after % MINUTE - _rounded_up(stream.delay), until)
        begin, end = bisect_right(slots, after - stream.delay), bisect_left(slots, until - stream.delay + 1)
        yield from (((slot + stream.delay) // MINUTE, 1) for slot in slots[begin:end])
    elif stream.count(after, until) > _DENSE * (until - after) // MINUTE:
        for minute in range((after + 1) // MINUTE, until // MINUTE + 1):
            low = minute * MINUTE - 1
            if count := stream.count(max(after, low), min(until, low + MINUTE)):
                yield minute, count
    else:
        yield from ((slot // MINUTE, 1) for slot in _walked(stream, after, until))


def _rounded_up(delay: int) -> int:
    """The next power of two of minutes, so that different delays share a walk."""
    return int(MINUTE) << (delay // MINUTE).bit_length()


@lru_cache(maxsize=64)
def _walked(stream: Stream, after: int, until: int) -> list[int]:
    found: list[int] = []
    while (one := stream.after(after)) is not None and one.slot <= until:
        after = one.slot
        found.append(after)
    return found
