"""Concurrent callers share a transaction; each of them fails or succeeds alone."""

import asyncio

import pytest

from tests.conformance.world import World, at
from tests.store.postgres.conftest import postgres
from tickwork.core.states import State
from tickwork.errors import NotFound, StoreError
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch


async def test_one_verb_that_fails_does_so_alone(world: World) -> None:
    calls = [world.store.enqueue([world.new("ghost" if n == 5 else "backup")], at=at(10)) for n in range(10)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [NotFound if n == 5 else list for n in range(10)]
    assert (await world.store.counts())[State.QUEUED] == 9


async def test_what_a_failing_verb_wrote_before_it_failed_is_undone(world: World) -> None:
    def half(tx: Tx) -> None:
        tx.do("put_switched")
        raise RuntimeError("in the middle")

    results = await asyncio.gather(world.store._write(half), world.queued(), return_exceptions=True)
    assert isinstance(results[0], RuntimeError)
    assert (await world.store.due(at(1), limit=1)).switch_version == 0
    assert (await world.store.counts())[State.QUEUED] == 1


async def test_a_statement_that_the_database_refuses_fails_its_verb_alone(world: World) -> None:
    done = await world.succeeded(await world.session())

    def reopen(tx: Tx) -> None:
        tx.rows("settle", fates=Batch([{"run": done, "state": "queued", "over": False}]), at=at(1))

    results = await asyncio.gather(world.store._write(reopen), world.queued(), return_exceptions=True)
    assert isinstance(results[0], StoreError)
    assert f"refused a write: run {done} may not go from succeeded to queued" in str(results[0])
    assert await world.state(done) is State.SUCCEEDED
    assert (await world.store.counts())[State.QUEUED] == 1


async def test_concurrent_verbs_share_commits(world: World) -> None:
    before = await world.store._read(_transactions)
    await asyncio.gather(*(world.queued() for _ in range(100)))
    assert await world.store._read(_transactions) - before < 50


def _transactions(tx: Tx) -> int:
    """How many this store has committed that wrote something."""
    return tx.db.execute(b"SELECT sum(n) FROM " + tx._sql["mark_begin"].split()[2]).fetchone()[0]


async def test_a_caller_that_was_cancelled_loses_only_the_answer(world: World) -> None:
    task = asyncio.ensure_future(world.queued())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await world.queued()
    async with asyncio.timeout(5):  # the first may still be on its way in another writer
        while (await world.store.counts())[State.QUEUED] < 2:
            await asyncio.sleep(0)


async def test_a_writer_that_died_answers_all_who_wait(world: World) -> None:
    def die(_tx: Tx) -> None:
        raise SystemExit("the end")

    with pytest.raises(StoreError, match=r"died .*the end.*restart"):
        await world.store._write(die)
    assert await world.store.counts()


async def test_a_store_that_is_not_open_says_so(postgres_url: str) -> None:
    store = postgres(postgres_url)
    with pytest.raises(StoreError, match="not open"):
        await store.promote(at=at(1))
    with pytest.raises(StoreError, match="not open"):
        await store.counts()
