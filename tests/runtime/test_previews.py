"""What is previewed is what the scheduler then does."""

import asyncio

import msgspec
from hypothesis import given, settings, strategies as st

from tests.house import job
from tests.operations.histories import BEGIN, house_at, schedules
from tickwork.core.clock import HOUR, Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.model import Overlap
from tickwork.core.timing.occurrences import count
from tickwork.core.timing.schedule import Schedule
from tickwork.testing import Outage, simulate

END = Instant(BEGIN + 12 * HOUR)
"""Over the night in which the clocks of Europe go forward."""

sparse = schedules("one").filter(lambda one: count(dated(one), JobId("backup"), BEGIN, END) <= 100)
"""Each moment is simulated with everything that happens in it."""


def dated(schedule: Schedule) -> Schedule:
    return msgspec.structs.replace(schedule, since=Instant(BEGIN))


async def previewed(one, *, count: int) -> list[tuple[str, str]]:
    async with house_at(BEGIN) as house:
        await house.ops.jobs.apply("board", [one])
        views = await house.ops.jobs.next(one.id, count=count)
        return [(view.slot, f"{view.job}#{view.schedule}") for view in views if view.slot < iso(END)]


async def simulated(one, *outages: Outage) -> list[tuple[str, str, str]]:
    entries = await simulate([one], start=BEGIN, end=END, outages=outages)
    return [(entry.slot or "", entry.schedule or "", entry.entry) for entry in entries]


@settings(deadline=None, max_examples=25)
@given(sparse, st.none() | sparse.map(lambda other: msgspec.structs.replace(other, key="two")))
def test_a_preview_is_what_the_scheduler_then_does(one, two) -> None:
    async def check() -> None:
        backup = job("backup", *(s for s in (one, two) if s is not None), overlap=Overlap.ALLOW)
        done = await simulated(backup)
        assert {entry for _, _, entry in done} <= {"run"}
        seen = await previewed(backup, count=len(done) + 1)
        assert sorted(seen) == sorted((slot, schedule) for slot, schedule, _ in done)

    asyncio.run(check())


@settings(deadline=None, max_examples=10)
@given(sparse, st.integers(0, 10), st.integers(1, 9))
def test_an_outage_changes_what_becomes_of_them_and_not_which_they_are(one, hour, length) -> None:
    async def check() -> None:
        backup = job("backup", one, overlap=Overlap.ALLOW)
        begin = Instant(BEGIN + hour * HOUR)
        done = await simulated(backup, Outage(begin=begin, end=Instant(begin + length * HOUR)))
        assert [slot for slot, *_ in done] == [slot for slot, *_ in await simulated(backup)]

    asyncio.run(check())
