"""An older and a newer Tickwork on one server, as during a rolling upgrade."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conformance.world import World
from tests.services.valkey import ValkeyServer, running
from tests.store.redis.laborer import rounds
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import State
from tickwork.errors import StoreTooNew
from tickwork.store.protocol import RunFilter
from tickwork.store.redis import RedisStore, caller, library, server
from tickwork.store.redis.connection import Address, Wire

ROOT = Path(__file__).parents[3]
WAYS = ["functions", "scripts"]


@pytest.fixture
async def own(request: pytest.FixtureRequest, monkeypatch) -> AsyncIterator[ValkeyServer]:
    """A server of the test's own: all stores of a server share its functions."""
    if request.node.callspec.params["way"] == "scripts":
        examine = server.examine
        monkeypatch.setattr(caller, "examine", lambda wire: replace(examine(wire), functions=False))
    with running() as own:
        yield own


@asynccontextmanager
async def older(own: ValkeyServer) -> AsyncIterator[World]:
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = RedisStore.from_url(own.url, clock=clock, ids=ids)
    await store.open()
    world = World(store)
    world.id = ids.run
    await world.job()
    await world.job("single")
    yield world
    await store.close()


async def newer(own: ValkeyServer, *words: str) -> None:
    program = (sys.executable, "-m", "tests.store.redis.newer", own.url, "newer", *words)
    process = await asyncio.create_subprocess_exec(*program, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT)
    assert await process.wait() == 0


def version_of(own: ValkeyServer) -> int:
    wire = Wire(Address.parse(own.url))
    try:
        return wire.call("FCALL_RO", "tickwork_version", 0)[0]
    finally:
        wire.close()


@pytest.mark.parametrize("way", WAYS)
async def test_side_by_side_both_go_on(own: ValkeyServer, way: str) -> None:
    async with older(own) as world:
        working = asyncio.create_task(newer(own, way))
        while not working.done():
            await rounds(world, f"older{len(await world.store.sessions())}")
        await working
        for session in await world.store.sessions():
            await world.store.close_session(session.id, at=session.seen)
        runs = await world.store.runs(RunFilter(states=(State.SUCCEEDED,)), limit=10_000)
        assert {run.worker for run in runs} >= {"worker of newer", "worker of older0"}
        fences = [(attempt.fence, run.id) for run in runs for attempt in await world.store.attempts(run.id)]
        assert len(set(fences)) == len(runs)
    async with older(own) as again:  # it leaves the newer functions alone
        assert await again.state(await again.queued()) is State.QUEUED
        if way == "functions":
            assert version_of(own) == library.VERSION + 1


@pytest.mark.parametrize("way", WAYS)
async def test_a_newer_one_that_breaks_it_stops_the_older_one(own: ValkeyServer, way: str) -> None:
    async with older(own) as world:
        queued = await world.queued()
        await newer(own, "breaking", way)
        with pytest.raises(StoreTooNew, match="upgrade this installation"):
            await world.queued()
        with pytest.raises(StoreTooNew, match="upgrade this installation"):
            await world.state(queued)
        with pytest.raises(StoreTooNew, match="upgrade this installation"):
            async with older(own):
                pass
