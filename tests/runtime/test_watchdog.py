"""Workers that are not heard, and pools in which runs wait for nobody, are told of once."""

import pytest

from tests.house import House, job
from tests.runtime.test_spreading import Fleet
from tickwork.core.clock import iso
from tickwork.core.lease import Patience
from tickwork.core.model import Pool, Scope
from tickwork.operations.fleet import read_outages
from tickwork.runtime.watchdog import Watchdog
from tickwork.telemetry import PoolResponsive, PoolUnresponsive, TelemetryEvent, WorkerResponsive, WorkerUnresponsive

PATIENCE = Patience(intervals=3, margin=2.0)
LONG = int(PATIENCE.seconds(15)) + 1


def a_watchdog(house: House) -> Watchdog:
    return Watchdog(store=house.store, clock=house.clock, telemetry=house.telemetry, patience=PATIENCE)


@pytest.fixture
def fleet(house: House) -> Fleet:
    return Fleet(house)


async def watch(house: House, dog: Watchdog, seconds: int, *, beating: object = None) -> None:
    for _ in range(seconds):
        house.clock.advance(1)
        if beating is not None:
            await house.store.beat(beating, at=house.clock.now())
        await dog.tick()


def told(house: House, *kinds: type[TelemetryEvent]) -> list[TelemetryEvent]:
    return [event for event in house.events if isinstance(event, kinds)]


async def test_a_worker_that_misses_its_beats_is_told_of_once_and_when_it_is_heard_again(house: House, fleet: Fleet):
    await fleet.join("a")
    dog = a_watchdog(house)
    await watch(house, dog, 30, beating=fleet.sessions["a"])
    assert told(house, WorkerUnresponsive) == []
    await watch(house, dog, LONG + 5)
    [event] = told(house, WorkerUnresponsive)
    assert (event.worker, event.session) == ("a", fleet.sessions["a"])
    [view] = await house.ops.reads.workers()
    assert view.silent == LONG + 5
    await watch(house, dog, 1, beating=fleet.sessions["a"])
    assert len(told(house, WorkerResponsive)) == 1
    assert (await house.ops.reads.workers())[0].silent is None


async def test_a_pool_without_a_worker_that_is_heard_is_noted_while_runs_are_queued(house: House, fleet: Fleet):
    await house.ops.jobs.apply("board", [job(pool="web")])
    dog = a_watchdog(house)
    await watch(house, dog, LONG)
    assert told(house, PoolUnresponsive) == []
    run = await house.ops.runs.run("backup")
    since = house.clock.now() + 1_000_000
    await watch(house, dog, LONG + 10)
    [event] = told(house, PoolUnresponsive)
    assert (event.pool, event.since) == ("web", since)
    assert await read_outages(house.store) == {"web": since}
    sentence = (await house.ops.explain.run(run.id)).sentence
    assert f"no live worker in pool web since {iso(since)}: start one with" in sentence
    assert (await house.ops.pools.show("web")).unresponsive_since == iso(since)
    # Given a worker again
    await fleet.join("a", pool="web")
    await watch(house, dog, 1)
    assert [event.pool for event in told(house, PoolResponsive)] == ["web"]
    assert await read_outages(house.store) == {}


async def test_of_two_nodes_one_tells(house: House):
    await house.ops.jobs.apply("board", [job()])
    await house.ops.runs.run("backup")
    one, two = a_watchdog(house), a_watchdog(house)
    for _ in range(LONG + 10):
        house.clock.advance(1)
        await one.tick()
        await two.tick()
    assert len(told(house, PoolUnresponsive)) == 1
    # and one that starts later goes on from the note
    three = a_watchdog(house)
    await watch(house, three, LONG + 10)
    assert len(told(house, PoolUnresponsive)) == 1


async def test_a_silent_worker_does_not_serve_its_pool(house: House, fleet: Fleet):
    await fleet.join("a")
    await house.ops.jobs.apply("board", [job()])
    await house.ops.runs.run("backup")
    await watch(house, a_watchdog(house), 2 * LONG + 2)
    assert len(told(house, PoolUnresponsive)) == 1


@pytest.mark.parametrize("why", ["switched off", "not ready", "nothing queued"])
async def test_a_pool_that_has_nothing_to_do_now_is_not_told_of(house: House, why: str):
    await house.ops.jobs.apply("board", [job()])
    if why != "nothing queued":
        await house.ops.runs.run("backup")
    if why == "switched off":
        await house.ops.switches.pause(Scope.POOL, "default")
    if why == "not ready":
        [claim] = await house.claim(session := await house.session())
        await house.start(claim)
        await house.finish(claim, again_in=3_600_000_000)
        await house.store.close_session(session, at=house.clock.now())
    await watch(house, a_watchdog(house), 3 * LONG)
    assert told(house, PoolUnresponsive) == []


# -- why a queued run is not taken --


async def why(house: House, run) -> str:
    return (await house.ops.explain.run(run.id)).sentence


async def test_explain_names_what_keeps_workers_from_a_run(house: House, fleet: Fleet):
    await fleet.join("a", "b")
    await house.ops.jobs.apply(
        "board", [job("gpu", labels=("gpu",)), job("one", max_running=1, overlap="allow"), job("plain")]
    )
    gpu, first, second = [await house.ops.runs.run(name) for name in ("gpu", "one", "one")]
    assert "no live worker of pool default has all of the labels gpu" in await why(house, gpu)
    [claim] = await fleet.claims("a")
    assert claim.run.id == first.id
    assert "1 of job one run already, as many as may at a time" in await why(house, second)
    await house.ops.pools.put(Pool(name="default", max_running=1))
    plain = await house.ops.runs.run("plain")
    assert "1 of pool default run already" in await why(house, plain)
    await house.ops.pools.put(Pool(name="default"))
    for name in ("a", "b"):
        await house.ops.switches.pause(Scope.WORKER, name, why="new disk")
    sentence = await why(house, plain)
    assert "worker a is paused by ann" in sentence
    assert "new disk, worker b is paused" in sentence


def test_patience_follows_the_lease():
    assert PATIENCE.seconds(15) == 11.0
    assert Patience(intervals=5, margin=0.0).seconds(10) == 10.0
