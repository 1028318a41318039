"""Indexes that an earlier version did not keep are made whole by whoever looks into them first."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conformance.world import ANN, World, at, timetable
from tests.store.redis.door import Door
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.protocol import Kind, Put, Said
from tickwork.store.redis import RedisStore, indexes


@pytest.fixture
async def world(redis_url: str) -> AsyncIterator[World]:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    yield World(store)
    await store.close()


@pytest.fixture
def door(redis_url: str) -> Iterator[Door]:
    door = Door(redis_url)
    yield door
    door.redis.close()


def forgotten(door: Door) -> None:
    """As an earlier version leaves a store."""
    names = ("said:job:keep", "said:project:keep", "resting")
    assert door.redis.delete(*(door.key(f"tickwork:{name}") for name in names)) == len(names)
    assert door.redis.hdel(door.key("tickwork:meta"), "indexes") == 1


async def filled(world: World) -> None:
    keep = b'{"keep":{"most":3}}'
    jobs = [Put(kind=Kind.JOB, id=f"j{n}", body=keep if n % 3 == 0 else b"{}") for n in range(10)]
    rows = [timetable(f"j{n}", due=None if n % 4 == 0 else 9) for n in range(10)]
    projects = [Put(kind=Kind.PROJECT, id=name, body=body) for name, body in (("etl", keep), ("web", b"{}"))]
    await world.store.put([*jobs, *projects], by=ANN, at=at(1), timetable=rows)


async def found(world: World) -> list[list[str]]:
    saying = [[one.id for one in await world.store.saying(kind, Said.KEEP)] for kind in (Kind.JOB, Kind.PROJECT)]
    return [*saying, [row.job for row in await world.store.idle()]]


async def test_what_was_there_before_is_found_like_the_rest(
    world: World, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "_STEP", 3)
    await filled(world)
    before = await found(world)
    assert before == [["j0", "j3", "j6", "j9"], ["etl"], ["j0", "j4", "j8"]]
    forgotten(door)
    assert await found(world) == before
    assert door.redis.zcard(door.key("tickwork:resting")) == 3


async def test_what_is_written_before_anybody_looks_is_found_once(world: World, door: Door) -> None:
    await filled(world)
    forgotten(door)
    await world.store.put([Put(kind=Kind.JOB, id="j0", body=b"{}")], by=ANN, at=at(2))
    await world.fire(1, job="j4", due=7)
    await world.fire(1, job="j5", due=None)
    assert await found(world) == [["j3", "j6", "j9"], ["etl"], ["j0", "j5", "j8"]]
