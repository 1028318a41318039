"""An independent answer to when a wall-clock schedule is due: walk over UTC minute by minute and look at the clock.

It shares no code and no algorithm with `tickwork.core.timing`: local times come from zoneinfo for each minute, a
repeated time is one that the walk sees twice, a skipped one is one that it never sees.
"""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, available_timezones

MINUTE = timedelta(minutes=1)
_NAMES = {name.upper(): n for n, name in enumerate(calendar.month_abbr) if name}
_NAMES |= {name.upper(): n for n, name in enumerate(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"])}


@dataclass(frozen=True)
class Shape:
    """What a schedule means: does it name this local minute, and does it have a fixed time of day?"""

    text: str
    names: Callable[[datetime], bool]
    fixed: bool


@dataclass(frozen=True)
class Due:
    """One expected occurrence."""

    at: int
    nominal: str


@dataclass
class Walk:
    """The minutes of one zone around one moment."""

    zone: ZoneInfo
    middle: datetime
    hours: int
    minutes: list[tuple[int, datetime]] = field(init=False)
    known: dict[Shape, tuple[list[datetime], list[tuple[int, datetime]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin = self.middle - timedelta(hours=self.hours)
        self.minutes = []
        for n in range(2 * self.hours * 60):
            moment = begin + n * MINUTE
            local = moment.astimezone(self.zone).replace(tzinfo=None, fold=0)
            self.minutes.append((int(moment.timestamp()), local))

    @cached_property
    def sightings(self) -> dict[datetime, list[int]]:
        """Local minute → the UTC seconds at which the clock showed it."""
        seen: dict[datetime, list[int]] = {}
        for at, local in self.minutes:
            seen.setdefault(local, []).append(at)
        return seen

    @cached_property
    def jumps(self) -> list[tuple[int, list[datetime]]]:
        """UTC second right after a jump → the local minutes that were never shown."""
        found = []
        for (_, before), (at, after) in zip(self.minutes, self.minutes[1:], strict=False):
            missing = [before + n * MINUTE for n in range(1, int((after - before) / MINUTE))]
            if missing:
                found.append((at, missing))
        return found

    def expect(self, shape: Shape, gap: str, fold: str) -> list[Due]:
        """What is due during the walk under a gap and a fold policy."""
        if gap == "cron":
            gap = "shift" if shape.fixed else "skip"
        if fold == "cron":
            fold = "first" if shape.fixed else "both"
        shown, skipped = self._matches(shape)
        found = {}
        for local in shown:
            times = self.sightings[local]
            for nth in {"first": [0], "second": [-1], "both": range(len(times))}[fold]:
                found[times[nth]] = local.isoformat() + ("~1" if len(times) > 1 and nth != 0 else "")
        if gap == "shift":
            for at, local in skipped:
                found.setdefault(at, local.isoformat())
        return [Due(at, found[at]) for at in sorted(found)]

    def _matches(self, shape: Shape) -> tuple[list[datetime], list[tuple[int, datetime]]]:
        """The local minutes that the clock shows and the shape names, and the first of those that it skips."""
        if shape not in self.known:
            shown = [local for local in self.sightings if shape.names(local)]
            skipped = [(at, [local for local in missing if shape.names(local)]) for at, missing in self.jumps]
            self.known[shape] = shown, [(at, missing[0]) for at, missing in skipped if missing]
        return self.known[shape]


def cron(text: str) -> Shape:
    """A five-field expression, parsed in the plainest way."""
    minute, hour, day, month, weekday = text.split()
    minutes, hours = _numbers(minute, 0, 59), _numbers(hour, 0, 23)
    months = _numbers(month, 1, 12)
    both = day[0] == "*" or weekday[0] == "*"
    known: dict[date, bool] = {}

    def day_matches(today: date) -> bool:
        one = any(_is_day(term, today) for term in day.split(","))
        two = any(_is_weekday(term, today) for term in weekday.split(","))
        return today.month in months and (one and two if both else one or two)

    def names(local: datetime) -> bool:
        if local.minute not in minutes or local.hour not in hours:
            return False
        today = local.date()
        if today not in known:
            known[today] = day_matches(today)
        return known[today]

    return Shape(text, names, fixed=minute[0] != "*" and hour[0] != "*")


def wall_interval(anchor: datetime, minutes: int) -> Shape:
    step = minutes * MINUTE
    return Shape(
        f"every {step}", lambda local: local >= anchor and (local - anchor) % step == timedelta(0), minutes > 60
    )


def monthly(anchor: datetime, months: int, *, last: bool) -> Shape:
    """The anchor's day and time every so many months; `last`: a month that is too short has it on its last day."""

    def names(local: datetime) -> bool:
        apart = 12 * (local.year - anchor.year) + local.month - anchor.month
        length = calendar.monthrange(local.year, local.month)[1]
        day = min(anchor.day, length) if last else anchor.day
        return apart >= 0 and apart % months == 0 and local.day == day and local.time() == anchor.time()

    return Shape(f"every {months} months", names, fixed=True)


def _number(text: str) -> int:
    return _NAMES[text] if text in _NAMES else int(text)


def _numbers(text: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for term in text.split(","):
        span, _, step = term.partition("/")
        first, _, second = span.partition("-")
        begin = low if first == "*" else _number(first)
        end = _number(second) if second else high if first == "*" or step else begin
        n = begin
        while n <= end:
            found.add(n)
            n += int(step or 1)
    return found


def _is_day(term: str, today: date) -> bool:
    length = calendar.monthrange(today.year, today.month)[1]
    if term == "L":
        return today.day == length
    if term == "LW":
        rest = [today.replace(day=n) for n in range(today.day + 1, length + 1)]
        return today.weekday() < 5 and all(other.weekday() >= 5 for other in rest)
    if term.endswith("W"):
        wanted = int(term[:-1])
        near = [n for n in range(1, length + 1) if today.replace(day=n).weekday() < 5]
        return wanted <= length and today.day == min(near, key=lambda n: (abs(n - wanted), n))
    return today.day in _numbers(term, 1, 31)


def _is_weekday(term: str, today: date) -> bool:
    sunday_first = today.isoweekday() % 7
    if "#" in term:
        day, _, nth = term.partition("#")
        return _number(day) % 7 == sunday_first and (today.day - 1) // 7 + 1 == int(nth)
    if term.endswith("L"):
        return int(term[:-1]) % 7 == sunday_first and (today + timedelta(days=7)).month != today.month
    return sunday_first in {n % 7 for n in _numbers(term, 0, 7)}


def distinct_zones(first_year: int, last_year: int) -> Iterator[tuple[str, list[datetime]]]:
    """One zone for each different history, with the minutes (UTC) at which its offset changes."""
    known = set()
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        begin = datetime(first_year, 1, 1, tzinfo=UTC)
        changes = list(_changes(zone, begin, datetime(last_year + 1, 1, 1, tzinfo=UTC)))
        history = (_offset(zone, begin), *((change, _offset(zone, change)) for change in changes))
        if history not in known:
            known.add(history)
            yield name, changes


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    step = timedelta(days=3)
    here, before = begin, _offset(zone, begin)
    while here < end:
        after = _offset(zone, here + step)
        if after != before:
            low, high = here, here + step
            while high - low > MINUTE:
                middle = low + ((high - low) // 2 // MINUTE) * MINUTE
                low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
            yield high
        here, before = here + step, after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
