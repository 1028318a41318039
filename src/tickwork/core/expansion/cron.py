"""Cron fields, read in the plainest way: a value is asked whether a term names it. For accepted expressions only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from tickwork.core.timing.fields import spread_of

_ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NAMES = {name: n for n, name in enumerate(_MONTHS, 1)} | {name: n for n, name in enumerate(_WEEKDAYS)}
_FIELDS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "day of month": (1, 31),
    "month": (1, 12),
    "day of week": (0, 7),
}
_HASHED_UPTO = {"day of month": 28, "day of week": 6}
_FIVE = 5
_FRIDAY = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Expression:
    """An accepted expression of 6 fields (the seconds of one with 5 are 0)."""

    terms: dict[str, tuple[str, ...]]
    job: str
    six: bool

    @cached_property
    def fixed(self) -> bool:
        """Whether Debian's cron would take it for a job of a fixed time of day."""
        return not self.six and not self._starred("minute") and not self._starred("hour")

    @cached_property
    def times(self) -> tuple[int, ...]:
        """The seconds of a day that hour, minute and second name."""
        hours, minutes, seconds = (sorted(self._numbers(name)) for name in ("hour", "minute", "second"))
        return tuple(3600 * hour + 60 * minute + second for hour in hours for minute in minutes for second in seconds)

    def names(self, day: date) -> bool:
        """Whether month, day of month and day of week name this day."""
        if day.month not in self._months:
            return False
        by_number = any(_names_day(term, day) for term in self._day_words) or day.day in self._days
        weekday = day.isoweekday() % 7
        by_weekday = weekday in self._weekdays or any(_names_weekday(term, day) for term in self._weekday_words)
        if self._starred("day of month") or self._starred("day of week"):
            return by_number and by_weekday
        return by_number or by_weekday

    @cached_property
    def _months(self) -> frozenset[int]:
        return self._numbers("month")

    @cached_property
    def _day_words(self) -> tuple[str, ...]:
        return tuple(term for term in self.terms["day of month"] if term[0] == "L" or term[-1] == "W")

    @cached_property
    def _days(self) -> frozenset[int]:
        return self._numbers("day of month", leave_out=self._day_words)

    @cached_property
    def _weekday_words(self) -> tuple[str, ...]:
        return tuple(term for term in self.terms["day of week"] if "#" in term or term[-1] == "L")

    @cached_property
    def _weekdays(self) -> frozenset[int]:
        return frozenset(n % 7 for n in self._numbers("day of week", leave_out=self._weekday_words))

    def _starred(self, name: str) -> bool:
        first = self.terms[name][0]
        return first[0] == "*" or first.startswith("H/")

    def _numbers(self, name: str, *, leave_out: Iterable[str] = ()) -> frozenset[int]:
        terms = [term for term in self.terms[name] if term not in set(leave_out)]
        return frozenset(n for term in terms for n in _values(name, term, self.job))


@lru_cache(maxsize=4096)
def read(expression: str, job: str) -> Expression:
    """What an accepted expression (no `@every`, no `@reboot`) means for a job."""
    text = _ALIASES.get(expression.strip().lower(), expression).upper().replace("?", "*")
    fields = text.split()
    six = len(fields) > _FIVE
    fields = fields if six else ["0", *fields]
    return Expression(
        terms={name: tuple(field.split(",")) for name, field in zip(_FIELDS, fields, strict=True)}, job=job, six=six
    )


def _values(name: str, term: str, job: str) -> Iterable[int]:
    low, high = _FIELDS[name]
    span, slash, step = term.partition("/")
    if span[0] == "H":
        return _hashed(name, span, int(step) if slash else None, job)
    if span != "*":
        first, dash, last = span.partition("-")
        low = _number(first)
        high = _last(name, last) if dash else high if slash else low
    return range(low, high + 1, int(step or 1))


def _hashed(name: str, span: str, step: int | None, job: str) -> Iterable[int]:
    low, high = _FIELDS[name][0], _HASHED_UPTO.get(name, _FIELDS[name][1])
    if span != "H":
        first, _, last = span[2:-1].partition("-")
        low, high = _number(first), _last(name, last)
    number, width = spread_of(f"{job}/{name}"), high - low + 1
    if step is None:
        return [low + number % width]
    return range(low + number % min(step, width), high + 1, step)


def _number(text: str) -> int:
    return _NAMES[text] if text in _NAMES else int(text)


def _last(name: str, text: str) -> int:
    return 7 if name == "day of week" and text == "SUN" else _number(text)  # FRI-SUN


def _names_day(term: str, day: date) -> bool:
    """`L`, `L-3`, `LW`, `15W`."""
    if term == "LW":
        return _is_weekday(day) and not any(_is_weekday(later) for later in _rest_of_month(day))
    if term[0] == "L":
        return len(_rest_of_month(day)) == int(term[2:] or 0)
    wanted = int(term[:-1])
    month = [day.replace(day=1), *_rest_of_month(day.replace(day=1))]
    weekdays = [other for other in month if _is_weekday(other)]
    return wanted <= len(month) and day == min(weekdays, key=lambda other: (abs(other.day - wanted), other.day))


def _names_weekday(term: str, day: date) -> bool:
    """`FRI#2`, `5L`."""
    if term[-1] == "L":
        return day.isoweekday() % 7 == _number(term[:-1]) % 7 and (day + _WEEK).month != day.month
    weekday, _, nth = term.partition("#")
    return day.isoweekday() % 7 == _number(weekday) % 7 and (day.day - 1) // 7 + 1 == int(nth)


def _is_weekday(day: date) -> bool:
    return day.isoweekday() <= _FRIDAY


def _rest_of_month(day: date) -> list[date]:
    later = (day + timedelta(days=n) for n in range(1, 31))
    return [other for other in later if other.month == day.month]
