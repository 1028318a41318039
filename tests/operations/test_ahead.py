"""What is to come: load by hour and minute, and what a board would change."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, settings, strategies as st

from tests.core.timing.test_laws import T0, schedules
from tests.house import House, every, job
from tickwork.core.clock import DAY, HOUR, MINUTE, Instant, from_datetime, seconds
from tickwork.core.ids import JobId
from tickwork.core.model import Overlap, Scope
from tickwork.core.timing.load import Load
from tickwork.core.timing.occurrences import between
from tickwork.core.timing.schedule import AfterCompletion, Cron, Every, Schedule

BEGIN = from_datetime(datetime(2026, 1, 1, tzinfo=UTC))


@settings(deadline=None, max_examples=50)
@given(st.lists(schedules(), max_size=6), st.integers(T0 - DAY, T0 + 3 * DAY), st.integers(1, 50))
def test_the_load_of_a_minute_is_what_is_due_in_it(many, start, hours) -> None:
    pairs = [(schedule, JobId(f"job{n}")) for n, schedule in enumerate([*many, *many])]
    load = Load(pairs, Instant(start), Instant(start + hours * HOUR))
    assert len(list(load.fill())) <= len(pairs)

    until = Instant(load.start + len(load.per_minute) * MINUTE - 1)
    due = [one.slot for schedule, job in pairs for one in between(schedule, job, Instant(load.start - 1), until)]
    expected = Counter((slot - load.start) // MINUTE for slot in due)
    assert {n: count for n, count in enumerate(load.per_minute) if count} == expected
    for minute in list(expected)[:3]:
        low = Instant(load.start + minute * MINUTE - 1)
        named = [job for schedule, job in pairs if between(schedule, job, low, Instant(low + MINUTE))]
        assert load.jobs_in(minute) == sorted(named)


def test_intervals_that_were_saved_at_different_seconds_share_their_minutes() -> None:
    pairs = [
        (Schedule(key="k", trigger=Every(interval=5 * MINUTE), since=Instant(T0 + n)), JobId(str(n)))
        for n in range(0, 10 * MINUTE, 7_000_000)
    ]
    load = Load(pairs, Instant(T0 + DAY), Instant(T0 + DAY + HOUR))
    assert len(list(load.fill())) == 5
    assert sum(load.per_minute) == 12 * len(pairs)
    assert len(load._jobs) == 5


async def test_the_forecast_counts_hours_and_names_the_busiest_minutes(house: House):
    jobs = [
        job("hourly", Schedule(key="main", trigger=Cron(expression="0 * * * *"))),
        job("noon", Schedule(key="main", trigger=Cron(expression="0 12 * * *"))),
        job("off", Schedule(key="main", trigger=Cron(expression="* * * * *")), enabled=False),
        job("paused", Schedule(key="main", trigger=Cron(expression="* * * * *"))),
        job("after", Schedule(key="main", trigger=AfterCompletion(delay=seconds(60)))),
    ]
    await house.ops.jobs.apply("board", jobs)
    await house.ops.switches.pause(Scope.JOB, "paused")
    forecast = await house.ops.ahead.forecast(days=1, start=Instant(BEGIN + DAY))
    assert len(forecast.hours) == 24
    assert [load.count for load in forecast.hours] == [1] * 12 + [2] + [1] * 11
    busiest = forecast.busiest[0]
    assert (busiest.minute, busiest.count, busiest.jobs) == ("2026-01-02T12:00:00Z", 2, ["hourly", "noon"])
    assert len(forecast.busiest) == 10


async def test_the_forecast_of_part_of_an_hour_and_of_one_project(house: House):
    await house.ops.jobs.apply("board", [job("a", every(60, anchor=BEGIN)), job("p:b", every(60), project="p")])
    forecast = await house.ops.ahead.forecast(days=1, start=Instant(BEGIN + 30 * MINUTE), projects=["default"])
    assert [forecast.hours[0].hour, forecast.hours[0].count] == ["2026-01-01T00:00:00Z", 30]
    assert [forecast.hours[-1].hour, forecast.hours[-1].count] == ["2026-01-02T00:00:00Z", 30]


async def test_a_changed_job_shows_its_next_moments_before_and_after(house: House):
    nightly = Schedule(key="main", trigger=Cron(expression="0 2 * * *"))
    await house.ops.jobs.apply("board", [job("backup", nightly), job("gone", nightly), job("same", every(60))])
    house.clock.advance(3600)
    moved = Schedule(key="main", trigger=Cron(expression="0 3 * * *"))
    previews = await house.ops.ahead.compare("board", [job("backup", moved), job("new", moved), job("same", every(60))])
    assert [(p.change.kind, p.change.job) for p in previews] == [
        ("changed", "backup"),
        ("added", "new"),
        ("removed", "gone"),
    ]
    assert [view.slot for view in previews[0].before][:2] == ["2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"]
    assert [view.slot for view in previews[0].after][:2] == ["2026-01-01T03:00:00Z", "2026-01-02T03:00:00Z"]
    assert [len(previews[0].before), len(previews[0].after)] == [10, 10]
    assert (
        await house.ops.jobs.plan("board", [job("backup", nightly), job("gone", nightly), job("same", every(60))]) == []
    )


async def test_a_schedule_that_stays_is_shown_with_its_rhythm_and_a_new_one_from_now_on(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(600))])
    house.clock.advance(60)
    [preview] = await house.ops.ahead.compare(
        "board", [job("backup", every(600), every(900, key="new"), overlap=Overlap.ALLOW)]
    )
    assert [view.slot for view in preview.before][:2] == ["2026-01-01T00:10:00Z", "2026-01-01T00:20:00Z"]
    assert [view.slot for view in preview.after][:3] == [
        "2026-01-01T00:10:00Z",
        "2026-01-01T00:16:00Z",
        "2026-01-01T00:20:00Z",
    ]
