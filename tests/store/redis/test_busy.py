"""A server that cannot work now, and says so: a passing fault for everybody who talks to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from threading import Thread

import pytest
import redis

from tests.conformance.world import World
from tests.services.valkey import ValkeyServer, running
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import State
from tickwork.errors import StoreError, StoreUnavailable
from tickwork.store.protocol import Topic
from tickwork.store.redis import RedisStore
from tickwork.store.redis.connection import Address, explained


class LongScript:
    """Somebody's script that does not end until it is killed; everybody else is told BUSY."""

    def __init__(self, server: ValkeyServer) -> None:
        self._server = server
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        with self._server.client() as client, contextlib.suppress(redis.ResponseError):  # it is killed
            client.eval("while true do end", 0)

    async def begin(self) -> None:
        self._thread.start()
        async with asyncio.timeout(20):
            while not self._refuses():
                await asyncio.sleep(0)

    def _refuses(self) -> bool:
        with self._server.client() as client:
            try:
                return not client.ping()
            except redis.ResponseError as error:
                return str(error).startswith("BUSY")

    async def end(self) -> None:
        with self._server.client() as client:
            client.script_kill()
        await asyncio.to_thread(self._thread.join)


@pytest.fixture
async def server() -> AsyncIterator[ValkeyServer]:
    with running(busy_reply_threshold="20") as server:
        yield server


@pytest.fixture
async def world(server: ValkeyServer) -> AsyncIterator[World]:
    async with contextlib.aclosing(opened(server)) as worlds:
        async for world in worlds:
            yield world


async def opened(server: ValkeyServer) -> AsyncIterator[World]:
    clock = SystemClock()
    store = RedisStore.from_url(server.url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    world = World(store)
    await world.job()
    yield world
    await store.close()


async def test_a_verb_waits_for_a_long_script_to_end(server: ValkeyServer, world: World) -> None:
    script = LongScript(server)
    await script.begin()
    waiting = asyncio.create_task(world.queued())
    async with asyncio.timeout(20):
        while world.store._caller._lane._ready is not None:  # it has been refused once
            await asyncio.sleep(0)
    assert not waiting.done()
    await script.end()
    assert await world.state(await waiting) is State.QUEUED


async def test_one_that_takes_too_long_is_a_passing_fault(server: ValkeyServer, world: World) -> None:
    script = LongScript(server)
    await script.begin()
    with pytest.raises(StoreUnavailable, match="cannot work now: BUSY"):
        await world.queued()
    with pytest.raises(StoreUnavailable, match="cannot work now: BUSY"):
        await anext(opened(server))
    await script.end()
    assert await world.state(await world.queued()) is State.QUEUED


async def test_whoever_listens_hears_again_when_it_has_ended(server, world: World, monkeypatch) -> None:
    monkeypatch.setattr("tickwork.store.redis.wake._POLL", 0.01)
    monkeypatch.setattr("tickwork.store.redis.wake._PAUSE", 0.01)
    script, ear = LongScript(server), world.store._caller._wakes._hints
    before = ear._heard
    await script.begin()
    async with asyncio.timeout(20):
        while ear._heard is before and ear._thread.is_alive():
            await asyncio.sleep(0.01)
            if not before.connection:  # it was refused, and is closed
                break
    assert ear._thread.is_alive()
    await script.end()
    async with asyncio.timeout(20):
        while ear._heard is before:
            await asyncio.sleep(0.01)
    heard = await world.wakes(Topic.QUEUED)
    async for other in opened(server):
        await other.queued()
        assert await heard() is Topic.QUEUED


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (redis.ResponseError("BUSY Valkey is busy running a script"), True),
        (redis.ResponseError("MISCONF the disk is full"), True),
        (redis.ResponseError("NOREPLICAS Not enough good replicas to write."), True),
        (redis.BusyLoadingError("Redis is loading the dataset in memory"), True),
        (redis.ReadOnlyError("You can't write against a read only replica."), True),
        (redis.exceptions.MasterDownError("Link with MASTER is down"), True),
        (redis.exceptions.ClusterDownError("The cluster is down"), True),
        (redis.exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), True),
        (redis.ResponseError("wrong number of arguments"), False),
        (redis.exceptions.NoPermissionError("this user has no permissions"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_passes_by_itself_is_told_from_what_does_not(error: Exception, *, passing: bool) -> None:
    """As the driver gives them: those that it has classes for come without the word that they begin with."""
    told = explained(error, Address.parse("redis://host"))
    assert isinstance(told, StoreError)
    assert isinstance(told, StoreUnavailable) is passing
