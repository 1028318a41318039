"""How plain clients find their commands."""

import pytest

from tests.store.redis.door import Door
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.redis import RedisStore


@pytest.fixture
def door(redis_url: str):
    door = Door(redis_url)
    yield door
    door.redis.close()


async def test_commands_stand_in_their_hash_once_somebody_wants_them_and_are_kept_up_to_date(redis_url, door) -> None:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    assert door.redis.hgetall(door.key("commands")) == {}
    published = await store.publish_commands()
    assert door.redis.hgetall(door.key("commands")) == published
    await store.close()

    door.redis.hset(door.key("commands"), "jset", "of an older version")
    await store.open()
    assert door.redis.hgetall(door.key("commands")) == published
    assert all(door.redis.script_exists(*published.values()))
    await store.close()


async def test_those_of_a_newer_version_are_left_alone(redis_url, door) -> None:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    await store.publish_commands()
    door.redis.hset(door.key("tickwork:meta"), "commands", 99)
    door.redis.hset(door.key("commands"), "jset", "newer")
    await store.publish_commands()
    assert door.redis.hget(door.key("commands"), "jset") == "newer"
    await store.close()
