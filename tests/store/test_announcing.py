"""What verbs have changed is announced, together, a moment later."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.conformance.opening import factory
from tests.conformance.world import ANN, World, at
from tests.store.conftest import sqlite
from tickwork.core.model import Overlap
from tickwork.core.progress import Bar
from tickwork.core.states import Reason, State, Wait
from tickwork.store.announcing import MOST, Announcement, announcing
from tickwork.store.protocol import (
    LONGEST_ANNOUNCEMENT,
    Chunk,
    Kind,
    LogWrite,
    Losing,
    Part,
    PlainClients,
    ProgressWrite,
    Put,
    Stream,
    Unblock,
)
from tickwork.store.redis import RedisStore


class Ear:
    """What is announced of what has changed since it was asked last; the moment is over when it asks."""

    def __init__(self, world: World) -> None:
        self.payloads: list[bytes] = []
        self._news = world.store._news
        self._more = asyncio.Event()
        world.store.follow(self._hear)

    def _hear(self, payload: bytes) -> None:
        self.payloads.append(payload)
        self._more.set()

    async def all(self) -> list[Announcement]:
        self._news.flush()
        async with asyncio.timeout(10):
            while not self.payloads:
                self._more.clear()
                await self._more.wait()
        payloads, self.payloads = self.payloads, []
        assert max(map(len, payloads)) <= LONGEST_ANNOUNCEMENT
        return [msgspec.json.decode(payload, type=Announcement) for payload in payloads]

    async def one(self) -> Announcement:
        [announcement] = await self.all()
        return announcement


@pytest.fixture
def long_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is over when somebody asks, not by the clock."""
    monkeypatch.setattr("tickwork.store.announcing.TOGETHER", 60.0)


@pytest.fixture
async def world(long_moment: None) -> AsyncIterator[World]:
    async with factory(lambda: announcing(sqlite(None), by="me")) as opened:
        world = World(await opened())
        await world.job()
        yield world


@pytest.fixture
async def ear(world: World) -> Ear:
    """What `world` has said before is not in it."""
    ear = Ear(world)
    await ear.all()
    return ear


async def test_runs_are_announced_at_every_step_of_theirs(world: World, ear: Ear) -> None:
    run = await world.queued()
    assert (await ear.one()).runs == (run,)
    session = await world.session()
    assert (await ear.one()).workers
    [claim] = await world.claim(session)
    assert (await ear.one()).runs == (run,)
    await world.start(claim)
    assert (await ear.one()).runs == (run,)
    await world.finish(claim)
    assert (await ear.one()).runs == (run,)


async def test_what_happens_in_one_moment_is_announced_together_and_once(world: World, ear: Ear) -> None:
    claim = await world.running(await world.session())
    await world.finish(claim)
    heard = await ear.one()
    assert heard == Announcement(by="me", n=2, runs=(claim.run.id,), workers=True)


async def test_a_fired_run_is_announced_and_one_that_was_not_fired_is_not(world: World, ear: Ear) -> None:
    row = await world.scheduled()
    await ear.all()
    new = world.slot(15)
    assert await world.fire(row.version + 5, new) is None
    await world.fire(row.version, new)
    assert (await ear.one()).runs == (new.run.id,)


async def test_where_a_run_replaces_others_their_job_is_announced(world: World, ear: Ear) -> None:
    await world.store.enqueue([world.new(overlap=Overlap.REPLACE)], at=at(10))
    assert (await ear.one()).jobs == ("backup",)


async def test_cancelled_released_and_unblocked_runs_are_announced(world: World, ear: Ear) -> None:
    session = await world.session()
    claim = await world.claimed(session)
    blocked = await world.queued(state=State.WAITING, wait=Wait.UPSTREAM)
    await ear.all()
    await world.store.release([(claim.run.id, claim.fence)], at=at(12))
    assert (await ear.one()).runs == (claim.run.id,)
    await world.store.cancel([claim.run.id], reason=Reason.USER, note="", at=at(12))
    assert (await ear.one()).runs == (claim.run.id,)
    await world.store.unblock([Unblock(run=blocked, state=State.QUEUED)], at=at(12))
    assert (await ear.one()).runs == (blocked,)


async def test_a_settled_session_announces_its_runs_and_a_live_one_nothing(world: World, ear: Ear) -> None:
    session = await world.session()
    claim = await world.running(session)
    await ear.all()
    assert await world.settle(session, beat=7) is None
    await world.settle(session)
    heard = await ear.one()
    assert (heard.runs, heard.workers) == ((claim.run.id,), True)
    other = await world.session("s2")
    await ear.all()
    await world.store.close_session(other, at=at(50))
    assert (await ear.one()).workers


async def test_logs_and_progress_are_announced_as_such(world: World, ear: Ear) -> None:
    claim = await world.running(await world.session())
    await ear.all()
    chunk = Chunk(seq=0, at=at(12), stream=Stream.STDOUT, data=b"x")
    await world.store.append_log([LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=(chunk,))])
    heard = await ear.one()
    assert (heard.logs, heard.runs) == ((claim.run.id,), ())
    bar = Bar(current=1, total=2)
    await world.store.progress([ProgressWrite(run=claim.run.id, attempt=1, fence=claim.fence, at=at(13), bars=(bar,))])
    assert (await ear.one()).logs == (claim.run.id,)


async def test_definitions_are_announced_with_their_project_and_what_nobody_is_shown_is_not(
    world: World, ear: Ear
) -> None:
    await world.store.put([Put(kind=Kind.MARK, id="boot", body=b"{}")], by=ANN, at=at(2))
    await world.job("tidy", project="home")
    assert (await ear.one()).documents == ((Kind.JOB, "tidy", "home"),)


async def test_more_than_can_be_told_are_many(world: World, ear: Ear) -> None:
    await world.store.enqueue([world.new() for _ in range(MOST + 1)], at=at(10))
    assert await ear.one() == Announcement(by="me", n=2, many=True)


async def test_a_long_list_is_told_in_parts_that_fit(world: World, ear: Ear) -> None:
    news = [world.new() for _ in range(MOST)]
    await world.store.enqueue(news, at=at(10))
    heard = await ear.all()
    assert [one.n for one in heard] == list(range(2, len(heard) + 2))
    assert len(heard) > 1
    assert {run for one in heard for run in one.runs} == {new.run.id for new in news}


async def test_an_id_that_does_not_fit_counts_as_many(world: World, ear: Ear) -> None:
    await world.job("x" * LONGEST_ANNOUNCEMENT)
    await world.job("tidy")
    heard = await ear.all()
    assert [document for one in heard for document in one.documents] == [(Kind.JOB, "tidy", "")]
    assert any(one.many for one in heard)


async def test_whoever_loads_a_store_announces_many(world: World, ear: Ear) -> None:
    await world.store.load(Part.GAPS, [])
    assert (await ear.one()).many


async def test_a_verb_that_failed_announces_nothing(world: World, ear: Ear) -> None:
    await asyncio.gather(world.store.enqueue([world.new("ghost")], at=at(10)), return_exceptions=True)
    await world.job("tidy")
    assert (await ear.one()).runs == ()


async def test_a_moment_ends_by_itself() -> None:
    async with factory(lambda: announcing(sqlite(None), by="me")) as opened:
        store = await opened()
        heard = asyncio.get_running_loop().create_future()
        store.follow(lambda payload: heard.done() or heard.set_result(payload))
        await World(store).job()
        assert b'"backup"' in await asyncio.wait_for(heard, 10)


async def test_what_changed_just_before_closing_reaches_other_processes(path: Path, long_moment: None) -> None:
    async with factory(lambda: announcing(sqlite(path), by="me")) as opened:
        world, other = World(await opened()), World(await opened())
        await world.job()
        ear = Ear(world)
        await ear.all()
        run = await other.queued()
        await other.store.close()
        assert (await ear.one()).runs == (run,)


async def test_in_front_of_a_store_it_can_what_that_one_can() -> None:
    plain = sqlite(None)
    redis = RedisStore.from_url("redis://localhost:1", clock=plain._clock, ids=plain._ids)
    for store in (plain, redis):
        front = announcing(store, by="me")
        assert isinstance(front, Losing) == isinstance(store, Losing)
        assert isinstance(front, PlainClients) == isinstance(store, PlainClients)
        assert (front.url, front.capabilities) == (store.url, store.capabilities)
