"""A schedule that is never due again says so and why: once to the operator, and to whoever asks."""

import pytest

from tests.house import House, drain, every, job
from tickwork.core.clock import DAY, Instant, seconds
from tickwork.core.ids import JobId
from tickwork.core.timing.ending import over_because
from tickwork.core.timing.schedule import AfterCompletion, At, Cron, Every, Exclusion, Reboot, Schedule, Weekday
from tickwork.telemetry import Notice

NOW = Instant(1_790_000_000_000_000)
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        (Schedule(key="k", trigger=Cron(expression="* * * * *")), None),
        (Schedule(key="k", trigger=Reboot()), None),
        (Schedule(key="k", trigger=AfterCompletion(delay=seconds(1))), None),
        (Schedule(key="k", trigger=At(times=(Instant(NOW + 1),))), None),
        (Schedule(key="k", trigger=At(times=(Instant(0), Instant(NOW - SECOND)))), "its last moment was 2026-09-21T"),
        (Schedule(key="k", trigger=At(times=(Instant(5),)), since=NOW), "the times in its list are over"),
        (
            Schedule(key="k", trigger=At(times=(Instant(NOW + 1),)), exclude=Exclusion(weekdays=tuple(Weekday))),
            "the times in its list that are still to come are excluded",
        ),
        (
            Schedule(key="k", trigger=Every(interval=DAY), exclude=Exclusion(weekdays=tuple(Weekday))),
            "every moment that it names from now on is excluded",
        ),
        (
            Schedule(key="k", trigger=Every(interval=DAY), until=Instant(5)),
            "its until, 1970-01-01T00:00:00.000005Z, is",
        ),
        (Schedule(key="k", trigger=Every(interval=DAY), duration=DAY), "its duration of 1d is over"),
        (Schedule(key="k", trigger=Every(interval=DAY), repeat=3), "it was to be due 3 times, and it was"),
        (Schedule(key="k", trigger=Every(interval=DAY), repeat=1), "it was to be due once, and it was"),
        (
            Schedule(key="k", trigger=Every(interval=DAY), until=Instant(NOW + SECOND)),
            "nothing comes any more before its end",
        ),
    ],
)
def test_each_kind_of_end_has_its_words(schedule: Schedule, why: str | None) -> None:
    told = over_because(schedule, JobId("job"), NOW)
    assert told is None if why is None else (told or "").startswith(why)


async def test_the_last_moment_is_told_once_by_the_scheduler(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10, repeat=2))])
    await house.pass_time(60)
    told = [event.text for event in house.events if isinstance(event, Notice)]
    assert told == ["backup#main will never be due again: it was to be due 2 times, and it was"]


async def test_explain_and_the_job_s_page_say_it_too(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10, repeat=1))])
    await house.pass_time(10)
    session = await house.session()
    [claim] = await house.claim(session)
    await house.start(claim)
    await house.finish(claim)
    await drain(house.promoter())
    explained = await house.ops.explain.job("backup")
    assert explained.sentence == "backup is idle: it will never be due again: it was to be due once, and it was"
    [schedule] = (await house.ops.reads.job("backup")).schedules
    assert (schedule.next, schedule.over) == (None, "it was to be due once, and it was")
