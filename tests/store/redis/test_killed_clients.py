"""A client is killed between any two of its calls: what it left is whole, and goes on."""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.world import World, at
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import RunFilter
from tickwork.store.redis import RedisStore

ROOT = Path(__file__).parents[3]


async def killed_at(point: str, url: str, name: str) -> None:
    environment = os.environ | {"TICKWORK_CRASH_AT": point, "PYTHONPATH": str(ROOT)}
    program = (sys.executable, "-m", "tests.store.redis.laborer", url, name)
    process = await asyncio.create_subprocess_exec(*program, env=environment, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("point", ["store.redis.sent", "store.redis.answered"])
async def test_what_a_killed_client_leaves_is_whole_and_goes_on(redis_url: str, point: str) -> None:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    world = World(store)
    await world.job()
    await world.job("single")
    for nth in (2, 3, 4, 5, 6, 7, 15):  # each verb of a round, and one of a later round
        name = f"s{nth}"
        await killed_at(f"{point}:{nth}", redis_url, name)
        sessions = {session.id: session for session in await store.sessions()}
        if name in sessions:
            await store.settle(name, beat=sessions[name].beat, max_losses=9, at=at(40), note="killed")

    # Then nothing is held any more, counters say what counting says, and no job of one at a time has two
    runs = await store.runs(RunFilter(), limit=1000)
    states = Counter(run.state for run in runs)
    assert {state: n for state, n in (await store.counts()).items() if n} == states
    assert not states.keys() & {State.CLAIMED, State.RUNNING}
    assert sum(run.job == "single" and run.state is State.QUEUED for run in runs) <= 1
    ended = {run.id for run in runs if run.state in TERMINAL}
    assert {event.run for event in await store.outbox(limit=1000)} == ended

    # And another worker does what is left
    session = await world.session("last")
    while claims := await world.claim(session, n=100, second=50):
        for claim in claims:
            await world.start(claim, second=51)
            assert await world.finish(claim, attempt=claim.run.attempt + 1, second=52) == []
        await store.promote(at=at(53))
    assert {run.state for run in await store.runs(RunFilter(), limit=1000)} == {State.SUCCEEDED}
    await store.close()
