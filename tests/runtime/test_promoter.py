"""Runs that wait go on when what they waited for has come."""

import pytest

from tests.house import House, drain, job
from tickwork.core.clock import seconds
from tickwork.core.states import State
from tickwork.store.protocol import Topic


async def test_a_manual_run_waits_for_the_running_one_and_then_goes_on(house: House):
    await house.ops.jobs.apply("board", [job()])
    session = await house.session()
    await house.ops.runs.run("backup")
    [claim] = await house.claim(session)
    await house.start(claim)
    second = await house.ops.runs.run("backup")
    assert second.state is State.WAITING
    promoter = house.promoter()
    await drain(promoter)
    assert await house.claim(session) == []
    await house.finish(claim)
    await drain(promoter)
    [claim] = await house.claim(session)
    assert claim.run.id == second.id


async def test_consumed_events_do_not_come_again(house: House):
    await house.ops.jobs.apply("board", [job()])
    await house.ops.runs.run("backup")
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    await house.finish(claim)
    assert len(await house.store.outbox(limit=10)) == 1
    await drain(house.promoter())
    assert await house.store.outbox(limit=10) == []


async def test_a_delayed_retry_rings_the_workers_when_it_is_ready(house: House):
    await house.ops.jobs.apply("board", [job()])
    await house.ops.runs.run("backup")
    session = await house.session()
    [claim] = await house.claim(session)
    await house.start(claim)
    await house.finish(claim, State.QUEUED, again_in=seconds(0.3))
    promoter, rung = house.promoter(), []
    assert await promoter.tick() == pytest.approx(0.3)
    deaf = house.store.listen([Topic.QUEUED], rung.append)
    assert await house.claim(session) == []
    house.clock.advance(0.3)
    await promoter.tick()
    deaf()
    assert Topic.QUEUED in rung
    [claim] = await house.claim(session)
    assert claim.run.attempt == 1
