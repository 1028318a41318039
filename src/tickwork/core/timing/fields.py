"""The fields of a cron expression: text → the sets of values that match.

A parser of our own: it names the field and the value that is wrong, and knows `H`, `nW` and `?`. The sets allow
counting and walking backwards without stepping, which no cron library does; the tests hold it against cronsim.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from tickwork.errors import InvalidSchedule

ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


@dataclass(frozen=True, slots=True)
class Field:
    """What one field may hold."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    """Of the values from `low` on."""
    hash_high: int | None = None
    """Up to where `H` goes (in a month: a day that every month has)."""

    def number(self, text: str) -> int:
        """The value that `text` stands for. Raises `InvalidSchedule`."""
        if text in self.names:
            return self.low + self.names.index(text)
        if not re.fullmatch(r"\d+", text, re.ASCII):
            raise self.wrong(text)
        if not self.low <= int(text) <= self.high:
            raise InvalidSchedule(f"{self.name}: {text} is not in {self.low}-{self.high}")
        return int(text)

    def wrong(self, text: str) -> InvalidSchedule:
        names = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        shown = f"{text!r} is not" if text else "there is nothing where there should be"
        return InvalidSchedule(
            f"{self.name}: {shown} a value; write {self.low}-{self.high}{names}, a range a-b, a list a,b or a step */n"
        )


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

SECOND = Field("second", 0, 59)
MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
DAY = Field("day of month", 1, 31, hash_high=28)
MONTH = Field("month", 1, 12, _MONTHS)
WEEKDAY = Field("day of week", 0, 7, _WEEKDAYS, hash_high=6)


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The day-of-month field."""

    numbers: frozenset[int] = frozenset()
    from_last: frozenset[int] = frozenset()
    """`L` is 0, `L-3` is 3."""
    nearest: frozenset[int] = frozenset()
    """`15W`: the weekday nearest to the 15th, within the month."""
    last_weekday: bool = False
    """`LW`"""


@dataclass(frozen=True, slots=True)
class WeekDays:
    """The day-of-week field; Sunday is 0."""

    numbers: frozenset[int] = frozenset()
    nth: frozenset[tuple[int, int]] = frozenset()
    """`FRI#2` is (5, 2)."""
    last: frozenset[int] = frozenset()
    """`5L`: the last Friday of the month."""


@dataclass(frozen=True, slots=True)
class CronFields:
    """A parsed expression."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: MonthDays
    months: frozenset[int]
    week_days: WeekDays
    both_days: bool
    """Debian: if one of the two day fields starts with a star, both must match; else either does."""
    fixed: bool
    """Debian: a job whose minute and hour do not start with a star has a fixed time of day, and runs once on
    each day whatever the clock does. Six fields are not cron's, so its special rule is not theirs."""


@lru_cache(maxsize=8192)
def hashes(expression: str) -> bool:
    """Whether the expression means something else for each job."""
    text = expression.strip().upper()
    return not text.startswith("@") and "H" in text.replace("THU", "")


@lru_cache(maxsize=8192)
def parse_cron(expression: str, job: str) -> CronFields:
    """Parse 5 or 6 fields or an alias of them. Raises `InvalidSchedule` naming the field and the value."""
    text = expression.strip()
    if text.startswith("@"):
        text = _alias(text)
    parts = text.upper().replace("?", "*").split()
    match len(parts):
        case 5:
            return _fields(["0", *parts], job, debian=True)
        case 6:
            return _fields(parts, job, debian=False)
        case n:
            raise InvalidSchedule(
                f"cron: {expression!r} has {n} fields; write 5 (minute hour day month weekday), "
                "6 (second first) or an alias like @daily"
            )


def _fields(parts: list[str], job: str, *, debian: bool) -> CronFields:
    second, minute, hour, day, month, weekday = parts
    any_time = _starred(minute) or _starred(hour)
    return CronFields(
        seconds=_values(SECOND, second, job),
        minutes=_values(MINUTE, minute, job),
        hours=_values(HOUR, hour, job),
        month_days=_month_days(day, job),
        months=_values(MONTH, month, job),
        week_days=_week_days(weekday, job),
        both_days=_starred(day) or _starred(weekday),
        fixed=debian and not any_time,
    )


def _starred(field: str) -> bool:
    return field.startswith(("*", "H/"))


def _alias(text: str) -> str:
    known = ALIASES.get(text.lower())
    if known is None:
        raise InvalidSchedule(
            f"cron: {text!r} is not an alias; there are {', '.join(ALIASES)}, @every LENGTH and @reboot"
        )
    return known


def _month_days(text: str, job: str) -> MonthDays:
    numbers: set[int] = set()
    from_last: set[int] = set()
    nearest: set[int] = set()
    for term in text.split(","):
        if term == "LW":
            continue
        if match := re.fullmatch(r"L(?:-(\d+))?", term, re.ASCII):
            from_last.add(_in_month(match[1] or "0"))
        elif term.endswith("W"):
            nearest.add(DAY.number(term[:-1]))
        else:
            numbers |= _term(DAY, term, job)
    return MonthDays(frozenset(numbers), frozenset(from_last), frozenset(nearest), "LW" in text.split(","))


def _in_month(text: str) -> int:
    if int(text) >= DAY.high:
        raise InvalidSchedule(f"{DAY.name}: L-{text} is before the month; write L-1 to L-30")
    return int(text)


def _week_days(text: str, job: str) -> WeekDays:
    numbers: set[int] = set()
    nth: set[tuple[int, int]] = set()
    last: set[int] = set()
    for term in text.split(","):
        if "#" in term:
            day, _, n = term.partition("#")
            if n not in {"1", "2", "3", "4", "5"}:
                raise InvalidSchedule(f"{WEEKDAY.name}: {term}: {n or 'nothing'} is not in 1-5")
            nth.add((WEEKDAY.number(day) % 7, int(n)))
        elif term.endswith("L"):
            last.add(WEEKDAY.number(term[:-1]) % 7)
        else:
            numbers |= {day % 7 for day in _term(WEEKDAY, term, job)}
    return WeekDays(frozenset(numbers), frozenset(nth), frozenset(last))


def _values(field: Field, text: str, job: str) -> frozenset[int]:
    return frozenset().union(*(_term(field, term, job) for term in text.split(",")))


def _term(field: Field, term: str, job: str) -> frozenset[int]:
    """`*`, `n`, `a-b`, `H`, `H(a-b)`, each with `/step` behind it or not."""
    body, slash, step_text = term.partition("/")
    step = _step(field, term, step_text) if slash else 1
    if body.startswith("H"):
        return _hashed(field, body, step if slash else None, job)
    if body == "*":
        low, high = field.low, field.high
    elif "-" in body:
        low, high = _range(field, body)
    else:
        low = field.number(body)
        high = field.high if slash else low
    return frozenset(range(low, high + 1, step))


def _step(field: Field, term: str, text: str) -> int:
    if not re.fullmatch(r"\d+", text, re.ASCII) or int(text) == 0:
        raise InvalidSchedule(f"{field.name}: {term!r} steps by {text or 'nothing'}; write a step of 1 or more")
    return int(text)


def _range(field: Field, body: str) -> tuple[int, int]:
    first, _, second = body.partition("-")
    low, high = field.number(first), field.number(second)
    if field is WEEKDAY and second == "SUN":
        high = 7  # FRI-SUN
    if low > high:
        raise InvalidSchedule(f"{field.name}: {body} runs backwards; write the smaller value first")
    return low, high


def _hashed(field: Field, body: str, step: int | None, job: str) -> frozenset[int]:
    low, high = field.low, field.hash_high or field.high
    if body != "H":
        match = re.fullmatch(r"H\((\w+-\w+)\)", body, re.ASCII)
        if match is None:
            raise field.wrong(body)
        low, high = _range(field, match[1])
    seed = spread_of(f"{job}/{field.name}")
    if step is None:
        return frozenset({low + seed % (high - low + 1)})
    return frozenset(range(low + seed % min(step, high - low + 1), high + 1, step))


def spread_of(name: str) -> int:
    """A large number that depends on nothing but `name`."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
