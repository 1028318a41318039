"""Every zone, every change of offset 2024-2030, every policy, against a walk over the minutes."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from tests.core.timing import oracle
from tickwork.core.clock import MINUTE, SECOND, Duration, Instant, from_datetime
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import between, count, last
from tickwork.core.timing.schedule import (
    Cron,
    Every,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    MonthEnd,
    Months,
    Occurrence,
    Schedule,
    Trigger,
)

JOB = JobId("job")
BUCKETS = 8
HOURS_AROUND = 4
ANCHOR = datetime(2023, 12, 31, 2, 30)
EXPRESSIONS = (
    "30 2 * * *",
    "0 2,3 * * *",
    "*/20 2 * * *",
    "15,45 0-3 * * *",
    "0 0 * * *",
    "59 23 * * SAT",
    "0 */2 * * *",
    "*/15 * * * *",
    "* * * * *",
    "7 * * * 0",
    "30 1 L * *",
    "30 2 * * 7L",
    "0 3 * MAR,SEP-NOV SUN#2",
    "45 1,2 1-7,25-31 * 0",
    "30 2 LW * *",
    "30 1 15W,27W * *",
)
POLICIES = [(gap, fold) for gap in GapPolicy for fold in FoldPolicy]


def cases(zone: ZoneInfo) -> list[tuple[oracle.Shape, Trigger, IntervalPolicy]]:
    anchor = from_datetime(ANCHOR.replace(tzinfo=zone))
    found: list[tuple[oracle.Shape, Trigger, IntervalPolicy]] = [
        (shape_of(text), Cron(expression=text), IntervalPolicy.ELAPSED) for text in EXPRESSIONS
    ]
    for minutes in (45, 24 * 60):
        every = Every(interval=Duration(minutes * MINUTE), anchor=anchor)
        found.append((oracle.wall_interval(ANCHOR, minutes), every, IntervalPolicy.WALL))
    for month_end in MonthEnd:
        shape = oracle.monthly(ANCHOR, 1, last=month_end is MonthEnd.LAST)
        found.append((shape, Months(months=1, anchor=anchor, month_end=month_end), IntervalPolicy.ELAPSED))
    return found


@lru_cache
def shape_of(text: str) -> oracle.Shape:
    return oracle.cron(text)


@lru_cache
def zones() -> list[tuple[str, list[datetime]]]:
    return list(oracle.distinct_zones(2024, 2030))


@pytest.mark.parametrize("bucket", range(BUCKETS))
def test_every_policy_in_every_zone_agrees_with_a_walk_over_the_minutes(bucket: int) -> None:
    for name, changes in zones()[bucket::BUCKETS]:
        zone = ZoneInfo(name)
        for change in changes or [datetime(2027, 3, 28, 1, tzinfo=UTC)]:
            walk = oracle.Walk(zone, change, HOURS_AROUND)
            for shape, trigger, interval in cases(zone):
                for gap, fold in POLICIES:
                    schedule = Schedule(key="k", trigger=trigger, zone=name, gap=gap, fold=fold, interval=interval)
                    expected = [(due.at, due.nominal) for due in walk.expect(shape, gap, fold)]
                    assert during(walk, schedule) == expected, (name, change, shape.text, gap, fold)


def during(walk: oracle.Walk, schedule: Schedule) -> list[tuple[int, str]]:
    after, until = Instant(walk.minutes[0][0] * SECOND - 1), Instant(walk.minutes[-1][0] * SECOND)
    found = between(schedule, JOB, after, until)
    assert count(schedule, JOB, after, until) == len(found)
    assert last(schedule, JOB, after, until, n=3) == found[-3:]
    return [pair(occurrence) for occurrence in found]


def pair(occurrence: Occurrence) -> tuple[int, str]:
    return occurrence.slot // SECOND, occurrence.nominal


@lru_cache
def months_of(zone: str) -> oracle.Walk:
    return oracle.Walk(ZoneInfo(zone), datetime(2028, 3, 1, tzinfo=UTC), 24 * 40)


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("text", ["30 2 * * *", "0 */3 * * *", "15 9 1,15W * *", "0 0 29 2 *", "30 1 * * 0#1,5L"])
def test_months_on_end_agree_with_a_walk_over_the_minutes(name: str, text: str) -> None:
    walk = months_of(name)
    schedule = Schedule(key="k", trigger=Cron(expression=text), zone=name)
    assert during(walk, schedule) == [(due.at, due.nominal) for due in walk.expect(oracle.cron(text), "cron", "cron")]
