"""Jobs that are written for the first time are made ready by their client: on the server they stand like all others."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conformance.world import ANN, World, at, schedule, timetable
from tests.store.redis.door import Door
from tickwork.core.clock import HOUR, SystemClock
from tickwork.core.codec import to_json
from tickwork.core.ids import Ids, JobId, RunId, job_id
from tickwork.core.model import Job, Overlap, Shell
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.errors import Conflict
from tickwork.store.protocol import Fire, Kind, Put, Timetable
from tickwork.store.redis import RedisStore
from tickwork.store.redis.newcomers import newcomers


def put(name: str, *, project: str = "default", owner: str = "", expect: int | None = 0) -> Put:
    task = Shell(command='echo "a/b" äöü')
    job = Job(
        id=job_id(project, name),
        name=name,
        project=project,
        task=task,
        schedules=(Schedule(key="main", trigger=Every(interval=HOUR), since=at(1)),),
    )
    body = to_json(job)
    return Put(kind=Kind.JOB, id=job.id, body=body, project=project, name=name, owner=owner, expect=expect)


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def world(store: RedisStore) -> World:
    return World(store)


@pytest.fixture
def door(redis_url: str) -> Iterator[Door]:
    door = Door(redis_url)
    yield door
    door.redis.close()


class TestWhoIsOne:
    def test_jobs_that_are_said_to_be_new(self) -> None:
        puts = [
            put("new"),
            put("perhaps", expect=None),
            put("second", expect=1),
            Put(kind=Kind.BOARD, id="b", body=b"{}"),
        ]
        assert list(newcomers(puts, [timetable("new")])) == ["new"]

    def test_none_whose_schedules_are_several_or_unusual(self) -> None:
        rows = [
            timetable("two"),
            timetable("two", schedule="two#other"),
            timetable("unusual", schedule="nightly"),
            timetable("known", expect=3),
            timetable("other", revision=4),
        ]
        jobs = ["two", "unusual", "known", "other", "plain"]
        assert list(newcomers([put(job) for job in jobs], rows)) == ["plain"]

    def test_none_that_is_put_twice(self) -> None:
        assert list(newcomers([put("twice"), put("once"), put("twice", expect=None)], [])) == ["once"]


async def test_they_stand_there_like_others(store: RedisStore, door: Door) -> None:
    jobs = [put("first", project="p", owner="board"), put("other", project="p", owner="board", expect=None)]
    for job in jobs:
        row = timetable(job.id, due=17.5, project="p")
        await store.put([job], by=ANN, at=at(5), verb="apply", note="why", timetable=[row])
    first, other = (json.loads(door.redis.hget(door.key("jobs"), job.id)) for job in jobs)
    assert first["meta"].pop() + 1 == other["meta"].pop()  # the numbers of their audit entries
    assert json.loads(json.dumps(first).replace("first", "other")) == other
    rows = [await World(store).row(job.id) for job in jobs]
    told = [(row.due, row.cursor, row.revision, row.version, row.project, door.due(row.job)) for row in rows]
    assert told == [(at(17.5), 0, 1, 1, "p", 17.5)] * 2
    audit = [(one.id, one.verb, one.by, one.at, one.revision, one.note) for one in await store.audit()]
    assert audit == [(job.id, "apply", ANN, at(5), 1, "why") for job in reversed(jobs)]


async def test_they_are_found_by_name_and_owner_and_in_the_audit(store: RedisStore) -> None:
    await store.put([put("here", project="p", owner="b"), put("there")], by=ANN, at=at(5))
    assert [one.id for one in await store.find(Kind.JOB, name="here")] == ["p:here"]
    assert [one.id for one in await store.find(Kind.JOB, owner="b")] == ["p:here"]
    assert [(entry.id, entry.seq) for entry in await store.audit(kind="job", id="there")] == [("there", 2)]


async def test_without_a_schedule_or_without_a_next_time_they_are_due_never(store: RedisStore, door: Door) -> None:
    await store.put([put("bare"), put("over")], by=ANN, at=at(5), timetable=[timetable("over", due=None)])
    assert [row.schedule for row in await store.timetable([JobId("bare"), JobId("over")])] == [schedule("over")]
    assert (door.due("bare"), door.due("over")) == (None, None)


async def test_who_was_there_before_goes_on_with_the_next_revision(world: World) -> None:
    store = world.store
    await store.put([put("back")], by=ANN, at=at(1), timetable=[timetable("back")])
    gone = timetable("back", expect=1, remove=True, revision=1)
    await store.put([Put(kind=Kind.JOB, id="back", body=None)], by=ANN, at=at(2), timetable=[gone])
    puts, rows = [put("first"), put("back"), put("last")], [timetable(job) for job in ("first", "back", "last")]
    assert await store.put(puts, by=ANN, at=at(3), timetable=rows) == [1, 3, 1]
    assert {row.revision for row in await store.timetable([JobId("back")])} == {3}
    assert [entry.revision for entry in await store.audit(kind="job", id="back")] == [3, 2, 1]
    assert (await world.row("back")).version > 1  # no decision from before fits


async def test_one_that_exists_is_a_conflict_and_nothing_is_written(store: RedisStore) -> None:
    await store.put([put("mine")], by=ANN, at=at(1))
    with pytest.raises(Conflict, match=r"job mine exists already \(revision 1\)"):
        await store.put([put("new"), put("mine")], by=ANN, at=at(2), timetable=[timetable("new")])
    assert [document.id for document in await store.find(Kind.JOB)] == ["mine"]


async def test_a_row_that_is_there_already_is_a_conflict(world: World) -> None:
    await world.scheduled("kept")
    await world.store.put([Put(kind=Kind.JOB, id="kept", body=None)], by=ANN, at=at(2))
    with pytest.raises(Conflict, match="schedule kept#main changed meanwhile"):
        await world.store.put(
            [put("kept"), put("new")], by=ANN, at=at(3), timetable=[timetable("kept"), timetable("new")]
        )
    assert await world.store.get(Kind.JOB, "new") is None


@pytest.mark.parametrize("size", [2, 1000])
async def test_revisions_come_in_the_order_of_the_puts(store: RedisStore, monkeypatch, size: int) -> None:
    monkeypatch.setattr("tickwork.store.redis.saving.SIZE", size)
    await store.put([put("old")], by=ANN, at=at(1))
    two = [timetable("two"), timetable("two", schedule="two#other")]
    puts = [put("a"), put("old", owner="b", expect=1), put("b"), put("two"), put("c"), put("d")]
    rows: list[Timetable] = [timetable("a"), *two, timetable("c"), timetable("d")]
    assert await store.put(puts, by=ANN, at=at(2), timetable=rows) == [1, 2, 1, 1, 1, 1]
    assert len(await store.timetable([JobId(one.id) for one in puts])) == 5


async def test_a_run_that_is_replaced_in_the_call_that_bears_it_ends(world: World) -> None:
    await world.job()
    runs = [world.new(overlap=Overlap.REPLACE) for _ in range(2)]
    first, second = await world.store.enqueue(runs, at=at(10))
    assert (await world.state(first.run), await world.reason(first.run)) == (State.CANCELLED, Reason.REPLACED)
    assert await world.state(second.run) is State.QUEUED


async def test_an_occurrence_whose_run_is_gone_may_be_born_again(world: World, door: Door) -> None:
    await world.scheduled()
    door.redis.hset(door.key(f"tickwork:occurrence:{schedule()}"), "at 10", "0" * 20)  # a server that lost its tail
    [born] = await world.fire(1, world.slot(10))
    assert not born.existing
    assert await world.state(born.run) is State.QUEUED
    [again] = await world.store.fire(
        [Fire(schedule=schedule(), expect=2, cursor=at(20), due=at(30), runs=(world.slot(10),), gaps=())], at=at(20)
    )
    assert again is not None
    assert (again[0].existing, again[0].run) == (True, RunId(born.run))
