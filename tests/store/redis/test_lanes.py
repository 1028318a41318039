"""Lanes come and go; what the server keeps of them goes, too."""

import redis

from tests.conformance.world import World, at
from tests.services.valkey import plain_client
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import Reason
from tickwork.store.redis import RedisStore


async def test_nothing_is_left_of_a_lane_without_runs(redis_url: str) -> None:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    world = World(store)
    await world.job()
    with plain_client(redis_url.partition("?")[0]) as client:
        runs = [await world.queued(lane=f"default?limits=key/user-{n}:1") for n in range(5)]
        assert len(lanes_of(client)) == 5
        await store.cancel(runs, reason=Reason.USER, note="", at=at(12))
        await store.promote(at=at(13))
        await store.promote(at=at(14))
        assert lanes_of(client) == []
    await store.close()


def lanes_of(client: redis.Redis) -> list[str]:
    """The lanes that the server keeps a queue, a level or a name of."""
    keys = [key for key in client.scan_iter("*:queue:*") if "user-" in key]
    keys += [key for key in client.scan_iter("*:priorities:*") if "user-" in key]
    pools = list(client.scan_iter("*tickwork:pools"))
    members = [member for key in pools for member in client.smembers(key) if "user-" in member]
    left = {text.rpartition("?")[2] for text in [*keys, *members]}
    return sorted(left)
