"""Connections break, servers crash, answers get lost: nothing is lost and nothing happens twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.conformance.world import World, at, finish
from tests.services.postgres import PostgresServer, admin, schema_url
from tests.services.proxy import Proxy
from tests.store.postgres.conftest import opened_worlds
from tickwork.core.ids import SessionId
from tickwork.core.states import State
from tickwork.errors import StoreUnavailable
from tickwork.store.postgres import connection, link
from tickwork.store.postgres.transaction import Tx
from tickwork.store.protocol import Topic

RESUMED = 10.0


@pytest.fixture
async def proxy(own_server: PostgresServer) -> AsyncIterator[Proxy]:
    async with Proxy(Path(own_server.folder / ".s.PGSQL.5432")) as proxy:
        yield proxy


@pytest.fixture
async def behind(proxy: Proxy) -> AsyncIterator[World]:
    """A world whose store is reached through the proxy."""
    async with opened_worlds(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres") as [world]:
        yield world


def terminate_all(server: str) -> None:
    with admin(server) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tickwork'")


async def test_an_answer_to_a_commit_that_got_lost_is_looked_up(proxy: Proxy, behind: World) -> None:
    async def losing(verb: Awaitable) -> object:
        proxy.drop_commit_replies = 1
        result = await verb
        assert proxy.drop_commit_replies == 0
        return result

    store = behind.store
    session = await behind.session()
    # each verb answers as if nothing had been lost, and has happened once
    [born] = await losing(store.enqueue([behind.new()], at=at(10)))
    assert not born.existing
    [claim] = await losing(behind.claim(session, n=9))
    assert claim.run.id == born.run
    assert await losing(behind.start(claim)) == []
    assert await losing(behind.finish(claim)) == []
    assert [attempt.n for attempt in await store.attempts(born.run)] == [1]
    assert [event.run for event in await store.outbox(limit=9)] == [born.run]
    assert (await losing(store.beat(session, at=at(20)))).lost is False
    assert (await store.sessions())[0].beat == 1


async def test_a_connection_that_breaks_before_the_commit_has_the_verb_done_again(behind: World, proxy: Proxy) -> None:
    tries = 0

    def verb(tx: Tx) -> int:
        nonlocal tries
        tries += 1
        tx.do("put_switched")
        if tries == 1:
            loop.call_soon_threadsafe(proxy.cut)
            until(lambda: tx.db.pgconn.status != 0 or tx.rows("switch_version") is None)
        return tries

    loop = asyncio.get_running_loop()
    assert await behind.store._write(verb) == 2
    assert (await behind.store.due(at(1), limit=1)).switch_version == 1


def until(condition: Callable[[], bool]) -> None:
    """Ends by the error of a broken connection, too."""
    limit = time.monotonic() + RESUMED
    while not condition():
        assert time.monotonic() < limit


async def test_terminated_backends_are_replaced_in_the_middle_of_the_work(
    own_server: PostgresServer,
) -> None:
    async with opened_worlds(own_server.url) as [world]:
        await hammered(world, runs=300, disturb=lambda: terminate_all(own_server.url), times=5)


async def test_a_server_that_crashes_and_comes_back_has_all_that_was_answered(own_server: PostgresServer) -> None:
    down = 0.0  # what the server itself takes for stopping and starting

    def crash() -> None:
        nonlocal down
        began = time.monotonic()
        own_server.crash()
        down += time.monotonic() - began

    async with opened_worlds(own_server.url) as [world]:
        began = time.monotonic()
        await hammered(world, runs=300, disturb=crash, times=2)
        assert time.monotonic() - began - down < 2 * RESUMED


async def hammered(world: World, *, runs: int, disturb: Callable[[], None], times: int) -> None:
    """Several callers bring runs from birth to end, each call repeated until it is answered, while the server is
    disturbed. All runs end once."""
    session = await world.session()
    born: set[str] = set()
    ended: list[str] = []

    async def bear() -> None:
        while len(born) < runs:
            new = world.new()
            born.add(new.run.id)
            await insist(lambda new=new: world.store.enqueue([new], at=at(10)))

    async def work() -> None:
        while len(ended) < runs:
            for claim in await insist(lambda: world.claim(session, n=5)):
                assert await insist(lambda claim=claim: world.start(claim)) == []
                assert await insist(lambda claim=claim: world.store.finish([finish(claim)])) == []
                ended.append(claim.run.id)

    async def disturbing() -> None:
        for n in range(times):
            while len(ended) < runs * (n + 1) // (times + 2):
                await asyncio.sleep(0.01)
            await asyncio.to_thread(disturb)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(bear())
            group.create_task(work())
        group.create_task(disturbing())
    assert sorted(ended) == sorted(born)
    assert (await world.store.counts())[State.SUCCEEDED] == len(born)
    assert len(await world.store.outbox(limit=10_000)) == len(born)


async def insist(call: Callable[[], Awaitable]) -> object:
    while True:
        try:
            return await call()
        except StoreUnavailable:
            continue


async def test_a_server_that_went_silent_is_given_up(
    behind: World, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(link, "PATIENCE", 0.1)
    monkeypatch.setitem(connection._DEFAULTS, "connect_timeout", "2")  # libpq's shortest
    proxy.black_hole = True
    answers = await asyncio.gather(behind.queued(), behind.store.counts(), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable, StoreUnavailable]
    proxy.black_hole = False
    proxy.cut()
    await behind.queued()
    assert (await behind.store.counts())[State.QUEUED] >= 1


async def test_listeners_are_hinted_at_everything_after_they_were_cut_off(behind: World, proxy: Proxy) -> None:
    heard: asyncio.Queue[Topic] = asyncio.Queue()
    end = behind.store.listen([Topic.QUEUED], heard.put_nowait)
    await listening(proxy, behind)
    proxy.cut()
    async with asyncio.timeout(RESUMED):
        assert await heard.get() is Topic.QUEUED
    end()


async def test_followers_are_told_that_they_may_have_missed_something_after_they_were_cut_off(
    behind: World, proxy: Proxy
) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    end = behind.store.follow(heard.put_nowait)
    await listening(proxy, behind)
    proxy.cut()
    async with asyncio.timeout(RESUMED):
        assert await heard.get() == b""
    end()


async def listening(proxy: Proxy, world: World) -> None:
    """Until the store's listener has its connection."""
    async with asyncio.timeout(RESUMED):
        while not await world.store._read(_has_listener):
            await asyncio.sleep(0.01)


def _has_listener(tx: Tx) -> bool:
    found = tx.db.execute(b"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'").fetchone()
    return bool(found[0])


async def test_a_stand_by_is_a_passing_fault(own_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PATIENCE", 0.1)
    async with opened_worlds(schema_url(own_server.url, "a")) as [world]:
        with admin(own_server.url) as db:
            db.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        terminate_all(own_server.url)
        with pytest.raises(StoreUnavailable):
            await world.queued()
        with admin(own_server.url) as db:
            db.execute("SET default_transaction_read_only = off")
            db.execute("ALTER DATABASE postgres RESET default_transaction_read_only")
        await world.queued()


async def test_after_a_fail_over_no_fence_is_given_a_second_time(own_server: PostgresServer) -> None:
    # Given a claim that the server which takes over has never heard of
    async with opened_worlds(own_server.url) as [world]:
        before = (await world.claimed(await world.session())).fence
        with admin(own_server.url) as db:
            db.execute("SELECT setval('tickwork.fence_number', 1, false)")
            db.execute("UPDATE tickwork.meta SET value = 'another/00000001' WHERE key = 'origin'")
        # When all connect again
        terminate_all(own_server.url)
        # Then its number is not given again
        after = await insist(lambda: world.claimed(SessionId("s1")))
        assert after.fence > before
        assert after.fence.epoch == before.epoch
