"""The second opinion about when schedules are due agrees with the first, and shares no code with it."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

import tickwork.core.expansion
from tests.core.timing import oracle
from tests.core.timing.test_laws import T0, near, schedules
from tests.core.timing.test_oracle import EXPRESSIONS, HOURS_AROUND, cases, zones
from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Instant, from_datetime
from tickwork.core.expansion import Expansion
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import between, following
from tickwork.core.timing.schedule import Cron, Every, FoldPolicy, GapPolicy, Schedule

JOB = JobId("job")
SHARED = {"schedule", "fields", "text"}
"""Definitions, the hash, the reading of a length."""


def expanded(schedule: Schedule, job: JobId, after: int, until: int) -> list[tuple[int, str]]:
    expansion = Expansion(schedule, job)
    return [(slot, expansion.nominal(meant)) for slot, meant in expansion.between(after, until)]


def timed(schedule: Schedule, job: JobId, after: int, until: int) -> list[tuple[int, str]]:
    return [(one.slot, one.nominal) for one in between(schedule, job, Instant(after), Instant(until))]


@settings(deadline=None, max_examples=300)
@given(schedules(), near, st.integers(0, 20 * DAY))
def test_both_agree_on_every_schedule(schedule: Schedule, after: int, length: int) -> None:
    assert expanded(schedule, JOB, after, after + length) == timed(schedule, JOB, after, after + length)


@settings(deadline=None, max_examples=100)
@given(schedules(), near)
def test_both_agree_on_the_next_one(schedule: Schedule, after: int) -> None:
    found = following(schedule, JOB, Instant(after))
    far = Instant(after + 400 * DAY) if found is None else found.slot
    assert Expansion(schedule, JOB).first_after(after, until=far) == (found and found.slot)


def test_what_is_over_is_never_due_again() -> None:
    schedule = Schedule(key="k", trigger=Cron(expression="30 2 * * *"), since=T0, repeat=3)
    third = T0 + 3 * DAY
    assert Expansion(schedule, JOB).first_after(third - DAY) is not None
    assert Expansion(schedule, JOB).first_after(third) is None


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])
def test_both_agree_around_changes_of_the_clock_under_every_policy(name: str) -> None:
    zone = ZoneInfo(name)
    for change in oracle._changes(zone, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        middle = from_datetime(change)
        after, until = middle - HOURS_AROUND * HOUR, middle + HOURS_AROUND * HOUR
        for _, trigger, interval in cases(zone):
            for gap in GapPolicy:
                for fold in FoldPolicy:
                    schedule = Schedule(key="k", trigger=trigger, zone=name, gap=gap, fold=fold, interval=interval)
                    assert expanded(schedule, JOB, after, until) == timed(schedule, JOB, after, until)


@pytest.mark.parametrize("bucket", range(4))
def test_both_agree_on_a_change_of_each_zone(bucket: int) -> None:
    for name, changes in zones()[bucket::4]:
        for change in changes[-2:]:
            middle = from_datetime(change)
            for expression in EXPRESSIONS[:4]:
                schedule = Schedule(key="k", trigger=Cron(expression=expression), zone=name)
                span = (middle - HOURS_AROUND * HOUR, middle + HOURS_AROUND * HOUR)
                assert expanded(schedule, JOB, *span) == timed(schedule, JOB, *span), (name, expression)


@pytest.mark.parametrize(
    "expression",
    [
        *EXPRESSIONS,
        "H H * * *",
        "H/15 H(1-5) H * H",
        "*/7 3-5 * * * *",
        "0 0 L-3,15W * *",
        "0 0 LW 2 FRI-SUN",
        "0 0 1 1 mon#5,3L",
        "5/25 8-9 ? * ?",
        "@hourly",
        "@Annually",
        "@every 1h30m",
        "@reboot",
    ],
)
@pytest.mark.parametrize("job", ["a", "project:b"])
def test_both_read_the_same_cron(expression: str, job: str) -> None:
    schedule = Schedule(key="k", trigger=Cron(expression=expression), zone="America/New_York", since=T0)
    until = T0 + 400 * DAY if expression.count(" ") < 5 and expression != "* * * * *" else T0 + 2 * DAY
    assert expanded(schedule, JobId(job), T0, until) == timed(schedule, JobId(job), T0, until)


def test_a_whole_day_that_the_clock_skipped() -> None:
    schedule = Schedule(key="k", trigger=Cron(expression="0 */6 * * *"), zone="Pacific/Apia", gap=GapPolicy.SHIFT)
    middle = 1_325_239_200 * SECOND  # Samoa had no 30 December 2011
    assert expanded(schedule, JOB, middle - 3 * DAY, middle + 3 * DAY) == timed(
        schedule, JOB, middle - 3 * DAY, middle + 3 * DAY
    )


def test_a_month_of_seconds_is_walked_in_a_moment() -> None:
    schedule = Schedule(key="k", trigger=Every(interval=SECOND), since=T0)
    assert sum(1 for _ in Expansion(schedule, JOB).between(T0, T0 + 30 * DAY)) == 30 * 86_400
    minutely = Schedule(key="k", trigger=Cron(expression="* * * * *"), zone="Europe/Amsterdam", since=T0)
    found = [slot for slot, _ in Expansion(minutely, JOB).between(T0, T0 + 30 * DAY)]
    assert found == list(range(T0 + MINUTE, T0 + 30 * DAY + 1, MINUTE))


def test_it_shares_definitions_the_hash_and_the_reading_of_lengths_with_the_scheduler_s_code() -> None:
    imported = set()
    for path in Path(tickwork.core.expansion.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and "core.timing" in (node.module or ""):
                imported.add((node.module or "").rpartition(".")[2])
                if (node.module or "").endswith("fields"):
                    assert [name.name for name in node.names] == ["spread_of"]
    assert imported == SHARED
