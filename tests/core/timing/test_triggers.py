"""Triggers, bounds, exclusions and delays by example."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration, Instant, from_datetime, iso
from tickwork.core.ids import JobId
from tickwork.core.timing.describe import excluded_by
from tickwork.core.timing.occurrences import between, count, following, last
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Decay,
    Every,
    Exclusion,
    FrozenCalendar,
    IntervalPolicy,
    MonthEnd,
    Months,
    Reboot,
    Roll,
    Schedule,
    Trigger,
    Weekday,
    Window,
)

JOB = JobId("job")
AMSTERDAM = "Europe/Amsterdam"


def local(*parts: int) -> Instant:
    return from_datetime(datetime(*parts, tzinfo=ZoneInfo(AMSTERDAM)))  # type: ignore[arg-type,misc]


T0 = local(2026, 10, 23, 9, 0)  # a Friday; the clock goes back on Sunday the 25th


def schedule(trigger: Trigger, **more: object) -> Schedule:
    return Schedule(key="k", trigger=trigger, **{"zone": AMSTERDAM, "since": T0, **more})  # type: ignore[arg-type]


def first(definition: Schedule, n: int = 4, job: str = "job") -> list[str]:
    found = between(definition, JobId(job), Instant(0), Instant(T0 + 4000 * DAY), limit=n)
    return [occurrence.nominal for occurrence in found]


def every(length: int, **more: object) -> Every:
    return Every(interval=Duration(length), **more)  # type: ignore[arg-type]


# --- intervals ------------------------------------------------------------------------------------------


def test_an_interval_begins_one_interval_after_it_was_saved() -> None:
    assert first(schedule(every(HOUR)), 2) == ["2026-10-23T08:00:00Z", "2026-10-23T09:00:00Z"]


def test_an_interval_with_a_start_begins_at_the_start() -> None:
    assert first(schedule(every(HOUR), start=local(2026, 10, 24)), 2) == [
        "2026-10-23T22:00:00Z",
        "2026-10-23T23:00:00Z",
    ]


def test_an_anchor_may_lie_anywhere() -> None:
    for anchor in (local(2020, 1, 1, 0, 20), local(2026, 10, 23, 10, 20)):
        assert first(schedule(every(HOUR, anchor=anchor)), 1)[0].endswith("20:00Z")


def test_elapsed_days_drift_with_the_clock_and_wall_days_do_not() -> None:
    daily = every(DAY, anchor=T0)

    assert [slot[11:] for slot in first(schedule(daily))] == ["07:00:00Z"] * 4
    assert [slot[11:] for slot in first(schedule(daily, interval=IntervalPolicy.WALL))] == ["09:00:00"] * 4


def test_an_interval_that_decays_runs_as_the_table_says() -> None:
    decaying = every(5 * SECOND, anchor=Instant(0), decay=Decay(factor=2, step=Duration(10 * SECOND)))

    found = between(schedule(decaying, since=Instant(0)), JOB, Instant(-1), Instant(50 * SECOND))

    assert [one.slot // SECOND for one in found] == [0, 5, 10, 20, 40]


def test_an_interval_that_shrinks_never_runs_more_than_once_a_second() -> None:
    shrinking = every(MINUTE, anchor=T0, decay=Decay(factor=0.5, step=Duration(MINUTE)))

    assert count(schedule(shrinking), JOB, Instant(T0 + DAY), Instant(T0 + DAY + MINUTE)) == 60


# --- months, lists, events ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month_end", "expected"),
    [
        (MonthEnd.LAST, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (MonthEnd.SKIP, ["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"]),
    ],
)
def test_a_month_without_the_day_does_what_was_chosen(month_end: MonthEnd, expected: list[str]) -> None:
    monthly = Months(months=1, anchor=local(2027, 1, 31, 9, 0), month_end=month_end)

    assert [nominal[:10] for nominal in first(schedule(monthly))] == expected


def test_a_year_from_a_leap_day() -> None:
    yearly = Months(months=12, anchor=local(2028, 2, 29, 9, 0))

    assert [nominal[:10] for nominal in first(schedule(yearly), 3)] == ["2028-02-29", "2029-02-28", "2030-02-28"]


def test_months_without_an_anchor_begin_one_period_after_they_were_saved() -> None:
    assert first(schedule(Months(months=3)), 2) == ["2027-01-23T09:00:00", "2027-04-23T09:00:00"]


def test_a_list_of_times_is_sorted_and_each_counts_once() -> None:
    times = (Instant(T0 + 2 * HOUR), Instant(T0 + HOUR), Instant(T0 + HOUR), Instant(T0 - HOUR))

    assert first(schedule(At(times=times))) == ["2026-10-23T08:00:00Z", "2026-10-23T09:00:00Z"]


@pytest.mark.parametrize("trigger", [Reboot(), AfterCompletion(delay=Duration(MINUTE))])
def test_what_follows_an_event_has_no_times(trigger: Trigger) -> None:
    whole = (Instant(0), Instant(T0 + 100 * DAY))

    assert following(schedule(trigger), JOB, T0) is None
    assert (between(schedule(trigger), JOB, *whole), count(schedule(trigger), JOB, *whole)) == ([], 0)
    assert last(schedule(trigger), JOB, *whole, n=2) == []


# --- bounds ---------------------------------------------------------------------------------------------


def test_nothing_is_due_before_since_and_the_moment_itself_is() -> None:
    assert first(schedule(Cron(expression="0 * * * *")), 1) == ["2026-10-23T09:00:00"]
    assert first(schedule(Cron(expression="0 * * * *"), since=Instant(T0 + 1)), 1) == ["2026-10-23T10:00:00"]


def test_a_duration_ends_it_and_its_last_moment_counts() -> None:
    assert len(first(schedule(Cron(expression="0 * * * *"), duration=Duration(2 * HOUR)), 9)) == 3


def test_repeat_counts_from_the_start_whatever_was_edited_since() -> None:
    limited = {"start": local(2026, 10, 20), "repeat": 5}

    assert first(schedule(Cron(expression="0 12 * * *"), **limited), 9) == [
        "2026-10-23T12:00:00",
        "2026-10-24T12:00:00",
    ]


@given(st.integers(1, 5000), st.integers(1, 90))
@settings(deadline=None)
def test_repeat_ends_with_the_nth(n: int, minutes: int) -> None:
    unlimited = schedule(every(minutes * MINUTE), interval=IntervalPolicy.WALL)
    limited = schedule(every(minutes * MINUTE), interval=IntervalPolicy.WALL, repeat=n)
    far = Instant(T0 + 10_000 * DAY)

    assert count(limited, JOB, Instant(0), far) == n
    assert last(limited, JOB, Instant(0), far, n=1) == between(unlimited, JOB, Instant(0), far, limit=n)[-1:]


# --- exclusions -----------------------------------------------------------------------------------------


def test_a_window_may_go_over_midnight() -> None:
    night = Exclusion(windows=(Window(start=time(22), end=time(6), note="backup"),))

    hours = {nominal[11:13] for nominal in first(schedule(Cron(expression="0 * * * *"), exclude=night), 60)}

    assert hours == {f"{hour:02}" for hour in range(6, 22)}
    assert excluded_by(schedule(Reboot(), exclude=night), local(2026, 10, 23, 23, 0)) == "window 22:00-06:00 (backup)"
    assert excluded_by(schedule(Reboot(), exclude=night), local(2026, 10, 23, 6, 0)) is None


@pytest.mark.parametrize(
    ("roll", "expected"),
    [
        (Roll.SKIP, ["2026-10-23", "2026-10-28", "2026-10-29"]),
        (Roll.NEXT, ["2026-10-23", "2026-10-28", "2026-10-29"]),
        (Roll.PREVIOUS, ["2026-10-23", "2026-10-28", "2026-10-29"]),
    ],
)
def test_a_daily_job_rolls_onto_days_on_which_it_runs_anyway(roll: Roll, expected: list[str]) -> None:
    free = Exclusion(
        weekdays=(Weekday.SAT, Weekday.SUN),
        calendars=("autumn",),
        frozen=(FrozenCalendar(name="autumn", days=(date(2026, 10, 26), date(2026, 10, 27))),),
        roll=roll,
    )

    daily = first(schedule(Cron(expression="0 12 * * *"), exclude=free), 3)

    assert [nominal[:10] for nominal in daily] == expected


@pytest.mark.parametrize(
    ("roll", "expected"),
    [
        (Roll.SKIP, ["2026-12-01", "2027-02-01", "2027-03-01"]),
        (Roll.NEXT, ["2026-11-02", "2026-12-01", "2027-01-04"]),
        (Roll.PREVIOUS, ["2026-10-30", "2026-12-01", "2026-12-31"]),
    ],
)
def test_the_first_of_a_month_rolls_to_a_business_day(roll: Roll, expected: list[str]) -> None:
    free = Exclusion(weekdays=(Weekday.SAT, Weekday.SUN), days=(date(2027, 1, 1),), roll=roll)

    assert [nominal[:10] for nominal in first(schedule(Cron(expression="0 9 1 * *"), exclude=free), 3)] == expected


def test_an_occurrence_that_lands_after_a_gap_is_not_due_in_a_window() -> None:
    early = Exclusion(windows=(Window(start=time(3), end=time(4)),))
    march = {"since": local(2027, 3, 28), "until": local(2027, 3, 29)}

    assert first(schedule(Cron(expression="30 2 * * *"), exclude=early, **march)) == []


clocks = st.integers(0, 24 * 12 - 1).map(lambda n: time(n // 12, n % 12 * 5))


@given(
    spans=st.lists(st.tuples(clocks, clocks).filter(lambda span: span[0] != span[1]), max_size=3),
    weekdays=st.sets(st.sampled_from(Weekday), max_size=4),
    minutes=st.integers(1, 300),
)
@settings(deadline=None)
def test_exclusions_leave_out_what_they_name_and_nothing_else(
    spans: list[tuple[time, time]], weekdays: set[Weekday], minutes: int
) -> None:
    def excluded(moment: datetime) -> bool:
        clock = moment.time()
        return list(Weekday)[moment.weekday()] in weekdays or any(
            a <= clock < b if a < b else clock >= a or clock < b for a, b in spans
        )

    exclude = Exclusion(windows=tuple(Window(start=a, end=b) for a, b in spans), weekdays=tuple(weekdays))
    until = Instant(T0 + 9 * DAY)
    plain = between(schedule(every(minutes * MINUTE)), JOB, T0, until)
    expected = [one for one in plain if not excluded(datetime.fromtimestamp(one.slot / SECOND, ZoneInfo(AMSTERDAM)))]

    found = schedule(every(minutes * MINUTE), exclude=exclude)

    assert between(found, JOB, T0, until) == expected
    assert count(found, JOB, T0, until) == len(expected)
    assert last(found, JOB, T0, until, n=7) == expected[-7:]
    assert [one for one in plain if excluded_by(found, one.slot) is None] == expected


# --- delays ---------------------------------------------------------------------------------------------


def test_spread_moves_each_job_by_its_own_part_and_always_the_same() -> None:
    spread = schedule(Cron(expression="0 9 * * *"), since=local(2026, 10, 1), spread=Duration(HOUR))
    hour = local(2026, 10, 2, 9, 0)

    delays = [following(spread, JobId(f"job{n}"), Instant(hour - 1)).slot - hour for n in range(50)]  # type: ignore[union-attr]

    assert all(0 <= delay < HOUR for delay in delays)
    assert len(set(delays)) == 50
    assert delays[0] == following(spread, JobId("job0"), Instant(hour + DAY - 1)).slot - hour - DAY  # type: ignore[union-attr]


def test_jitter_moves_each_occurrence_by_its_own_part() -> None:
    jittered = schedule(Cron(expression="0 * * * *"), jitter=Duration(10 * MINUTE))

    found = between(jittered, JOB, T0, Instant(T0 + 40 * HOUR))
    delays = [one.slot - local(*map(int, one.nominal[:10].split("-")), int(one.nominal[11:13])) for one in found[:15]]

    assert all(0 <= delay < 10 * MINUTE for delay in delays)
    assert len(set(delays)) == len(delays)


def test_nominal_times_stay_what_was_written() -> None:
    delayed = schedule(Cron(expression="0 9 * * *"), jitter=Duration(HOUR), spread=Duration(HOUR))

    assert [nominal[11:] for nominal in first(delayed)] == ["09:00:00"] * 4


def test_slots_and_keys_around_a_repeated_hour() -> None:
    found = between(
        schedule(Cron(expression="*/30 * * * *")), JOB, local(2026, 10, 25, 1, 59), Instant(local(2026, 10, 25, 3))
    )

    assert [(iso(one.slot), one.nominal) for one in found] == [
        ("2026-10-25T00:00:00Z", "2026-10-25T02:00:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T02:30:00"),
        ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00~1"),
        ("2026-10-25T01:30:00Z", "2026-10-25T02:30:00~1"),
        ("2026-10-25T02:00:00Z", "2026-10-25T03:00:00"),
    ]


def test_a_landing_is_found_after_a_later_time_was_asked_about() -> None:
    nightly = schedule(Cron(expression="30 2 * * *"), since=Instant(0))
    change = local(2027, 3, 28, 3, 0)
    following(nightly, JOB, Instant(change + HOUR))

    assert following(nightly, JOB, Instant(change - SECOND)).slot == change  # type: ignore[union-attr]


def test_a_whole_day_that_a_zone_skipped_lands_once() -> None:
    # Samoa went over the date line: there was no 30 December 2011.
    apia = Schedule(key="k", trigger=Cron(expression="0 2,9,20 * * *"), zone="Pacific/Apia")
    begin = from_datetime(datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia")))

    found = between(apia, JOB, begin, Instant(begin + timedelta(hours=24) // timedelta(microseconds=1)))

    assert [one.nominal for one in found] == [
        "2011-12-29T20:00:00",
        "2011-12-30T02:00:00",
        "2011-12-31T02:00:00",
        "2011-12-31T09:00:00",
    ]
