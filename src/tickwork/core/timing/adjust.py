"""Streams around streams: exclusions, spread, jitter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from zoneinfo import ZoneInfo

from tickwork.core.clock import SECOND, Instant
from tickwork.core.timing.fields import spread_of
from tickwork.core.timing.schedule import Exclusion, Occurrence, Roll, Weekday, Window
from tickwork.core.timing.stream import Stream
from tickwork.core.timing.wall import DAY, Days, day_number, month_of
from tickwork.core.timing.zone import Stretch, stretches_back, stretches_from

_HORIZON = 50 * 366 * DAY
_MONDAY_FIRST = tuple(Weekday)
_FURTHEST_ROLL = 31


class Closed:
    """When an exclusion applies, in local time."""

    def __init__(self, exclusion: Exclusion) -> None:
        self._weekdays = frozenset(_MONDAY_FIRST.index(day) for day in exclusion.weekdays)
        self._days = {day_number(day): f"date {day.isoformat()}" for day in exclusion.days}
        for calendar in exclusion.frozen:
            self._days |= {day_number(day): f"calendar {calendar.name}" for day in calendar.days}
        self._windows = exclusion.windows
        self.open_times = _open_times(exclusion.windows)

    def day(self, day: int) -> bool:
        """Whether the whole day is excluded."""
        return day in self._days or (day + 3) % 7 in self._weekdays

    def why(self, local: int) -> str | None:
        """What excludes this local second, in words; None: nothing."""
        day, second = divmod(local, DAY)
        if day in self._days:
            return self._days[day]
        if (day + 3) % 7 in self._weekdays:
            return f"weekday {_MONDAY_FIRST[(day + 3) % 7]}"
        for window in self._windows:
            if any(low <= second < high for low, high in _spans(window)):
                return f"window {window.start:%H:%M}-{window.end:%H:%M}" + (f" ({window.note})" if window.note else "")
        return None


def _open_times(windows: Sequence[Window]) -> tuple[tuple[int, int], ...]:
    """The parts of a day that no window covers, as [from, to) seconds."""
    spans, here = [], 0
    for low, high in sorted(span for window in windows for span in _spans(window)):
        if low > here:
            spans.append((here, low))
        here = max(here, high)
    if here < DAY:
        spans.append((here, DAY))
    return tuple(spans)


def _spans(window: Window) -> list[tuple[int, int]]:
    start, end = _second_of(window.start), _second_of(window.end)
    return [(start, end)] if start < end else [(start, DAY), (0, end)]


def _second_of(clock: time) -> int:
    return 3600 * clock.hour + 60 * clock.minute + clock.second


def rolled(days: Days, closed: Callable[[int], bool], roll: Roll) -> Days:
    """`days`, with those that are closed moved to the nearest open day in the direction of `roll`."""
    step = 1 if roll is Roll.NEXT else -1

    def land(day: int) -> int | None:
        return next((d for d in range(day, day + step * _FURTHEST_ROLL, step) if not closed(d)), None)

    def moved(month: int) -> Sequence[int]:
        around = [day for m in (month - 1, month, month + 1) for day in days(m)]
        from_here = {land(day) for day in around}
        return sorted(day for day in from_here if day is not None and month_of(day) == month)

    return moved


@dataclass(frozen=True, slots=True, eq=False)
class OpenStream:
    """`inner` without what an exclusion excludes, by the local time at which it would be due."""

    inner: Stream
    closed: Closed
    zone: ZoneInfo

    def after(self, moment: int) -> Occurrence | None:
        found = self.inner.after(moment)
        if found is None:
            return None
        for low, high in self._spans_from(found.slot // SECOND):
            if found.slot < low:
                found = self.inner.after(low - 1)
                if found is None:
                    return None
            if found.slot < high:
                return found
        return None

    def upto(self, moment: int) -> Occurrence | None:
        found = self.inner.upto(moment)
        if found is None:
            return None
        for low, high in self._spans_back(found.slot // SECOND):
            if found.slot >= high:
                found = self.inner.upto(high - 1)
                if found is None:
                    return None
            if found.slot >= low:
                return found
        return None

    def count(self, after: int, upto: int) -> int:
        total = 0
        for low, high in self._spans_from(after // SECOND):
            if low > upto:
                break
            total += self.inner.count(max(after, low - 1), min(upto, high - 1))
        return total

    def _spans_from(self, second: int) -> Iterator[tuple[int, int]]:
        """The open spans [from, to) of microseconds, from the one that holds `second` on."""
        for stretch in stretches_from(self.zone, second):
            if stretch.start > second + _HORIZON:
                return
            first = max(stretch.start, second) + stretch.offset
            for day in range(first // DAY, (stretch.end + stretch.offset - 1) // DAY + 1):
                yield from self._open(stretch, day)

    def _spans_back(self, second: int) -> Iterator[tuple[int, int]]:
        for stretch in stretches_back(self.zone, second):
            if stretch.end < second - _HORIZON:
                return
            final = min(stretch.end - 1, second) + stretch.offset
            for day in range(final // DAY, (stretch.start + stretch.offset) // DAY - 1, -1):
                yield from reversed(self._open(stretch, day))

    def _open(self, stretch: Stretch, day: int) -> list[tuple[int, int]]:
        if self.closed.day(day):
            return []
        midnight = day * DAY - stretch.offset
        spans = (
            (max(stretch.start, midnight + low), min(stretch.end, midnight + high))
            for low, high in self.closed.open_times
        )
        return [(low * SECOND, high * SECOND) for low, high in spans if low < high]


@dataclass(frozen=True, slots=True)
class Later:
    """`inner`, each by `delay` later."""

    inner: Stream
    delay: int

    def after(self, moment: int) -> Occurrence | None:
        return self._shift(self.inner.after(moment - self.delay))

    def upto(self, moment: int) -> Occurrence | None:
        return self._shift(self.inner.upto(moment - self.delay))

    def count(self, after: int, upto: int) -> int:
        return self.inner.count(after - self.delay, upto - self.delay)

    def _shift(self, found: Occurrence | None) -> Occurrence | None:
        return found and Occurrence(Instant(found.slot + self.delay), found.nominal)


@dataclass(frozen=True, slots=True)
class Jittered:
    """`inner`, each later by its own part of `width`, but always before the next one: so the order stays, and the
    stream can still be entered anywhere."""

    inner: Stream
    width: int
    seed: str

    def after(self, moment: int) -> Occurrence | None:
        before = self._late(self.inner.upto(moment))
        return before if before and before.slot > moment else self._late(self.inner.after(moment))

    def upto(self, moment: int) -> Occurrence | None:
        before = self.inner.upto(moment)
        moved = self._late(before)
        if before is None or moved is None or moved.slot <= moment:
            return moved
        return self._late(self.inner.upto(before.slot - 1))

    def count(self, after: int, upto: int) -> int:
        return self.inner.count(after, upto) + self._pending(after) - self._pending(upto)

    def _pending(self, moment: int) -> int:
        """1 if one that the inner stream has behind it is still to come."""
        before = self._late(self.inner.upto(moment))
        return int(before is not None and before.slot > moment)

    def _late(self, found: Occurrence | None) -> Occurrence | None:
        if found is None:
            return None
        following = self.inner.after(found.slot)
        width = self.width if following is None else min(self.width, following.slot - found.slot)
        return Occurrence(Instant(found.slot + spread_of(f"{self.seed}/{found.nominal}") % width), found.nominal)


@lru_cache(maxsize=1024)
def closed_by(exclusion: Exclusion) -> Closed:
    return Closed(exclusion)
