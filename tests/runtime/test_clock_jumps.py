"""Somebody sets the clock, again and again: nothing is doubled, nothing is lost, nothing is late."""

from math import exp, log

from tests.house import House, every, job
from tests.operations.histories import BEGIN, house_at
from tickwork.core.clock import DAY, SECOND
from tickwork.core.ids import randomness
from tickwork.core.model import Overlap
from tickwork.core.timing.schedule import CatchUp, Cron, Schedule
from tickwork.runtime.scheduler import Scheduler
from tickwork.service import NAP

JUMPS = 10_000
SHORTEST, LONGEST = 1.0, 2 * DAY / SECOND
LATE = 2.0
SCHEDULES = (
    every(900, catch_up=CatchUp.ALL),
    Schedule(key="nightly", trigger=Cron(expression="30 2 * * *"), zone="Europe/Amsterdam"),
)


async def test_ten_thousand_jumps_double_no_slot_and_make_none_late() -> None:
    random = randomness(20260329)
    async with house_at(BEGIN) as house:
        await house.ops.jobs.apply("board", [job("backup", *SCHEDULES, overlap=Overlap.ALLOW)])
        scheduler = house.scheduler()
        for _ in range(JUMPS):
            nap = min(await look(house, scheduler), NAP)
            looked, before = house.clock.monotonic(), nap * random.random()
            house.clock.advance(before)
            house.clock.jump(random.choice((-1, 1)) * exp(random.uniform(log(SHORTEST), log(LONGEST))))
            house.clock.advance(nap - before)
            # What came due meanwhile, by time that passed or by the jump, is decided by the look that comes now.
            assert house.clock.monotonic() - looked <= LATE
        await look(house, scheduler)
        report = await house.ops.verify.check()
        assert report.findings == []
        assert report.occurrences > JUMPS / 10


async def look(house: House, scheduler: Scheduler) -> float:
    """The scheduler wakes and decides everything that is due; returns how long it sleeps then."""
    while (delay := await scheduler.tick()) == 0.0:
        pass
    for row in await house.store.timetable(["backup"]):
        assert row.due is not None
        assert row.due > house.clock.now()
    return delay
