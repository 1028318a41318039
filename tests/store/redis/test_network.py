"""A network between the store and its server that cuts, delays, swallows and falls silent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.conformance.world import ANN, World, at
from tests.services.proxy import Proxy
from tests.services.valkey import ValkeyServer, running
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import State
from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Kind, Put, RunFilter, Topic
from tickwork.store.redis import RedisStore

WRITTEN = b"*3\r\n:"
"""How the reply of a verb that writes begins: with its count of writes."""
SILENCE = 0.2
"""Seconds after which an answer counts as lost in these tests."""


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    with running() as server:
        yield server


@pytest.fixture
async def proxy(server: ValkeyServer) -> AsyncIterator[Proxy]:
    async with Proxy(server.socket, committed=WRITTEN) as proxy:
        yield proxy
    with server.client() as client:
        client.flushall()


@asynccontextmanager
async def opened(proxy: Proxy) -> AsyncIterator[World]:
    clock = SystemClock()
    store = RedisStore.from_url(f"redis://127.0.0.1:{proxy.port}", clock=clock, ids=Ids(clock=clock))
    await store.open()
    world = World(store)
    await world.job()
    yield world
    await store.close()


async def ids_of(world: World) -> list[str]:
    return sorted(run.id for run in await world.store.runs(RunFilter(), limit=1000))


async def test_connections_that_are_cut_again_and_again_lose_and_double_nothing(proxy: Proxy) -> None:
    async with opened(proxy) as world:
        acknowledged: list[str] = []

        async def enqueue() -> None:
            for _ in range(25):
                run = await world.queued()
                acknowledged.append(run)

        lanes = asyncio.gather(*(enqueue() for _ in range(4)))
        for n in range(10, 100, 10):
            while len(acknowledged) < n:
                await asyncio.sleep(0)
            proxy.cut()
        await lanes
        assert sorted(acknowledged) == await ids_of(world)


async def test_an_answer_that_is_swallowed_is_asked_for_again_and_the_verb_happens_once(proxy: Proxy) -> None:
    async with opened(proxy) as world:
        session, row = await world.session(), await world.scheduled()

        proxy.drop_commit_replies = 1
        assert await world.store.put([Put(kind=Kind.TASK, id="t", body=b"{}", expect=0)], by=ANN, at=at(1)) == [1]
        proxy.drop_commit_replies = 1
        assert await world.fire(row.version, world.slot(10)) is not None
        proxy.drop_commit_replies = 1
        [claim] = await world.claim(session)
        proxy.drop_commit_replies = 1
        assert await world.start(claim) == []
        proxy.drop_commit_replies = 1
        assert await world.finish(claim) == []

        assert proxy.drop_commit_replies == 0
        [run] = await world.store.runs(RunFilter())
        assert (run.state, run.attempt) == (State.SUCCEEDED, 1)
        assert len(await world.store.attempts(run.id)) == len(await world.store.outbox(limit=9)) == 1


async def test_a_slow_network_only_takes_longer(proxy: Proxy) -> None:
    async with opened(proxy) as world:
        proxy.delay = 0.05
        assert await world.state(await world.succeeded(await world.session())) is State.SUCCEEDED


async def test_silence_is_a_passing_fault_and_when_it_ends_the_same_store_goes_on(proxy: Proxy, monkeypatch) -> None:
    monkeypatch.setattr("tickwork.store.redis.connection._ANSWER_SECONDS", SILENCE)
    async with opened(proxy) as world:
        before = await world.queued()
        proxy.black_hole = True
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            await world.queued()
        proxy.black_hole = False
        after = await world.queued()
        assert {before, after} <= set(await ids_of(world))


async def test_a_subscription_that_has_fallen_silent_is_made_anew(proxy: Proxy, monkeypatch) -> None:
    monkeypatch.setattr("tickwork.store.redis.connection._ANSWER_SECONDS", SILENCE)
    monkeypatch.setattr("tickwork.store.redis.wake._POLL", 0.01)
    monkeypatch.setattr("tickwork.store.redis.wake._CONFIRM", SILENCE)
    monkeypatch.setattr("tickwork.store.redis.wake._PAUSE", 0.01)
    async with opened(proxy) as world, opened(proxy) as other:
        proxy.black_hole = True  # nothing is written meanwhile: only the two subscriptions can notice
        before = proxy.connections
        async with asyncio.timeout(20):
            while proxy.connections < before + 2:
                await asyncio.sleep(0)
        proxy.black_hole = False
        async with asyncio.timeout(20):
            heard = await world.wakes(Topic.QUEUED)
            await other.queued()
            assert await heard() is Topic.QUEUED


async def test_followers_are_told_that_they_may_have_missed_something_after_they_were_cut_off(
    proxy: Proxy, monkeypatch
) -> None:
    monkeypatch.setattr("tickwork.store.redis.wake._POLL", 0.01)
    monkeypatch.setattr("tickwork.store.redis.wake._PAUSE", 0.01)
    async with opened(proxy) as world, opened(proxy) as other:
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        world.store.follow(heard.put_nowait)
        proxy.cut()
        async with asyncio.timeout(20):
            assert await heard.get() == b""
        await other.queued()
        other.store.announce([b"again"])
        async with asyncio.timeout(20):
            assert await heard.get() == b"again"


async def test_a_server_that_takes_no_connections_is_a_passing_fault(proxy: Proxy) -> None:
    async with opened(proxy) as world:
        proxy.refuse = True
        proxy.cut()
        with pytest.raises(StoreUnavailable):
            await world.queued()
        proxy.refuse = False
        assert await world.state(await world.queued()) is State.QUEUED
