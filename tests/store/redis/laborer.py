"""A process that puts work into a store and does it, until it is killed. `laborer.py URL NAME`."""

import asyncio
import sys

from tests.conformance.world import World, at, finish
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import Overlap
from tickwork.store.protocol import Start
from tickwork.store.redis import RedisStore


async def work(url: str, name: str) -> None:
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = RedisStore.from_url(url, clock=clock, ids=ids)
    await store.open()
    world = World(store)
    world.id = ids.run
    session = await world.session(name)
    for _ in range(20):
        await store.enqueue([world.new(), world.new("single", overlap=Overlap.QUEUE)], at=at(10))
        claims = await world.claim(session, n=4)
        await store.start([Start(run=claim.run.id, fence=claim.fence, at=at(12)) for claim in claims])
        await store.beat(session, at=at(12))
        await store.finish([finish(claim) for claim in claims])
        await store.promote(at=at(13))
    await store.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2]))
