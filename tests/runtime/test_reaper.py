"""A dead worker's runs are settled after one lease; a reaper that was blind itself waits."""

from tests.house import House, job
from tickwork.core.states import State
from tickwork.telemetry import SessionSettled


async def running(house: House):
    await house.ops.jobs.apply("board", [job()])
    await house.ops.runs.run("backup")
    session = await house.session(lease=15)
    [claim] = await house.claim(session)
    await house.start(claim)
    return session, claim


async def look(house: House, reaper, length: float) -> None:
    for _ in range(round(length)):
        house.clock.advance(1)
        await reaper.tick()


async def test_a_session_without_beats_is_settled_after_one_lease_and_not_before(house: House):
    _, claim = await running(house)
    reaper = house.reaper()
    await reaper.tick()
    await look(house, reaper, 14)
    assert (await house.runs())[0].state is State.RUNNING
    await look(house, reaper, 1)
    [run] = await house.runs()
    assert (run.state, run.losses) == (State.QUEUED, 1)
    assert len(await house.finish(claim)) == 1, "the late report must be refused"
    assert any(isinstance(event, SessionSettled) for event in house.events)


async def test_a_session_that_beats_lives(house: House):
    session, _ = await running(house)
    reaper = house.reaper()
    for _ in range(20):
        await look(house, reaper, 3)
        await house.store.beat(session, at=house.clock.now())
    assert (await house.runs())[0].state is State.RUNNING


async def test_a_reaper_that_was_frozen_waits_a_whole_lease_before_it_judges(house: House):
    await running(house)
    reaper = house.reaper()
    await reaper.tick()
    house.clock.advance(3600)
    await reaper.tick()
    assert (await house.runs())[0].state is State.RUNNING
    await look(house, reaper, 15)
    assert (await house.runs())[0].state is State.QUEUED


async def test_a_run_that_lost_three_workers_ends_lost(house: House):
    await running(house)
    for _ in range(3):
        reaper = house.reaper()
        await reaper.tick()
        await look(house, reaper, 15)
        session = await house.session()
        for claim in await house.claim(session):
            await house.start(claim)
    [run] = await house.runs()
    assert (run.state, run.reason) == (State.FAILED, "lost")
    assert [attempt.reason for attempt in await house.store.attempts(run.id)] == ["lost"] * 3
