"""Named calendars decide occurrences by the content that they had when a schedule was saved."""

from datetime import UTC, date, datetime

import pytest

from tests.house import House, job
from tickwork.core.clock import DAY, from_datetime
from tickwork.core.timing.schedule import At, Cron, Exclusion, Roll, Schedule
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.store.protocol import Kind

ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260103
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
"""


def nightly(*calendars: str, **fields) -> Schedule:
    return Schedule(key="main", trigger=Cron(expression="0 3 * * *"), exclude=Exclusion(calendars=calendars), **fields)


async def next_days(house: House, count: int = 3) -> list[str]:
    return [view.slot[:10] for view in await house.ops.jobs.next("backup", count=count)]


async def test_a_schedule_skips_the_days_of_the_calendars_that_it_excludes(house: House):
    await house.ops.calendars.put("banks", days=["2026-01-02", date(2026, 1, 1)])
    await house.ops.calendars.put("saturdays", ics=ICS, years=1)
    await house.ops.jobs.apply("board", [job("backup", nightly("banks", "saturdays"))])
    assert await next_days(house) == ["2026-01-04", "2026-01-05", "2026-01-06"]
    assert await house.ops.jobs.plan("board", [job("backup", nightly("banks", "saturdays"))]) == []


async def test_a_changed_calendar_makes_a_new_revision_and_changes_no_history(house: House):
    await house.ops.calendars.put("banks", days=["2026-01-02"])
    await house.ops.jobs.apply("board", [job("backup", nightly("banks")), job("other", nightly())])
    await house.pass_time(4 * 86_400, step=3600)
    changed = await house.ops.calendars.put("banks", days=["2026-01-04", "2026-01-06"])
    assert (changed.jobs, changed.over) == (["backup"], [])
    assert await next_days(house) == ["2026-01-05", "2026-01-07", "2026-01-08"]
    assert [document.owner for document in await house.store.revisions(Kind.JOB, "backup")] == ["board", "board"]
    assert len(await house.store.revisions(Kind.JOB, "other")) == 1
    await house.pass_time(3 * 86_400, step=3600)
    days = [run.slot // DAY * DAY for run in await house.runs()]
    assert days == [from_datetime(datetime(2026, 1, n, tzinfo=UTC)) for n in (1, 3, 4, 5, 7)]
    assert (await house.ops.verify.check()).findings == []


async def test_the_same_days_again_change_nothing(house: House):
    first = await house.ops.calendars.put("banks", days=["2026-01-02"])
    await house.ops.jobs.apply("board", [job("backup", nightly("banks"))])
    assert (await house.ops.calendars.put("banks", days=["2026-01-02"])).version == first.version
    assert len(await house.store.revisions(Kind.JOB, "backup")) == 1
    assert len(await house.store.revisions(Kind.CALENDAR, "banks")) == 1


async def test_an_unknown_calendar_is_refused_with_the_known_ones(house: House):
    with pytest.raises(InvalidDefinition, match="there is no calendar 'banks'; there are none yet"):
        await house.ops.jobs.apply("board", [job("backup", nightly("banks"))])
    await house.ops.calendars.put("bank", days=["2026-01-02"])
    await house.ops.calendars.put("school", days=["2026-01-02"])
    with pytest.raises(InvalidDefinition, match="job backup: there is no calendar 'banks'; there are bank, school"):
        await house.ops.jobs.plan("board", [job("backup", nightly("bank", "banks"))])


async def test_a_calendar_stays_while_it_is_used(house: House):
    await house.ops.calendars.put("banks", days=["2026-01-02"])
    await house.ops.jobs.apply("board", [job("backup", nightly("banks"))])
    with pytest.raises(Conflict, match="calendar banks is excluded by backup; change those jobs first"):
        await house.ops.calendars.delete("banks")
    await house.ops.jobs.apply("board", [])
    await house.ops.calendars.delete("banks")
    assert await house.ops.calendars.list() == []
    with pytest.raises(NotFound, match="there is no calendar 'banks'"):
        await house.ops.calendars.show("banks")


async def test_public_holidays_of_a_country_and_where_work_rolls_to(house: House):
    view = await house.ops.calendars.put("nl", country="NL", years=2)
    assert "2026-04-27" in view.days
    assert view.source == "public holidays of NL, 2026 to 2027"
    rolled = Schedule(
        key="main",
        trigger=Cron(expression="0 3 1 1,4 *"),
        exclude=Exclusion(calendars=("nl",), roll=Roll.NEXT),
    )
    await house.ops.jobs.apply("board", [job("backup", rolled)])
    assert await next_days(house, 2) == ["2026-01-02", "2026-04-01"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, "give a name, and days, ics or country"),
        ({"days": ["2026-01-01"], "country": "NL"}, "give a name, and days, ics or country"),
        ({"days": ["1 January"]}, "calendar banks: '1 January' is not a day; write it as 2026-12-25"),
        ({"country": "XX"}, "calendar banks: no holidays are known of 'XX'"),
        ({"ics": "hello"}, "calendar banks: this is not an ICS file"),
        ({"ics": ICS.replace("20260103", "20261303")}, "calendar banks: line 2: the event cannot be read"),
    ],
)
async def test_what_is_no_calendar_is_refused(house: House, source, message):
    with pytest.raises(InvalidDefinition) as refused:
        await house.ops.calendars.put("banks", **source)
    assert message in str(refused.value)
    assert await house.ops.calendars.list() == []


async def test_a_schedule_that_a_calendar_silences_is_named(house: House):
    once = Schedule(
        key="main",
        trigger=At(times=(house.clock.now() + 5 * DAY,)),
        exclude=Exclusion(calendars=("banks",)),
    )
    await house.ops.calendars.put("banks", days=["2026-01-02"])
    await house.ops.jobs.apply("board", [job("backup", once)])
    changed = await house.ops.calendars.put("banks", days=["2026-01-06"])
    [told] = changed.over
    assert told == (
        "schedule main of job backup will never be due again: the times in its list that are still to come are excluded"
    )
    explained = await house.ops.explain.job("backup")
    assert "the times in its list that are still to come are excluded" in explained.sentence
