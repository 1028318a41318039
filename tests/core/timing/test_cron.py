"""Cron expressions: what they mean, and what is said about those that mean nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, strategies as st

from tickwork.core.clock import DAY, Instant, from_datetime, to_datetime
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import between, following, validate
from tickwork.core.timing.schedule import Cron, Schedule
from tickwork.errors import InvalidSchedule

JOB = JobId("job")
NEW_YEAR = from_datetime(datetime(2027, 1, 1, tzinfo=UTC))


def cron(expression: str, zone: str = "UTC") -> Schedule:
    return Schedule(key="k", trigger=Cron(expression=expression), zone=zone)


def times(expression: str, n: int = 3, job: str = "job", after: Instant = NEW_YEAR) -> list[str]:
    """The first `n` local times later than the turn of 2026 to 2027 (a Friday)."""
    found = between(cron(expression), JobId(job), Instant(after - 1), Instant(after + 60 * 366 * DAY), limit=n)
    return [occurrence.nominal for occurrence in found]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 2 * * *", ["2027-01-01T02:30:00", "2027-01-02T02:30:00", "2027-01-03T02:30:00"]),
        ("*/20 * * * *", ["2027-01-01T00:00:00", "2027-01-01T00:20:00", "2027-01-01T00:40:00"]),
        ("5/25 8-9 * * ?", ["2027-01-01T08:05:00", "2027-01-01T08:30:00", "2027-01-01T08:55:00"]),
        ("7-7/2 0 * * *", ["2027-01-01T00:07:00", "2027-01-02T00:07:00", "2027-01-03T00:07:00"]),
        ("*/30 * * * * *", ["2027-01-01T00:00:00", "2027-01-01T00:00:30", "2027-01-01T00:01:00"]),
        ("0 0 13 * FRI", ["2027-01-01T00:00:00", "2027-01-08T00:00:00", "2027-01-13T00:00:00"]),
        ("0 0 */2 * fri", ["2027-01-01T00:00:00", "2027-01-15T00:00:00", "2027-01-29T00:00:00"]),
        ("0 0 * feb-mar 0,7", ["2027-02-07T00:00:00", "2027-02-14T00:00:00", "2027-02-21T00:00:00"]),
        ("0 0 * * sat-sun", ["2027-01-02T00:00:00", "2027-01-03T00:00:00", "2027-01-09T00:00:00"]),
        ("0 0 L * *", ["2027-01-31T00:00:00", "2027-02-28T00:00:00", "2027-03-31T00:00:00"]),
        ("0 0 L-2 * *", ["2027-01-29T00:00:00", "2027-02-26T00:00:00", "2027-03-29T00:00:00"]),
        ("0 0 LW * *", ["2027-01-29T00:00:00", "2027-02-26T00:00:00", "2027-03-31T00:00:00"]),
        ("0 0 16W * *", ["2027-01-15T00:00:00", "2027-02-16T00:00:00", "2027-03-16T00:00:00"]),
        ("0 0 1W * *", ["2027-01-01T00:00:00", "2027-02-01T00:00:00", "2027-03-01T00:00:00"]),
        ("0 0 1W 5,8 *", ["2027-05-03T00:00:00", "2027-08-02T00:00:00", "2028-05-01T00:00:00"]),
        ("0 0 31W 1,2 *", ["2027-01-29T00:00:00", "2028-01-31T00:00:00", "2029-01-31T00:00:00"]),
        ("0 0 * * 1#5", ["2027-03-29T00:00:00", "2027-05-31T00:00:00", "2027-08-30T00:00:00"]),
        ("0 0 * * 5L", ["2027-01-29T00:00:00", "2027-02-26T00:00:00", "2027-03-26T00:00:00"]),
        ("0 0 29 2 *", ["2028-02-29T00:00:00", "2032-02-29T00:00:00", "2036-02-29T00:00:00"]),
        ("0 0 29 2 */7", ["2032-02-29T00:00:00", "2060-02-29T00:00:00"]),
        ("@weekly", ["2027-01-03T00:00:00", "2027-01-10T00:00:00", "2027-01-17T00:00:00"]),
        ("@Annually", ["2027-01-01T00:00:00", "2028-01-01T00:00:00", "2029-01-01T00:00:00"]),
    ],
)
def test_expressions_mean_what_their_writers_expect(expression: str, expected: list[str]) -> None:
    assert times(expression) == expected


def test_an_interval_may_be_written_as_cron() -> None:
    schedule = cron("@every 90s")

    assert following(schedule, JOB, Instant(0)).slot == 90_000_000  # type: ignore[union-attr]


def test_reboot_has_no_times() -> None:
    validate(cron("@reboot"), JOB)
    assert following(cron("@reboot"), JOB, NEW_YEAR) is None


@pytest.mark.parametrize("expression", ["H H * * *", "H/15 * * * *", "H(0-29)/10 H(1-5) H * H", "H H H * * *"])
def test_h_is_the_same_for_a_job_every_time_and_differs_between_jobs(expression: str) -> None:
    assert times(expression, job="a") == times(expression, job="a")
    assert len({tuple(times(expression, job=f"job{n}")) for n in range(50)}) > 5


def test_h_stays_in_its_range() -> None:
    for n in range(100):
        for nominal in times("H(10-19) H(1-5) * * *", job=f"job{n}"):
            assert 1 <= int(nominal[11:13]) <= 5
            assert 10 <= int(nominal[14:16]) <= 19


def test_h_with_a_step_fires_as_often_as_a_star_with_that_step() -> None:
    for n in range(30):
        assert len({nominal[14:16] for nominal in times("H/15 * * * *", n=8, job=f"job{n}")}) == 4


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("61 * * * *", "minute: 61 is not in 0-59"),
        ("* 24 * * *", "hour: 24 is not in 0-23"),
        ("* * 0 * *", "day of month: 0 is not in 1-31"),
        ("* * * 13 *", "month: 13 is not in 1-12"),
        ("* * * * 8", "day of week: 8 is not in 0-7"),
        ("60 * * * * *", "second: 60 is not in 0-59"),
        ("0-75 * * * *", "minute: 75 is not in 0-59"),
        ("* * * FOO *", "month: 'FOO' is not a value; write 1-12 or JAN-DEC"),
        ("* x * * *", "hour: 'X' is not a value; write 0-23"),
        ("1,,2 * * * *", "minute: there is nothing where there should be a value"),
        ("30-10 * * * *", "minute: 30-10 runs backwards"),
        ("*/0 * * * *", "minute: '*/0' steps by 0; write a step of 1 or more"),
        ("*/x * * * *", "minute: '*/X' steps by X"),
        ("* * * * 1#6", "day of week: 1#6: 6 is not in 1-5"),
        ("* * L-31 * *", "day of month: L-31 is before the month"),
        ("* * 32W * *", "day of month: 32 is not in 1-31"),
        ("L * * * *", "minute: 'L' is not a value"),
        ("* * * * L", "day of week: there is nothing where there should be a value"),
        ("H(5) * * * *", "minute: 'H(5)' is not a value"),
        ("* * * *", "cron: '* * * *' has 4 fields; write 5"),
        ("", "cron: '' has 0 fields"),
        ("@sometimes", "cron: '@sometimes' is not an alias; there are @yearly"),
        ("@every soon", "@every: 'soon' is not a length of time"),
        ("0 0 30 2 *", "it would never fire; there is no such time"),
        ("0 0 31 4,6,9,11 *", "it would never fire"),
        ("0 0 31W 2 *", "it would never fire"),
    ],
)
def test_a_wrong_expression_is_refused_by_field_and_value(expression: str, message: str) -> None:
    with pytest.raises(InvalidSchedule) as refused:
        validate(cron(expression), JOB)

    assert message in str(refused.value)


# --- against cronsim, which has Debian's rules -----------------------------------------------------------


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    # of two values at least: cronsim takes 7-7/2 for 7/2, Debian's cron does not
    span = st.sets(number, min_size=2, max_size=2).map(lambda ends: f"{min(ends)}-{max(ends)}")
    step = st.integers(1, high)
    stepped = st.tuples(st.just("*") | span, step).map(lambda parts: f"{parts[0]}/{parts[1]}")
    listed = st.lists(number.map(str) | span | stepped, min_size=1, max_size=3).map(",".join)
    return st.just("*") | number.map(str) | listed


days = field(1, 31) | st.sampled_from(["L", "LW"])
weekdays = field(0, 7) | st.sampled_from(["MON", "TUE-FRI", "5L", "SUN#1", "3#2,MON#4"])
expressions = st.tuples(field(0, 59), field(0, 23), days, field(1, 12), weekdays).map(" ".join)
# none whose clocks change by half an hour: cronsim leaves out 2:00 to 2:29 where 1:30 to 1:59 come twice
zones = st.sampled_from(["UTC", "Europe/Amsterdam", "America/New_York", "Australia/Sydney", "Asia/Kolkata"])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))


@given(expressions, zones, moments)
def test_the_next_times_are_those_of_debian_s_cron(expression: str, zone: str, moment: datetime) -> None:
    try:
        theirs = CronSim(expression, moment.astimezone(ZoneInfo(zone)))
    except Exception:  # noqa: BLE001 (an impossible date: its own test)
        return
    here = from_datetime(moment)
    for _ in range(12):
        expected = next(theirs, None)
        if expected is None:
            break
        if from_datetime(expected) <= here:
            continue  # cronsim runs the slots of a skipped hour one by one, all at the same instant
        found = following(cron(expression, zone), JOB, here)
        assert found is not None
        assert to_datetime(found.slot) == expected.astimezone(UTC)
        here = found.slot


def test_after_a_change_of_half_an_hour_no_minute_is_left_out() -> None:
    here = from_datetime(datetime(2028, 4, 1, 14, 0, tzinfo=UTC))
    told = []
    for _ in range(31):
        found = following(cron("* 2 * * *", "Australia/Lord_Howe"), JOB, here)
        assert found is not None
        here = found.slot
        told.append(to_datetime(here).astimezone(ZoneInfo("Australia/Lord_Howe")).strftime("%H:%M %z"))

    assert told == [f"02:{minute:02} +1030" for minute in range(31)]
