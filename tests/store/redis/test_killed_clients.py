"""A client is killed between any two of its calls: what it left is whole, and goes on."""

import asyncio
import os
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conformance.world import World, at
from tests.services.valkey import forget
from tests.store.redis.laborer import every_verb
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import RunFilter
from tickwork.store.redis import RedisStore
from tickwork.store.redis.library import verbs

ROOT = Path(__file__).parents[3]
AT_A_TIME = 3


async def killed_at(point: str, url: str, name: str, what: str = "rounds") -> None:
    environment = os.environ | {"TICKWORK_CRASH_AT": point, "PYTHONPATH": str(ROOT)}
    program = (sys.executable, "-m", "tests.store.redis.laborer", url, name, what)
    process = await asyncio.create_subprocess_exec(*program, env=environment, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL


@asynccontextmanager
async def opened(url: str):
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = RedisStore.from_url(url, clock=clock, ids=ids)
    await store.open()
    world = World(store)
    world.id = ids.run
    await world.job()
    await world.job("single")
    yield world
    await store.close()


async def settle_all(world: World) -> None:
    for session in await world.store.sessions():
        await world.store.settle(session.id, beat=session.beat, max_losses=9, at=at(40), note="killed")


async def assert_whole(world: World) -> None:
    """Nothing is held any more, counters say what counting says, and no job of one at a time has two."""
    runs = await world.store.runs(RunFilter(), limit=1000)
    states = Counter(run.state for run in runs)
    assert {state: n for state, n in (await world.store.counts()).items() if n} == states
    for state in State:
        assert len(await world.store.runs(RunFilter(states=(state,)), limit=1000)) == states[state]
    assert not states.keys() & {State.CLAIMED, State.RUNNING}
    assert sum(run.job == "single" and run.state is State.QUEUED for run in runs) <= 1


async def do_what_is_left(world: World) -> None:
    session = await world.session("last")
    await world.store.promote(at=at(49))
    while claims := await world.claim(session, n=100, second=50):
        for claim in claims:
            await world.start(claim, second=51)
            assert await world.finish(claim, attempt=claim.run.attempt + 1, second=52) == []
        await world.store.promote(at=at(53))


@pytest.mark.parametrize("point", ["store.redis.sent", "store.redis.answered"])
async def test_what_a_killed_client_leaves_is_whole_and_goes_on(redis_url: str, point: str) -> None:
    async with opened(redis_url) as world:
        for nth in (2, 3, 4, 5, 6, 7, 15):  # each verb of a round, and one of a later round
            await killed_at(f"{point}:{nth}", redis_url, f"s{nth}")
            await settle_all(world)
        await assert_whole(world)
        runs = await world.store.runs(RunFilter(), limit=1000)
        ended = {run.id for run in runs if run.state in TERMINAL}
        assert {event.run for event in await world.store.outbox(limit=1000)} == ended

        await do_what_is_left(world)
        assert {run.state for run in await world.store.runs(RunFilter(), limit=1000)} == {State.SUCCEEDED}


@pytest.mark.timeout(180)
async def test_a_client_may_die_after_each_call_of_every_verb(redis_url: str, monkeypatch) -> None:
    # Given all verbs that write, in the order of the calls of a client that lives
    called: list[str] = []
    async with opened(f"{redis_url}alive") as world:
        call = world.store._caller._call

        async def noted(verb: str, *args):
            called.append(verb)
            return await call(verb, *args)

        monkeypatch.setattr(world.store._caller, "_call", noted)
        await every_verb(world, "alive")
    writing = {name for name, kind in verbs().items() if kind == "writes"}
    others = {
        "hello",
        "notify",
        "announce",
        "prune",
        "index",
    }  # connects; hints; older clients; what an older version left
    assert writing - set(called) == others

    # When others die after the first of these calls, after the second …
    turns = asyncio.Semaphore(AT_A_TIME)

    async def die(nth: int) -> None:
        async with turns, opened(f"{redis_url}{nth}") as world:
            await killed_at(f"store.redis.answered:{nth}", f"{redis_url}{nth}", "dies", "every")
            await settle_all(world)
            await assert_whole(world)
            await do_what_is_left(world)
            await assert_whole(world)

    try:
        await asyncio.gather(*(die(nth) for nth in range(1, len(called) + 1)))
    finally:
        server, _, query = redis_url.partition("?prefix=")
        for end in ("alive", *range(1, len(called) + 1)):
            forget(server, f"{query}{end}")
