"""Schedules in words, and what the next change of the clock does to them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration, Instant, from_datetime
from tickwork.core.ids import JobId
from tickwork.core.timing.describe import describe, dst_note
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Decay,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
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


SUMMER, WINTER = local(2026, 9, 1), local(2026, 12, 1)
NIGHTS = Exclusion(
    windows=(Window(start=time(22), end=time(6), note="backup"),),
    weekdays=(Weekday.SAT, Weekday.SUN),
    days=(date(2026, 12, 25),),
    calendars=("banks",),
    roll=Roll.NEXT,
)


def schedule(trigger: Trigger, **more: object) -> Schedule:
    return Schedule(key="k", trigger=trigger, **{"zone": AMSTERDAM, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (schedule(Cron(expression="30 2 * * 1-5")), "at 02:30, Monday through Friday (Europe/Amsterdam)"),
        (schedule(Cron(expression="@daily")), "at 00:00 (Europe/Amsterdam)"),
        (schedule(Cron(expression="@reboot")), "at each boot"),
        (schedule(Cron(expression="H H * * *")), "cron H H * * *, H chosen by the job's name (Europe/Amsterdam)"),
        (schedule(Every(interval=Duration(90 * MINUTE))), "every 1h30m"),
        (
            schedule(Every(interval=DAY, anchor=local(2026, 1, 1, 9)), interval=IntervalPolicy.WALL),
            "every 1d, counted from 2026-01-01 09:00 (Europe/Amsterdam)",
        ),
        (
            schedule(Every(interval=HOUR, decay=Decay(factor=2, step=DAY)), spread=MINUTE, jitter=SECOND),
            "every 1h, times 2 with each 1d of age, spread over 1m, late by up to 1s",
        ),
        (
            schedule(Months(months=1, anchor=local(2026, 1, 31, 9)), repeat=1),
            "every month on day 31 or the month's last day at 09:00 (Europe/Amsterdam), once",
        ),
        (
            schedule(Months(months=24, anchor=local(2028, 2, 29, 9), month_end=MonthEnd.SKIP), repeat=3),
            "every 2 years on 29 February where there is one at 09:00 (Europe/Amsterdam), at most 3 times",
        ),
        (schedule(At(times=(SUMMER,)), until=WINTER), "once at 2026-09-01 00:00, until 2026-12-01 00:00"),
        (schedule(At(times=(WINTER, SUMMER))), "at 2 times from 2026-09-01 00:00 to 2026-12-01 00:00"),
        (schedule(AfterCompletion(delay=MINUTE)), "1m after its last run ended"),
        (schedule(AfterCompletion(delay=Duration(0))), "as soon as its last run ended"),
        (
            schedule(Cron(expression="0 * * * *"), start=SUMMER, duration=DAY, exclude=NIGHTS),
            (
                "every hour (Europe/Amsterdam), from 2026-09-01 00:00, for 1d, not in 22:00-06:00 (backup), "
                "not on sat sun 2026-12-25 days of banks (then on the next open day)"
            ),
        ),
    ],
)
def test_a_schedule_in_words(definition: Schedule, words: str) -> None:
    assert describe(definition) == words


AUTUMN = "on 2026-10-25 at 03:00 the clock of Europe/Amsterdam is put to 02:00; "
SPRING = "on 2027-03-28 at 02:00 the clock of Europe/Amsterdam is put to 03:00; "


@pytest.mark.parametrize(
    ("definition", "now", "note"),
    [
        (schedule(Cron(expression="30 2 * * *")), SUMMER, AUTUMN + "02:30 comes twice and is due the first time"),
        (
            schedule(Cron(expression="30 2 * * *")),
            WINTER,
            SPRING + "02:30 is skipped by the clock and due at 03:00, once",
        ),
        (
            schedule(Cron(expression="*/15 * * * *")),
            SUMMER,
            AUTUMN + "02:00 to 02:45 (4 times) comes twice and is due both times",
        ),
        (
            schedule(Cron(expression="*/15 * * * *")),
            WINTER,
            SPRING + "02:00 to 02:45 (4 times) is skipped by the clock and left out",
        ),
        (
            schedule(Cron(expression="30 2 * * *"), fold=FoldPolicy.SECOND),
            SUMMER,
            AUTUMN + "02:30 comes twice and is due the second time",
        ),
        (
            schedule(Cron(expression="30 2 * * *"), gap=GapPolicy.SKIP),
            WINTER,
            SPRING + "02:30 is skipped by the clock and left out",
        ),
        (schedule(Cron(expression="0 9 * * *")), SUMMER, AUTUMN + "nothing is due in the repeated 02:00-03:00"),
        (
            schedule(Cron(expression="30 2 * * *"), exclude=NIGHTS),
            WINTER,
            SPRING + "nothing is due in the skipped 02:00-03:00",
        ),
        (
            schedule(Every(interval=HOUR)),
            SUMMER,
            AUTUMN + "that changes nothing here: it does not follow the wall clock",
        ),
        (schedule(Cron(expression="30 2 * * *"), zone="UTC"), SUMMER, None),
        (schedule(Reboot()), SUMMER, None),
    ],
)
def test_the_next_change_of_the_clock_and_what_it_does(definition: Schedule, now: Instant, note: str | None) -> None:
    assert dst_note(definition, JOB, now) == note
