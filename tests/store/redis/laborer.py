"""A process that puts work into a store and does it, until it is killed. `laborer.py URL NAME [every]`."""

import asyncio
import sys

from msgspec.msgpack import encode

from tests.conformance.world import ANN, World, at, finish
from tests.pruning import prune
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import Overlap
from tickwork.core.progress import Bar
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import (
    Audited,
    Chunk,
    Keep,
    Kind,
    Level,
    LogWrite,
    Note,
    Part,
    ProgressWrite,
    PrunedRecord,
    Put,
    Start,
    Stream,
    Topic,
    Unblock,
)
from tickwork.store.redis import RedisStore
from tickwork.store.redis.saving import SIZE

LARGE = SIZE + 1
"""Documents that do not fit into one call."""


async def rounds(world: World, name: str) -> None:
    """What workers and schedulers do all the time."""
    store = world.store
    session = await world.session(name)
    for _ in range(20):
        await store.enqueue([world.new(), world.new("single", overlap=Overlap.QUEUE)], at=at(10))
        claims = await world.claim(session, n=4)
        await store.start([Start(run=claim.run.id, fence=claim.fence, at=at(12)) for claim in claims])
        await store.beat(session, at=at(12))
        await store.finish([finish(claim) for claim in claims])
        await store.promote(at=at(13))


async def every_verb(world: World, name: str) -> None:
    """Each verb that writes, at least once, on work that it changes."""
    store = world.store
    await store.publish_commands()
    await store.put([Put(kind=Kind.TASK, id=f"t{n}", body=b"{}") for n in range(LARGE)], by=ANN, at=at(1))
    row = await world.scheduled()
    await world.fire(row.version, world.slot(10), gaps=[world.gap(1, 9, 9)])
    session = await world.session(name)
    [retried] = await world.claim(session)
    await world.start(retried)
    cancelled = await world.queued()
    chunk = Chunk(seq=0, at=at(12), stream=Stream.STDOUT, data=b"said")
    await store.append_log([LogWrite(run=retried.run.id, attempt=1, fence=retried.fence, chunks=(chunk,))])
    bars = (Bar(current=1, total=2),)
    await store.progress([ProgressWrite(run=retried.run.id, attempt=1, fence=retried.fence, at=at(12), bars=bars)])
    await world.finish(retried, state=State.WAITING, wait=Wait.DEFERRED, ready_at=at(14))
    await store.promote(at=at(15))
    claims = await world.claim(session, n=2)
    await store.release([(claim.run.id, claim.fence) for claim in claims], at=at(16))
    await store.cancel([cancelled], reason=Reason.USER, note="not wanted", at=at(16))
    await store.miss([await world.queued()], note="nobody serves it", at=at(16))
    blocked = await world.queued(state=State.WAITING, wait=Wait.UPSTREAM)
    await store.unblock([Unblock(run=blocked, state=State.QUEUED, pins=b"{}", result=b"1")], at=at(17))
    await store.beat(session, at=at(17))
    await world.settle(await world.session(f"{name}-dead"))
    await store.close_session(session, at=at(18))
    await store.consume([event.seq for event in await store.outbox(limit=100)])
    await store.load(Part.PRUNED, [encode(PrunedRecord(job=JobId("other"), through=at(1)))])
    note = Note(space="s", key="k", body=b"1", expires=at(30))
    await store.keep([Keep(note=note)], at=at(18))
    await store.drop("s", ["k"], at=at(18))
    await store.sweep(at=at(31), limit=9)
    await store.trim_log([retried.run.id], before={Level.DEBUG: at(31)})
    await store.record([Audited(verb="signed in", kind="user", id="ann")], by=ANN, at=at(18))
    await store.forget([cancelled])
    await prune(store, before=at(19), keep=0, limit=100)
    await store.renew_epoch()
    store.notify(Topic.QUEUED)
    await store.timetable([JobId("backup")])  # what was sent before it has been answered by now


async def main(url: str, name: str, what: str = "rounds") -> None:
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = RedisStore.from_url(url, clock=clock, ids=ids)
    await store.open()
    world = World(store)
    world.id = ids.run
    await {"rounds": rounds, "every": every_verb}[what](world, name)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
