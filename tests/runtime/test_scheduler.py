"""Due occurrences become exactly one entry each, whoever looks, whenever, however often."""

import asyncio

import pytest

from tests.house import House, drain, every, job
from tickwork.core.clock import Instant, seconds
from tickwork.core.model import Overlap
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import CatchUp
from tickwork.errors import StoreUnavailable


async def test_each_due_moment_becomes_a_run(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10), overlap=Overlap.ALLOW)])
    await house.pass_time(35)
    assert [run.state for run in await house.runs()] == [State.QUEUED] * 3


async def test_two_schedulers_at_the_same_moment_make_no_doubles(house: House):
    await house.ops.jobs.apply("board", [job(f"job{n}", every(1), overlap=Overlap.ALLOW) for n in range(20)])
    first, second = house.scheduler(), house.scheduler()
    for _ in range(5):
        house.clock.advance(1)
        await asyncio.gather(drain(first), drain(second))
    for n in range(20):
        slots = [run.slot for run in await house.runs(f"job{n}")]
        assert len(slots) == len(set(slots)) == 5


async def test_an_occurrence_while_the_last_run_is_not_over_is_skipped_and_says_for_which(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10))])
    await house.pass_time(20)
    first, second = await house.runs()
    assert (second.state, second.reason, second.about) == (State.SKIPPED, Reason.OVERLAP, first.id)


async def test_two_schedules_due_at_one_instant_run_once(house: House):
    twice = job("backup", every(10), every(10, key="other"))
    await house.ops.jobs.apply("board", [twice])
    await house.pass_time(10)
    ran, folded = sorted(await house.runs(), key=lambda run: run.state is State.MISSED)
    assert ran.state is State.QUEUED
    assert (folded.reason, folded.about, folded.slot) == (Reason.COALESCED, ran.id, ran.slot)


async def test_an_outage_is_one_gap_and_the_latest_occurrence_is_caught_up(house: House):
    began = house.clock.now()
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    house.clock.advance(3630)
    await drain(house.scheduler())
    [run] = await house.runs()
    [gap] = await house.store.gaps(job="backup")
    assert (gap.count, gap.reason) == (59, Reason.DOWN)
    assert run.slot == began + seconds(3600)
    entries = await house.entries(start=began)
    assert len(entries) == 60
    assert {entry.entry for entry in entries} == {"run", "gap"}


async def test_thirty_days_of_every_second_are_decided_in_one_go(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(1, catch_up=CatchUp.NONE))])
    house.clock.advance(30 * 86_400 + 20)
    await drain(house.scheduler())
    [gap] = await house.store.gaps(job="backup")
    runs = await house.runs()
    assert gap.count + len(runs) == 30 * 86_400 + 20


async def test_a_clock_that_jumps_back_doubles_nothing(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10), overlap=Overlap.ALLOW)])
    scheduler = house.scheduler()
    await house.pass_time(30, scheduler=scheduler)
    house.clock.jump(-25)
    await house.pass_time(60, scheduler=scheduler)
    slots = [run.slot for run in await house.runs()]
    assert len(slots) == len(set(slots)) == 6


async def test_a_fault_of_the_store_loses_nothing(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10), overlap=Overlap.ALLOW)])
    scheduler = house.scheduler()
    house.clock.advance(10)
    house.store.fail("fire", after=True)
    with pytest.raises(StoreUnavailable):
        await scheduler.tick()
    await drain(scheduler)
    assert len(await house.runs()) == 1


async def test_the_sleep_ends_at_the_next_due_moment(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(0.25))])
    assert await house.scheduler().tick() == pytest.approx(0.25)


async def test_a_deleted_job_fires_no_more_and_keeps_its_history(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10))])
    await house.pass_time(10)
    await house.ops.jobs.apply("board", [])
    await house.pass_time(30)
    [run] = await house.runs()
    assert (run.state, run.reason) == (State.CANCELLED, Reason.JOB_DELETED)
    assert await house.store.upcoming(limit=10) == []


async def test_what_is_due_in_the_future_is_left_alone(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10))])
    await house.scheduler().tick()
    assert await house.runs() == []
    [row] = await house.store.timetable(["backup"])
    assert row.due == Instant(house.clock.now() + seconds(10))
