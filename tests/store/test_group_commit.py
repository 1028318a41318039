"""Concurrent callers share a transaction; each of them fails or succeeds alone."""

import asyncio
from pathlib import Path

import apsw
import pytest

from tests.conformance.world import World, at
from tests.store.conftest import sqlite
from tickwork.core.states import State
from tickwork.errors import NotFound, StoreError, StoreUnavailable
from tickwork.store.sqlite.transaction import Tx


async def test_one_verb_that_fails_does_so_alone(world: World) -> None:
    calls = [world.store.enqueue([world.new("ghost" if n == 5 else "backup")], at=at(10)) for n in range(10)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [NotFound if n == 5 else list for n in range(10)]
    assert (await world.store.counts())[State.QUEUED] == 9


async def test_what_a_failing_verb_wrote_before_it_failed_is_undone(world: World) -> None:
    def half(tx: Tx) -> None:
        tx.next("event", 100)
        raise RuntimeError("in the middle")

    writer = world.store._writers
    results = await asyncio.gather(writer.submit(half), world.queued(), return_exceptions=True)
    assert isinstance(results[0], RuntimeError)
    assert await writer.submit(lambda tx: tx.value("counter_get", ("event",))) == 0


async def test_concurrent_verbs_share_commits(world: World) -> None:
    commits = 0

    def count() -> bool:
        nonlocal commits
        commits += 1
        return False

    world.store._writers._lanes[0]._db.set_commit_hook(count)
    await asyncio.gather(*(world.queued() for _ in range(100)))
    assert commits < 50


async def test_a_caller_that_was_cancelled_loses_only_the_answer(world: World) -> None:
    task = asyncio.ensure_future(world.queued())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await world.queued()
    assert (await world.store.counts())[State.QUEUED] == 2


async def test_a_full_disk_is_said_and_survived(world: World) -> None:
    db = world.store._writers._lanes[0]._db
    pages = db.pragma("page_count")
    db.pragma("max_page_count", pages)
    many = [world.new(note="x" * 2000) for _ in range(50)]
    with pytest.raises(StoreUnavailable, match="disk is full"):
        await world.store.enqueue(many, at=at(10))
    results = await asyncio.gather(
        world.store.enqueue(many, at=at(10)), world.store.enqueue(many, at=at(10)), return_exceptions=True
    )
    assert {type(result) for result in results} == {StoreUnavailable}
    db.pragma("max_page_count", 1_000_000)
    await world.store.enqueue(many, at=at(10))
    assert (await world.store.counts())[State.QUEUED] == 50


async def test_a_store_that_somebody_keeps_locked_is_said_to_be_unavailable(world: World, path: Path) -> None:
    world.store._writers._lanes[0]._db.set_busy_timeout(10)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked by another program"):
        await world.queued()
    assert await world.store.get_many("job", ["backup"])
    other.close()
    await world.queued()


async def test_a_writer_that_died_answers_all_who_wait_and_all_who_come(world: World) -> None:
    def die(_tx: Tx) -> None:
        raise SystemExit("the end")

    writer = world.store._writers
    results = await asyncio.gather(writer.submit(die), world.queued(), return_exceptions=True)
    assert {type(result) for result in results} == {StoreError}
    with pytest.raises(StoreError, match=r"the writer of .* died"):
        await world.queued()
    assert await world.store.counts()


async def test_a_store_that_is_not_open_says_so(path: Path) -> None:
    store = sqlite(path)
    with pytest.raises(StoreError, match="not open"):
        await store.promote(at=at(1))
    with pytest.raises(StoreError, match="not open"):
        await store.counts()
