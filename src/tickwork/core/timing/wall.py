"""Patterns of wall-clock time: which local seconds match, whatever the zone.

A local second is the number of seconds from 1970-01-01T00:00 to what the clock on the wall shows; a day is such a
number of days. Nothing here knows of offsets.
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from tickwork.core.timing.fields import CronFields, MonthDays, WeekDays
from tickwork.core.timing.schedule import MonthEnd

HOUR = 3_600
DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1).toordinal()
_HORIZON = 12 * 60
"""Months in which a pattern that matches at all has matched (29 February on a given weekday: 40 years)."""
_MONTHS = range(12 * 1800, 12 * 9000)

Days = Callable[[int], Sequence[int]]
"""Month (12 * year + month - 1) → its matching days, in order."""


class Pattern(Protocol):
    """A set of local seconds."""

    @property
    def fixed(self) -> bool:
        """Whether it has a fixed time of day in the sense of Debian's cron (which then runs it once a day)."""
        ...

    def next(self, local: int) -> int | None:
        """The first match ≥ `local`."""
        ...

    def prev(self, local: int) -> int | None:
        """The last match < `local`."""
        ...

    def count(self, low: int, high: int) -> int:
        """How many matches there are in [low, high)."""
        ...


class CalendarPattern:
    """Times of day on days of the calendar."""

    def __init__(self, *, days: Days, times: Sequence[int], fixed: bool) -> None:
        self._days: Days = lru_cache(maxsize=128)(days)
        self._times = times
        self.fixed = fixed

    def next(self, local: int) -> int | None:
        day, second = divmod(local, DAY)
        if second > self._times[-1]:
            day, second = day + 1, 0
        found = self._day_from(day)
        if found is None:
            return None
        at = bisect_left(self._times, second) if found == day else 0
        return found * DAY + self._times[at]

    def prev(self, local: int) -> int | None:
        day, second = divmod(local, DAY)
        if second <= self._times[0]:
            day, second = day - 1, DAY
        found = self._day_back(day)
        if found is None:
            return None
        at = bisect_left(self._times, second) if found == day else len(self._times)
        return found * DAY + self._times[at - 1]

    def count(self, low: int, high: int) -> int:
        return max(self._before(high, low) - self._before(low, low), 0)

    def _before(self, local: int, origin: int) -> int:
        """Matches before `local`, counted from the beginning of the month of `origin`."""
        day, second = divmod(local, DAY)
        month = month_of(day)
        whole = sum(len(self._days(m)) for m in range(month_of(origin // DAY), month))
        days = self._days(month)
        at = bisect_left(days, day)
        today = bisect_left(self._times, second) if at < len(days) and days[at] == day else 0
        return (whole + at) * len(self._times) + today

    def _day_from(self, day: int) -> int | None:
        month = month_of(day)
        for m in range(month, min(month + _HORIZON, _MONTHS.stop)):
            days = self._days(m)
            at = bisect_left(days, day)
            if at < len(days):
                return days[at]
        return None

    def _day_back(self, day: int) -> int | None:
        month = month_of(day)
        for m in range(month, max(month - _HORIZON, _MONTHS.start), -1):
            days = self._days(m)
            at = bisect_left(days, day + 1)
            if at:
                return days[at - 1]
        return None


@dataclass(frozen=True, slots=True)
class WallInterval:
    """Every `length` seconds of wall-clock time, counted from `anchor`."""

    anchor: int
    length: int

    @property
    def fixed(self) -> bool:
        return self.length > HOUR  # cron(8): "jobs that are run with a granularity greater than one hour"

    def next(self, local: int) -> int:
        return self.anchor + max(0, -((self.anchor - local) // self.length)) * self.length

    def prev(self, local: int) -> int | None:
        n = (local - self.anchor - 1) // self.length
        return None if n < 0 else self.anchor + n * self.length

    def count(self, low: int, high: int) -> int:
        return max(0, (self.next(high) - self.next(low)) // self.length)


def cron_pattern(fields: CronFields, days: Days) -> CalendarPattern:
    """The pattern of a cron expression on `days` (its own, or those rolled off excluded ones)."""
    return CalendarPattern(days=days, times=_times(fields.hours, fields.minutes, fields.seconds), fixed=fields.fixed)


@lru_cache(maxsize=1024)
def _times(hours: frozenset[int], minutes: frozenset[int], seconds: frozenset[int]) -> tuple[int, ...]:
    clock = [60 * minute + second for minute in sorted(minutes) for second in sorted(seconds)]
    return tuple(HOUR * hour + rest for hour in sorted(hours) for rest in clock)


def cron_days(fields: CronFields) -> Days:
    def days(month: int) -> Sequence[int]:
        if month % 12 + 1 not in fields.months:
            return ()
        first, length = first_day(month), length_of(month)
        by_number = _by_number(fields.month_days, first, length)
        by_weekday = _by_weekday(fields.week_days, first, length)
        matching = by_number & by_weekday if fields.both_days else by_number | by_weekday
        return [first + number - 1 for number in sorted(matching)]

    return days


def _by_number(rule: MonthDays, first: int, length: int) -> set[int]:
    matching = {number for number in rule.numbers if number <= length}
    matching |= {length - back for back in rule.from_last if back < length}
    matching |= {_nearest_weekday(first, number, length) for number in rule.nearest if number <= length}
    if rule.last_weekday:
        matching.add(next(n for n in range(length, 0, -1) if _weekday(first + n - 1) in range(1, 6)))
    return matching


def _nearest_weekday(first: int, number: int, length: int) -> int:
    """The Monday to Friday nearest to that day, never in another month."""
    match _weekday(first + number - 1):
        case 6:
            return number - 1 if number > 1 else number + 2
        case 0:
            return number + 1 if number < length else number - 2
        case _:
            return number


def _by_weekday(rule: WeekDays, first: int, length: int) -> set[int]:
    matching = set()
    for number in range(1, length + 1):
        weekday = _weekday(first + number - 1)
        if (
            weekday in rule.numbers
            or (weekday, (number + 6) // 7) in rule.nth
            or (weekday in rule.last and number + 7 > length)
        ):
            matching.add(number)
    return matching


def months_days(*, every: int, anchor: int, first: int, month_end: MonthEnd) -> Days:
    """One day in each `every`-th month from that of the day `anchor` on, which is number 0; `first` is the first."""
    wanted = anchor - first_day(month_of(anchor)) + 1
    begin = month_of(anchor) + first * every

    def days(month: int) -> Sequence[int]:
        length = length_of(month)
        if month < begin or (month - begin) % every or (wanted > length and month_end is MonthEnd.SKIP):
            return ()
        return (first_day(month) + min(wanted, length) - 1,)

    return days


def month_of(day: int) -> int:
    """The month (12 * year + month - 1) of a day."""
    then = date.fromordinal(day + _EPOCH)
    return 12 * then.year + then.month - 1


def first_day(month: int) -> int:
    return date(month // 12, month % 12 + 1, 1).toordinal() - _EPOCH


def length_of(month: int) -> int:
    return monthrange(month // 12, month % 12 + 1)[1]


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _weekday(day: int) -> int:
    return (day + 4) % 7  # Sunday is 0; 1970-01-01 was a Thursday
