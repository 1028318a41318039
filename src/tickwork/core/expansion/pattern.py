"""Which local times a trigger names, day by day. A day is its number since 1970-01-01, a time its second of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Protocol

from tickwork.core.expansion.cron import Expression
from tickwork.core.timing.schedule import Exclusion, MonthEnd, Roll, Weekday

DAY = 86_400
_HOUR = 3_600
_EPOCH = date(1970, 1, 1).toordinal()
_MONDAY_FIRST = tuple(Weekday)
_FURTHEST_ROLL = 30
_YEAR = 12


class Pattern(Protocol):
    """Local times."""

    @property
    def fixed(self) -> bool:
        """Whether it has a fixed time of day in the sense of Debian's cron."""
        ...

    def on(self, day: int) -> Sequence[int]:
        """Its times on that day, in order."""
        ...


@dataclass(frozen=True, slots=True)
class CronPattern:
    expression: Expression

    @property
    def fixed(self) -> bool:
        return self.expression.fixed

    def on(self, day: int) -> Sequence[int]:
        return self.expression.times if _named(self.expression, day) else ()


@lru_cache(maxsize=1 << 17)
def _named(expression: Expression, day: int) -> bool:
    return expression.names(date_of(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyPattern:
    """The day and time of `anchor` (a local second) in each `every`-th month, from number `first` on."""

    anchor: int
    every: int
    first: int
    month_end: MonthEnd
    fixed: bool = True

    def on(self, day: int) -> Sequence[int]:
        begin, here = date_of(self.anchor // DAY), date_of(day)
        apart = _YEAR * (here.year - begin.year) + here.month - begin.month
        if apart % self.every or apart < self.first * self.every:
            return ()
        last = date_of(day + 1).day == 1
        wanted = here.day == begin.day or (self.month_end is MonthEnd.LAST and last and here.day < begin.day)
        return (self.anchor % DAY,) if wanted else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WallEvery:
    """Every `length` seconds of the wall clock from the local second `anchor` on."""

    anchor: int
    length: int

    @property
    def fixed(self) -> bool:
        return self.length > _HOUR

    def on(self, day: int) -> Sequence[int]:
        midnight = day * DAY
        first = max(self.anchor, midnight + (self.anchor - midnight) % self.length)
        return range(first - midnight, DAY, self.length)


@dataclass(frozen=True, slots=True)
class Closing:
    """What is excluded, in local time."""

    days: frozenset[int]
    weekdays: frozenset[int]
    windows: tuple[tuple[int, int], ...]

    def day(self, day: int) -> bool:
        return day in self.days or (day + 3) % 7 in self.weekdays  # 1970-01-01 was a Thursday

    def at(self, local: int) -> bool:
        """Whether this local second is excluded."""
        second = local % DAY
        return self.day(local // DAY) or any(
            begin <= second < end if begin < end else second >= begin or second < end for begin, end in self.windows
        )


@lru_cache(maxsize=1024)
def closing(exclusion: Exclusion) -> Closing:
    dates = [*exclusion.days, *(day for calendar in exclusion.frozen for day in calendar.days)]
    return Closing(
        days=frozenset(number_of(day) for day in dates),
        weekdays=frozenset(_MONDAY_FIRST.index(day) for day in exclusion.weekdays),
        windows=tuple((_second(window.start), _second(window.end)) for window in exclusion.windows),
    )


@dataclass(frozen=True, slots=True)
class Rolled:
    """`inner`, with what falls on closed days on the open day that comes next (or came before)."""

    inner: Pattern
    closed: Closing
    roll: Roll

    @property
    def fixed(self) -> bool:
        return self.inner.fixed

    def on(self, day: int) -> Sequence[int]:
        if self.closed.day(day):
            return ()
        back = -1 if self.roll is Roll.NEXT else 1
        times = self.inner.on(day)
        source = day + back
        while not times and self.closed.day(source) and abs(source - day) <= _FURTHEST_ROLL:
            times, source = self.inner.on(source), source + back
        return times


def date_of(day: int) -> date:
    return date.fromordinal(day + _EPOCH)


def number_of(day: date) -> int:
    return day.toordinal() - _EPOCH


def _second(clock: time) -> int:
    return _HOUR * clock.hour + 60 * clock.minute + clock.second
