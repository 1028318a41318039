"""An imported crontab runs when Debian's cron would run it.

The oracle walks over every minute of each day that matches and shares nothing with `core/timing`: it reads the fields
itself and follows the rules of cron(8) for clocks that jump. Jobs whose minute and hour are fixed run right after a
gap that swallowed their time, and only once in an hour that is passed twice; the others follow the clock.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tickwork.boards.crontab import parse_crontab
from tickwork.core.clock import from_datetime, to_datetime
from tickwork.core.model import Job
from tickwork.core.timing.occurrences import following
from tickwork.core.timing.schedule import Cron

EXAMPLE = Path(__file__).parents[2] / "examples" / "system-crontab"
ZONE = "Europe/Amsterdam"
COUNT = 20
YEARS = 100
STARTS = [
    datetime(2026, 3, 20, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 50, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
]
"""Some days before a change of the clock, for the rare jobs, and just before the two changes, for the frequent ones."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
NAMES = {name: number for number, name in enumerate(MONTHS, 1)} | {name: n for n, name in enumerate(WEEKDAYS)}
ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}

JOBS = parse_crontab(EXAMPLE.read_text(), system=True, name="system-crontab", zone=ZONE).jobs
TIMED = [job for job in JOBS if isinstance(job.schedules[0].trigger, Cron)]


def values(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin, end = (low, high) if first == "*" else (number(first), number(last or (str(high) if step else first)))
        found |= set(range(begin, end + 1, int(step or 1)))
    return found


def number(text: str) -> int:
    return NAMES[text] if text in NAMES else int(text)


class Entry:
    """One line of a crontab, as cron keeps it."""

    def __init__(self, expression: str) -> None:
        fields = ALIASES.get(expression, expression).split()
        self.minutes, self.hours = values(fields[0], 0, 59), values(fields[1], 0, 23)
        self.days, self.months = values(fields[2], 1, 31), values(fields[3], 1, 12)
        self.weekdays = {day % 7 for day in values(fields[4], 0, 7)}
        self.star_day, self.star_weekday = fields[2].startswith("*"), fields[4].startswith("*")
        self.wildcard = fields[0].startswith("*") or fields[1].startswith("*")

    def on(self, date: date) -> bool:
        day, weekday = date.day in self.days, date.isoweekday() % 7 in self.weekdays
        either = (day and weekday) if self.star_day or self.star_weekday else (day or weekday)
        return date.month in self.months and either

    def at(self, local: datetime) -> bool:
        return local.minute in self.minutes and local.hour in self.hours


@cache
def minutes(date: date, zone: str) -> list[tuple[datetime, datetime, list[datetime], bool]]:
    """Each minute of a local day: UTC, local time, the local minutes that the clock jumped over just before it, and
    whether it has been there already."""
    info, walked = ZoneInfo(zone), []
    midnight = datetime.combine(date, time(), tzinfo=info).astimezone(UTC)
    before = furthest = datetime.combine(date, time()) - timedelta(minutes=1)
    moment, local = midnight, before
    while (local := moment.astimezone(info).replace(tzinfo=None)).date() == date:
        jumped = int((local - before) / timedelta(minutes=1)) - 1
        skipped = [before + timedelta(minutes=n) for n in range(1, jumped + 1)]
        walked.append((moment, local, skipped, local <= furthest))
        before, furthest = local, max(local, furthest)
        moment += timedelta(minutes=1)
    return walked


def debian(expression: str, start: datetime, zone: str) -> Iterator[datetime]:
    entry = Entry(expression)
    first = start.astimezone(ZoneInfo(zone)).date()
    for day in filter(entry.on, (first + timedelta(days=n) for n in range(YEARS * 366))):
        for moment, local, skipped, again in minutes(day, zone):
            late = not entry.wildcard and any(map(entry.at, skipped))
            if moment > start and (late or (entry.at(local) and (entry.wildcard or not again))):
                yield moment


def ours(job: Job, start: datetime) -> Iterator[datetime]:
    after = from_datetime(start)
    while occurrence := following(job.schedules[0], job.id, after):
        yield to_datetime(occurrence.slot)
        after = occurrence.slot


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("job", TIMED, ids=lambda job: job.name)
def test_the_next_times_are_those_of_debian_s_cron(job: Job, start: datetime) -> None:
    (schedule,) = job.schedules
    assert isinstance(schedule.trigger, Cron)

    expected = list(islice(debian(schedule.trigger.expression, start, schedule.zone), COUNT))

    assert list(islice(ours(job, start), COUNT)) == expected
    assert len(expected) == COUNT


def test_the_walk_sees_the_changes_of_the_clock() -> None:
    spring, autumn = minutes(date(2026, 3, 29), ZONE), minutes(date(2026, 10, 25), ZONE)

    assert (len(spring), len(autumn)) == (23 * 60, 25 * 60)
    assert sum(len(skipped) for _, _, skipped, _ in spring) == 60
    assert sum(again for *_, again in autumn) == 60


def test_the_example_is_large_enough() -> None:
    assert len(TIMED) >= 40
