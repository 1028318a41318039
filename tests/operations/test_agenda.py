"""What comes in a stretch of time, job by job."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from tests.core.timing.test_laws import T0, schedules
from tests.house import House, job
from tickwork.core.clock import DAY, HOUR, Instant, from_datetime, iso
from tickwork.core.ids import JobId
from tickwork.core.model import Scope
from tickwork.core.timing.occurrences import between
from tickwork.core.timing.schedule import Cron, Schedule
from tickwork.errors import InvalidDefinition
from tickwork.operations.agenda import agenda_of, items_of

BEGIN = from_datetime(datetime(2026, 1, 2, tzinfo=UTC))


def cron(expression: str) -> Schedule:
    return Schedule(key="main", trigger=Cron(expression=expression))


@settings(deadline=None, max_examples=25)
@given(st.lists(schedules(), max_size=6), st.integers(T0 - DAY, T0 + 3 * DAY), st.integers(1, 50))
def test_an_agenda_has_what_the_occurrences_of_each_schedule_are(many, start, hours) -> None:
    pairs = [(schedule, JobId(f"job{n}")) for n, schedule in enumerate(many)]
    end = Instant(start + hours * HOUR)

    agenda = agenda_of(items_of(pairs, Instant(start), end), Instant(start), end, limit=100)

    due = {name: between(schedule, name, Instant(start - 1), Instant(end - 1)) for schedule, name in pairs}
    expected = {name: (len(found), iso(found[0].slot), iso(found[-1].slot)) for name, found in due.items() if found}
    assert {item.job: (item.count, item.first, item.last) for item in agenda.items} == expected
    assert [item.first for item in agenda.items] == sorted(item.first for item in agenda.items)


async def test_the_agenda_of_a_day_is_what_is_on_in_it(house: House) -> None:
    for one in (job("hourly", cron("0 * * * *")), job("noon", cron("0 12 * * *")), job("off", cron("0 1 * * *"))):
        await house.ops.jobs.save(one)
    await house.ops.switches.pause(Scope.JOB, "off")

    agenda = await house.ops.ahead.agenda(start=BEGIN, end=Instant(BEGIN + DAY))
    short = await house.ops.ahead.agenda(start=BEGIN, end=Instant(BEGIN + DAY), limit=1)

    assert [(item.job, item.count) for item in agenda.items] == [("hourly", 24), ("noon", 1)]
    assert agenda.items[1].first == "2026-01-02T12:00:00Z"
    assert (len(short.items), short.left_out) == (1, 1)
    with pytest.raises(InvalidDefinition, match="is not after start"):
        await house.ops.ahead.agenda(start=BEGIN, end=BEGIN)
