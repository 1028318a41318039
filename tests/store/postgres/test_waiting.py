"""A fire that comes before its moment waits there with all done but the commit: nobody sees it, or waits with it."""

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from tests.conformance.world import ANN, World, at
from tests.store.postgres.conftest import opened_worlds
from tickwork.core.clock import SECOND, Instant, SystemClock, later
from tickwork.core.ids import Ids
from tickwork.core.model import Overlap
from tickwork.core.states import State
from tickwork.runtime.scheduler import Scheduler
from tickwork.store.postgres import writer
from tickwork.store.postgres.locks import NONE
from tickwork.store.protocol import EARLY, Born, Fire, Kind, Put
from tickwork.telemetry import Telemetry
from tickwork.testing import FakeClock

SOON = 30 * SECOND


def from_now(length: int) -> Instant:
    return later(SystemClock().now(), length)


async def fire(
    world: World, moment: Instant, *, overlap: Overlap = Overlap.SKIP, switch_version: int | None = None
) -> list[list[Born] | None]:
    row = await world.row()
    run = world.slot(20, overlap=overlap)
    one = Fire(schedule=row.schedule, expect=row.version, cursor=at(20), due=at(30), runs=(run,))
    return await world.store.fire([one], at=moment, switch_version=switch_version)


class Hold:
    """In the place of `sleep`: lasts until it is let go."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._begun, self._over = Event(), Event()

    def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._begun.set()
        assert self._over.wait(20)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 20)

    def let_go(self) -> None:
        self._over.set()


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hold]:
    """However long it takes to get there, it is still before the moment."""
    hold = Hold()
    monkeypatch.setattr(writer, "sleep", hold)
    monkeypatch.setattr(writer, "EARLY", 2 * SOON)
    yield hold
    hold.let_go()


@pytest.fixture(autouse=True)
async def _scheduled(world: World) -> None:
    await world.scheduled()


async def test_it_is_committed_at_its_moment_and_not_before(world: World) -> None:
    moment = from_now(EARLY)
    assert await fire(world, moment) != [None]
    assert SystemClock().now() >= moment


async def test_what_is_meant_for_much_later_does_not_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "sleep", pytest.fail)
    assert await fire(world, from_now(SOON)) != [None]


async def test_until_then_it_is_not_to_be_seen_and_others_go_on(world: World, hold: Hold) -> None:
    await world.job("other")
    waiting = asyncio.ensure_future(fire(world, from_now(SOON)))
    await hold.begun()
    assert await world.store.latest(["backup"]) == {"backup": []}
    await world.queued("other")
    assert [claim.run.job for claim in await world.claim(await world.session(), n=9, second=99)] == ["other"]
    hold.let_go()
    [[born]] = await waiting
    assert await world.state(born.run) is State.QUEUED
    assert 0 < hold.asked[0] <= SOON / SECOND


async def test_a_switch_that_is_thrown_meanwhile_comes_after_it(world: World, hold: Hold) -> None:
    version = (await world.store.due(at(1), limit=1)).switch_version
    waiting = asyncio.ensure_future(fire(world, from_now(SOON), switch_version=version))
    await hold.begun()
    off = Put(kind=Kind.SWITCH, id="job:backup", body=b"{}")
    switching = asyncio.ensure_future(world.store.put([off], by=ANN, at=at(2)))
    assert await asyncio.wait([switching], timeout=0.05) == (set(), {switching})
    hold.let_go()
    assert await waiting != [None]
    await switching
    assert (await world.store.due(at(1), limit=1)).switch_version > version


async def test_another_scheduler_is_told_at_once_that_it_comes_too_late(
    world: World, postgres_url: str, hold: Hold
) -> None:
    async with opened_worlds(postgres_url) as [other]:
        waiting = asyncio.ensure_future(fire(world, from_now(SOON)))
        await hold.begun()
        assert await fire(other, from_now(0), overlap=Overlap.ALLOW) == [None]  # others wait for the job's stripe
        hold.let_go()
        assert await waiting != [None]


async def test_a_scheduler_has_had_all_prepared_before_the_first_slot(world: World) -> None:
    async def prepared() -> set[str]:
        """On the connection that fires."""
        names = "SELECT statement FROM pg_prepared_statements"
        rows = await world.store._firing.submit(lambda tx: tx.db.execute(names, prepare=False).fetchall(), needs=NONE)
        return {statement for (statement,) in rows}

    clock = FakeClock(at(1))
    scheduler = Scheduler(store=world.store, clock=clock, ids=Ids(clock=clock), telemetry=Telemetry())
    while await scheduler.tick() == 0:
        pass
    before = await prepared()
    for overlap in (Overlap.ALLOW, Overlap.SKIP):
        assert await fire(world, at(20), overlap=overlap, switch_version=0) != [None]
    assert {one for one in await prepared() - before if "pg_notify" not in one} == set()
