"""A save that is too large for one call: it is whole or nothing, whoever looks, and whoever dies."""

from collections.abc import AsyncIterator, Sequence

import pytest
import redis

from tests.conformance.world import ANN, World, at, schedule, timetable
from tests.store.redis.door import Door
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.errors import Conflict, StoreUnavailable
from tickwork.store.protocol import Fire, Kind, Put
from tickwork.store.redis import RedisStore, packing
from tickwork.store.redis.saving import Save, parted

JOBS = [f"job{n}" for n in range(7)]
SAVE = Save(by=ANN, at=at(5), verb="apply", note=None)
TOKEN = "the-save"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch) -> None:
    """Two entries are a part already."""
    monkeypatch.setattr("tickwork.store.redis.saving.SIZE", 2)


async def opened(url: str) -> RedisStore:
    clock = SystemClock()
    store = RedisStore.from_url(url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    return store


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    store = await opened(redis_url)
    yield store
    await store.close()


@pytest.fixture
def world(store: RedisStore) -> World:
    return World(store)


def puts(body: bytes = b'{"v":1}', *, expect: int | None = 0) -> list[Put]:
    return [Put(kind=Kind.JOB, id=job, body=body, expect=expect) for job in JOBS]


def rows() -> list:
    return [timetable(job, due=10 + n) for n, job in enumerate(JOBS)]


class HalfWay:
    """A save that its client has left: staged, sealed, and carried out for a number of steps."""

    def __init__(self, store: RedisStore) -> None:
        self.write = store._caller.write
        self.parts = parted(puts(), rows(), [])

    async def stage(self) -> None:
        for number, part in enumerate(self.parts, 1):
            args, blobs = SAVE.packed(part)
            texts = packing.texts([packing.pack(args), *blobs])
            await self.write("stage", TOKEN, number, blobs=[texts])

    async def seal(self, *, steps: int) -> None:
        await self.stage()
        await self.write("seal", TOKEN, len(self.parts))
        for _ in range(steps):
            await self.write("step", TOKEN)


async def current(store: RedisStore) -> dict[str, int]:
    return {document.id: document.revision for document in await store.find(Kind.JOB)}


async def test_all_of_it_is_there_with_its_times_and_its_audit(store: RedisStore) -> None:
    assert await store.put(puts(), by=ANN, at=at(5), verb="apply", timetable=rows()) == [1] * 7
    assert await current(store) == dict.fromkeys(JOBS, 1)
    due = await store.due(at(100), limit=100)
    assert [row.row.schedule for row in due.rows] == [schedule(job) for job in JOBS]
    audit = await store.audit(limit=100)
    assert sorted((entry.id, entry.verb, entry.seq) for entry in audit) == [
        (j, "apply", n) for n, j in enumerate(JOBS, 1)
    ]


async def test_its_revisions_come_in_the_order_of_its_documents(store: RedisStore) -> None:
    await store.put([Put(kind=Kind.JOB, id=JOBS[3], body=b"{}")], by=ANN, at=at(1))
    twice = [
        *puts(expect=None),
        Put(kind=Kind.JOB, id=JOBS[0], body=b'{"v":2}'),
        Put(kind=Kind.TASK, id="t", body=b"{}"),
    ]
    assert await store.put(twice, by=ANN, at=at(5)) == [1, 1, 1, 2, 1, 1, 1, 2, 1]


@pytest.mark.parametrize("taken", [JOBS[0], JOBS[-1]])
async def test_one_conflict_in_it_and_nothing_is_written(store: RedisStore, taken: str) -> None:
    await store.put([Put(kind=Kind.JOB, id=taken, body=b'{"mine":1}')], by=ANN, at=at(1))
    with pytest.raises(Conflict, match=f"job {taken} exists already"):
        await store.put(puts(), by=ANN, at=at(5), timetable=rows())
    assert await current(store) == {taken: 1}
    assert await store.timetable([JobId(job) for job in JOBS]) == []
    # and the next one is not in its way
    await store.put(puts(expect=None), by=ANN, at=at(6))


async def test_a_row_that_moved_meanwhile_is_a_conflict_and_nothing_is_written(world: World) -> None:
    await world.scheduled(JOBS[5])
    with pytest.raises(Conflict, match=f"schedule {JOBS[5]}#main changed"):
        await world.store.put(puts(expect=None), by=ANN, at=at(5), timetable=rows())
    assert await current(world.store) == {JOBS[5]: 1}


async def test_what_was_due_is_fired_with_it_and_each_job_stays_in_one_part(world: World) -> None:
    for job in JOBS:
        await world.scheduled(job)
    fires = [
        Fire(schedule=schedule(job), expect=1, cursor=at(20), due=at(30), runs=(world.slot(10, job),)) for job in JOBS
    ]
    changes = [timetable(job, due=40, expect=2) for job in JOBS]
    await world.store.put(puts(b'{"v":2}', expect=1), by=ANN, at=at(20), timetable=changes, fires=fires)
    found = await world.store.timetable([JobId(job) for job in JOBS])
    assert {(row.revision, row.due, row.version) for row in found} == {(2, at(40), 3)}
    assert sum((await world.store.counts()).values()) == len(JOBS)


class TestHalfWay:
    async def test_nothing_is_seen_of_what_is_not_sealed(self, store: RedisStore) -> None:
        await HalfWay(store).stage()
        assert await current(store) == {}
        assert (await store.due(at(100), limit=9)).rows == []

    async def test_what_is_never_sealed_goes_away_by_itself(self, store: RedisStore, redis_url: str) -> None:
        await HalfWay(store).stage()
        door = Door(redis_url)
        assert 0 < door.redis.ttl(door.key(f"tickwork:stage:{TOKEN}")) <= 600
        door.redis.close()

    async def test_whoever_looks_after_any_step_sees_all_of_it(self, redis_url: str) -> None:
        for steps in range(9):
            store, other = await opened(f"{redis_url}{steps}"), await opened(f"{redis_url}{steps}")
            await HalfWay(store).seal(steps=steps)
            looks: Sequence = [
                current(other),
                other.due(at(100), limit=100),
                other.timetable([JobId(job) for job in JOBS]),
                other.upcoming(limit=100),
                other.audit(limit=100),
                other.get_many(Kind.JOB, JOBS),
            ]
            seen = await looks[steps % len(looks)]
            assert len(getattr(seen, "rows", seen)) == len(JOBS)
            for look in looks[: steps % len(looks)] + looks[steps % len(looks) + 1 :]:
                look.close()
            await store.close()
            await other.close()

    async def test_its_client_is_told_how_it_ended_although_others_ended_it(self, store: RedisStore, redis_url) -> None:
        half, other = HalfWay(store), await opened(redis_url)
        await half.seal(steps=3)
        await current(other)
        assert await half.write("step", TOKEN) == b"done"
        await other.close()

    async def test_a_refused_one_is_told_as_often_as_asked(self, world: World) -> None:
        half = HalfWay(world.store)
        await world.job(JOBS[2])
        await half.seal(steps=0)
        await current(world.store)  # which ends it
        for _ in range(3):
            with pytest.raises(Conflict):
                await half.write("step", TOKEN)

    async def test_other_saves_come_before_it_or_behind_it(self, store: RedisStore) -> None:
        half = HalfWay(store)
        await half.seal(steps=1)
        assert await store.put([Put(kind=Kind.JOB, id=JOBS[6], body=b'{"v":9}', expect=1)], by=ANN, at=at(6)) == [2]
        assert await current(store) == dict.fromkeys(JOBS, 1) | {JOBS[6]: 2}

    async def test_runs_go_on_meanwhile(self, world: World) -> None:
        session = await world.session()
        await world.job()
        half = HalfWay(world.store)
        await half.seal(steps=5)
        assert await world.finish(await world.running(session)) == []
        await world.store.beat(session, at=at(20))
        await world.store.promote(at=at(20))
        assert await half.write("step", TOKEN) == b"under way"

    async def test_plain_clients_are_asked_to_call_again(self, store: RedisStore, redis_url: str) -> None:
        await store.publish_commands()
        await HalfWay(store).seal(steps=5)
        door = Door(redis_url)
        with pytest.raises(redis.ResponseError, match=r"SAVING .*call again"):
            door.jset(5, "mine", "console", "hello", 60)
        await current(store)
        assert door.jset(5, "mine", "console", "hello", 60) == 1
        door.redis.close()

    async def test_a_server_that_forgot_it_says_so(self, store: RedisStore, redis_url: str, monkeypatch) -> None:
        write, door = store._caller.write, Door(redis_url)

        async def forgetful(verb: str, *args, **kwargs):
            if verb == "seal":
                door.redis.delete(door.key(f"tickwork:stage:{args[0]}"))
            return await write(verb, *args, **kwargs)

        monkeypatch.setattr(store._caller, "write", forgetful)
        with pytest.raises(StoreUnavailable, match="nothing is written; repeat it"):
            await store.put(puts(), by=ANN, at=at(5))
        assert await current(store) == {}
        door.redis.close()
