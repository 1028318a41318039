"""Moving house: what one store holds arrives in another as it was."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from tests.conformance.world import ANN, StoreFactory, World, at
from tests.pruning import prune
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId, RunId
from tickwork.core.progress import Bar
from tickwork.core.states import State, Wait
from tickwork.store.protocol import (
    BarRow,
    Chunk,
    Claim,
    Kind,
    LogWrite,
    NewRun,
    Part,
    ProgressWrite,
    Put,
    RunFilter,
    Said,
    ScheduleRow,
    Store,
    Stream,
)
from tickwork.store.sqlite import SqliteStore

SMALL = 2
"""Records in a page: every part has more than one of them."""


async def copy(source: Store, target: Store) -> int:
    """Part by part in small pages; how many records were new."""
    new = 0
    async with source.snapshot() as snapshot:
        for part in Part:
            after: str | None = None
            while True:
                page = await snapshot.page(part, after=after, limit=SMALL)
                new += await target.load(part, page.records)
                if (after := page.after) is None:
                    break
    return new


async def everything(store: Store) -> dict[Part, list[bytes]]:
    """All records, comparable: without the order and the versions of the store's own."""
    found = {}
    async with store.snapshot() as snapshot:
        for part in Part:
            records = (await snapshot.page(part, limit=10_000)).records
            found[part] = sorted(map(_bare, records) if part is Part.TIMETABLE else records)
    return found


def _bare(record: bytes) -> bytes:
    row = msgspec.msgpack.decode(record, type=ScheduleRow)
    return msgspec.msgpack.encode(msgspec.structs.replace(row, version=0))


async def lived_in(world: World) -> None:
    """Some of everything: revisions, runs in every kind of state, gaps, attempts, logs, events, pruned history."""
    for n in range(3):
        await world.job(f"job{n}", b'{"v":1}')
        await world.job(f"job{n}", b'{"v":2}', owner="board")
    await world.store.put([Put(kind=Kind.JOB, id="job2", body=None)], by=ANN, at=at(3))
    await world.scheduled("nightly")
    await world.fire(1, world.slot(10, "nightly"), job="nightly", gaps=[world.gap(11, 20, 9, "nightly")])
    session = await world.session()
    for _ in range(3):
        await world.succeeded(session, params=b'{"a":1}')
    await forget_events(world.store)
    await prune(world.store, before=at(99), keep=0, limit=1)
    await world.finish(await world.running(session), state=State.QUEUED, ready_at=at(90))
    held = await world.running(session)
    chunks = tuple(Chunk(seq=n, at=at(12), stream=Stream.STDOUT, data=b"\xff%d" % n) for n in range(3))
    await world.store.append_log([LogWrite(run=held.run.id, attempt=1, fence=held.fence, chunks=chunks)])
    for second, bars in enumerate([Bar(current=1, total=2), Bar(group=("z",), current=0.5, total=1, status="first")]):
        await told(world, held, second, bars)
    await told(world, held, 2, Bar(group=("a", "b"), current=0, total=0), Bar(current=2, total=2))
    await world.queued("job0")
    new = world.new(state=State.WAITING, wait=Wait.UPSTREAM, group="g")
    await world.store.enqueue([NewRun(run=new.run, pins=b'{"needs":{"a":"1"}}')], at=at(14))


async def told(world: World, claim: Claim, second: float, *bars: Bar) -> None:
    write = ProgressWrite(run=claim.run.id, attempt=1, fence=claim.fence, at=at(12 + second), bars=bars)
    assert await world.store.progress([write]) == []


async def all_bars(store: Store) -> dict[RunId, list[BarRow]]:
    runs = await store.runs(RunFilter(), limit=1000)
    return {run.id: bars for run in runs if (bars := await store.read_progress(run.id))}


async def forget_events(store: Store) -> None:
    await store.consume([event.seq for event in await store.outbox(limit=100)])


class Moving:
    @pytest.fixture
    async def other_store(self) -> AsyncIterator[Store]:
        """Another store, empty, in memory."""
        clock = SystemClock()
        store = SqliteStore(path=None, clock=clock, ids=Ids(clock=clock))
        await store.open()
        yield store
        await store.close()

    async def test_everything_arrives_as_it_was(self, world: World, other_store: Store) -> None:
        await lived_in(world)
        assert await copy(world.store, other_store) > 0
        assert await everything(other_store) == await everything(world.store)
        assert await all_bars(other_store) == await all_bars(world.store) != {}

    async def test_everything_can_be_taken_in(self, store_factory: StoreFactory, other_store: Store) -> None:
        await (other := World(other_store)).job()
        await lived_in(other)
        store = await store_factory()
        await copy(other.store, store)
        assert await everything(store) == await everything(other_store)

    async def test_bars_arrive_in_their_order(self, store_factory: StoreFactory, other_store: Store) -> None:
        await (other := World(other_store)).job()
        await lived_in(other)
        store = await store_factory()
        await copy(other_store, store)
        [bars] = (await all_bars(store)).values()
        assert [row.bar.group for row in bars] == [(), ("z",), ("a", "b")]
        assert await all_bars(store) == await all_bars(other_store)

    async def test_a_copy_that_is_repeated_adds_nothing(self, world: World, other_store: Store) -> None:
        await lived_in(world)
        await copy(world.store, other_store)
        assert await copy(world.store, other_store) == 0

    async def test_a_new_epoch_ends_all_claims_of_before(self, world: World) -> None:
        claim = await world.running(await world.session())
        await world.store.renew_epoch()
        fresh = await world.claimed(await world.session("s2"))
        assert fresh.fence.epoch != claim.fence.epoch
        assert len(await world.finish(claim)) == 1
        assert await world.state(claim.run.id) is State.RUNNING

    async def test_what_was_taken_in_goes_on(self, store_factory: StoreFactory, other_store: Store) -> None:
        other = World(other_store)
        await other.job()
        await other.scheduled("nightly")
        held = await other.running(await other.session())
        moved = World(await store_factory())
        await copy(other_store, moved.store)
        await moved.store.renew_epoch()
        assert len(await moved.finish(held)) == 1, "the old worker has lost its claim"
        [settled] = await moved.settle(held.run.session)
        assert (settled.state, settled.losses) == (State.QUEUED, 1)
        row = await moved.row("nightly")
        assert await moved.fire(row.version, moved.slot(10, "nightly"), job="nightly")

    async def test_tags_lead_to_what_was_taken_in_whatever_its_earlier_revisions_had(
        self, store_factory: StoreFactory, other_store: Store
    ) -> None:
        for body in (b'{"tags":["old"]}', b'{"tags":["new"]}'):
            await other_store.put([Put(kind=Kind.JOB, id="backup", body=body)], by=ANN, at=at(1))
        moved = await store_factory()
        await copy(other_store, moved)
        await copy(other_store, moved)
        found = {tag: [one.revision for one in await moved.find(Kind.JOB, tags=[tag])] for tag in ("old", "new")}
        assert found == {"old": [], "new": [2]}

    async def test_what_was_taken_in_is_found_by_what_it_says_now(
        self, store_factory: StoreFactory, other_store: Store
    ) -> None:
        for job, bodies in (("now", (b"{}", b'{"keep":{}}')), ("once", (b'{"keep":{}}', b"{}"))):
            for body in bodies:
                await other_store.put([Put(kind=Kind.JOB, id=job, body=body)], by=ANN, at=at(1))
        moved = await store_factory()
        await copy(other_store, moved)
        await copy(other_store, moved)
        assert [job.id for job in await moved.saying(Kind.JOB, Said.KEEP)] == ["now"]

    async def test_pruning_is_remembered_up_to_its_latest_slot(self, world: World) -> None:
        session = await world.session()
        await world.succeeded(session)
        await forget_events(world.store)
        assert await world.store.pruned([JobId("backup")]) == {}
        assert await prune(world.store, before=at(99), keep=0, limit=9) == 1
        assert await world.store.pruned([JobId("backup"), JobId("other")]) == {"backup": at(10)}

    async def test_deletions_are_found_when_asked_for(self, world: World) -> None:
        await world.store.put([Put(kind=Kind.JOB, id="backup", body=None)], by=ANN, at=at(3))
        assert await world.store.find(Kind.JOB) == []
        [document] = await world.store.find(Kind.JOB, deleted=True)
        assert (document.id, document.body, document.revision) == ("backup", None, 2)

    async def test_latest_can_be_limited_to_states(self, world: World) -> None:
        done = await world.succeeded(await world.session())
        await world.queued()
        latest = await world.store.latest([JobId("backup")], n=5, states=[State.SUCCEEDED])
        assert [run.id for run in latest[JobId("backup")]] == [done]
