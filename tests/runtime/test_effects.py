"""What follows from a completion follows once, also when a promoter dies in between."""

import pytest

from tests.house import House, drain, job
from tickwork.core.clock import seconds
from tickwork.core.model import Scope
from tickwork.core.states import State
from tickwork.core.timing.schedule import AfterCompletion, Schedule
from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Kind


def after(length: float) -> Schedule:
    return Schedule(key="main", trigger=AfterCompletion(delay=seconds(length)))


async def run_one(house: House, session, state=State.SUCCEEDED, reason=None) -> None:
    for claim in await house.claim(session):
        await house.start(claim)
        await house.finish(claim, state, reason)


async def test_the_next_run_is_due_its_delay_after_the_last_one_ended(house: House):
    await house.ops.jobs.apply("board", [job("backup", after(10))])
    session, scheduler, promoter = await house.session(), house.scheduler(), house.promoter()
    await house.pass_time(10, scheduler=scheduler)
    [claim] = await house.claim(session)
    await house.start(claim)
    house.clock.advance(100)
    await drain(scheduler)
    assert len(await house.runs()) == 1, "nothing is due while it runs"
    ended = house.clock.now()
    await house.finish(claim)
    await drain(promoter)
    await house.pass_time(10, scheduler=scheduler)
    assert [run.slot for run in await house.runs()][1:] == [ended + seconds(10)]


async def test_a_paused_job_with_a_fixed_delay_goes_on_when_it_is_resumed(house: House):
    await house.ops.jobs.apply("board", [job("backup", after(10))])
    await house.ops.switches.pause(Scope.JOB, "backup")
    await house.pass_time(35)
    [gap] = await house.store.gaps(job="backup")
    assert gap.count == 3
    await house.ops.switches.resume(Scope.JOB, "backup")
    await house.pass_time(10)
    assert len(await house.runs()) == 1


async def test_failures_in_a_row_switch_the_job_off_and_a_success_starts_the_count_anew(house: House):
    await house.ops.jobs.apply("board", [job(disable_after_failures=2)])
    session, promoter = await house.session(), house.promoter()
    for state in (State.FAILED, State.SUCCEEDED, State.FAILED):
        await house.ops.runs.run("backup")
        await run_one(house, session, state, "exit" if state is State.FAILED else None)
        await drain(promoter)
    assert await house.store.get(Kind.SWITCH, "job:backup") is None
    await house.ops.runs.run("backup")
    await run_one(house, session, State.FAILED, "exit")
    await drain(promoter)
    assert "2 runs in a row have failed" in (await house.ops.explain.job("backup")).sentence


async def test_a_job_that_was_switched_on_again_may_fail_as_often_again(house: House):
    await house.ops.jobs.apply("board", [job(disable_after_failures=2)])
    session, promoter = await house.session(), house.promoter()
    for _ in range(2):
        await house.ops.runs.run("backup")
        await run_one(house, session, State.FAILED, "exit")
    await drain(promoter)
    house.clock.advance(1)
    assert (await house.ops.switches.resume(Scope.JOB, "backup")).was_paused
    house.clock.advance(1)
    await house.ops.runs.run("backup")
    await run_one(house, session, State.FAILED, "exit")
    await drain(promoter)
    assert await house.store.get(Kind.SWITCH, "job:backup") is None


async def test_an_event_that_comes_again_changes_nothing(house: House):
    await house.ops.jobs.apply("board", [job("backup", after(10), disable_after_failures=1)])
    await house.pass_time(10)
    await run_one(house, await house.session(), State.FAILED, "exit")
    promoter = house.promoter()
    house.store.fail("consume")
    with pytest.raises(StoreUnavailable):
        await promoter.tick()
    [before] = await house.store.timetable(["backup"])
    await drain(promoter)
    assert await house.store.timetable(["backup"]) == [before]
    assert len(await house.store.revisions(Kind.SWITCH, "job:backup")) == 1
