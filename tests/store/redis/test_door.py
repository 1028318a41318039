"""Plain clients and Tickwork on the same jobs (predecessor 003's commands)."""

import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from tests.conformance.world import World, at
from tests.store.redis.door import Door
from tickwork.core.clock import Instant, SystemClock
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import Actor, Command, Console, Job, Origin, Shell
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import Decay, Every, Schedule
from tickwork.operations import Operations
from tickwork.store.protocol import Kind, Put, RunFilter
from tickwork.store.redis import RedisStore

NOW = 1_764_000_000


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    clock = SystemClock()
    store = RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    await store.publish_commands()
    yield store
    await store.close()


@pytest.fixture
def door(redis_url: str, store: RedisStore) -> Iterator[Door]:
    door = Door(redis_url)
    yield door
    door.redis.close()


async def job(store: RedisStore, id: str) -> Job:
    document = await store.get(Kind.JOB, id)
    assert document is not None
    assert document.body is not None
    return from_json(document.body, Job)


async def only_run(store: RedisStore):
    [run] = await store.runs(RunFilter())
    return run


class TestSetting:
    async def test_the_documented_line_makes_a_job_that_tickwork_lists_and_runs(self, store, door) -> None:
        # Given the line of the documentation, an hour long
        now = int(time.time())
        assert door.jset(now, "my job", "console", "hello world", 185, -1, now + 3600) == 1

        # Then Tickwork has it as a job like any other
        clock = SystemClock()
        actor = Actor(kind="person", name="ann")
        operations = Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=actor)
        [listed] = await operations.jobs.all()
        assert listed.id == "my job"
        made = await job(store, "my job")
        assert made.task == Console(payload="hello world")
        [schedule] = made.schedules
        assert schedule.trigger == Every(interval=185_000_000)
        assert schedule.until == (now + 3600) * 1_000_000

        # And it is due at once, for Tickwork's scheduler too
        due = await store.due(Instant(now * 1_000_000), limit=10)
        assert [row.row.job for row in due.rows] == ["my job"]

    async def test_a_job_is_shown_to_plain_clients_as_json(self, store, door) -> None:
        door.jset(NOW, "a", "shell", "echo 'hey'", 5, -1, NOW + 60, 2, 10)
        shown = json.loads(door.redis.hget(door.key("jobs"), "a"))
        assert shown == door.jget("a")
        expected = {"id": "a", "runner": "shell", "payload": "echo 'hey'", "interval": 5, "start": NOW}
        assert shown.items() >= (expected | {"stop": NOW + 60, "lambda": 2, "step": 10}).items()
        assert door.due("a") == NOW
        assert door.redis.hkeys(door.key("jobs:runners")) == ["shell"]

    async def test_a_job_of_tickworks_own_is_shown_too(self, store, door) -> None:
        schedule = Schedule(
            key="main", trigger=Every(interval=60_000_000, decay=Decay(factor=0.5, step=10_000_000)), since=at(0)
        )
        body = Job(id=JobId("b"), name="b", task=Shell(command="true"), schedules=(schedule,))
        await World(store).job("b", to_json(body))
        shown = door.jget("b")
        expected = {"id": "b", "runner": "shell", "payload": "true", "interval": 60, "lambda": 0.5, "step": 10}
        assert shown.items() >= expected.items()

    async def test_setting_again_changes_the_job_and_never_fires_retroactively(self, store, door) -> None:
        door.jset(NOW, "a", "shell", "true", 5)
        assert door.jset(NOW + 22, "a", "shell", "false", 7) == 1
        assert (await job(store, "a")).task == Shell(command="false")
        [gap] = await store.gaps(job=JobId("a"))
        assert (gap.count, gap.state, gap.reason) == (5, State.MISSED, Reason.COALESCED)
        assert door.due("a") == NOW + 29
        assert len(await store.revisions(Kind.JOB, "a")) == 2

    async def test_jsetnx_leaves_a_job_that_exists_alone(self, store, door) -> None:
        assert door.jsetnx(NOW, "a", "shell", "echo hello", 5) == 1
        assert door.jsetnx(NOW, "a", "shell", "echo goodbye", 2) == 0
        assert door.jget("a")["payload"] == "echo hello"

    async def test_a_job_can_start_later(self, store, door) -> None:
        door.jset(NOW, "a", "shell", "true", 5, NOW + 400)
        assert door.due("a") == NOW + 400

    @pytest.mark.parametrize("interval", ["0", "-5", "often"])
    async def test_an_interval_that_is_none_is_refused(self, store, door, interval) -> None:
        with pytest.raises(redis.ResponseError, match="interval"):
            door.jset(NOW, "a", "shell", "true", interval)
        assert await store.find(Kind.JOB) == []

    async def test_a_payload_that_is_no_text_is_refused_before_it_can_harm_anybody(self, store, door) -> None:
        sha = door.redis.hget(door.key("commands"), "jset")
        keys = [door.key(name) for name in ("jobs", "jobs:schedule", "jobs:runners")]
        with pytest.raises(redis.ResponseError, match="payload is missing or is not UTF-8"):
            door.redis.evalsha(sha, 3, *keys, NOW, "a", "shell", b"caf\xc3e\xa9", 5)
        door.jset(NOW, "b", "shell", "echo 'é ✓ 🎉'", 5)
        assert (await job(store, "b")).task == Shell(command="echo 'é ✓ 🎉'")

    async def test_a_boards_job_is_the_boards(self, store, door) -> None:
        await World(store).job("a", owner="board.yaml")
        with pytest.raises(redis.ResponseError, match=r"board board\.yaml"):
            door.jset(NOW, "a", "shell", "true", 5)

    async def test_jdel_removes_the_job_and_what_has_not_begun(self, store, door) -> None:
        door.jset(NOW, "a", "shell", "true", 5)
        door.jtick(NOW, "shell")
        assert door.jdel("a") == 1
        assert door.jdel("a") == 0
        assert door.jget("a") is None
        assert door.due("a") is None
        assert (await only_run(store)).reason is Reason.JOB_DELETED
        assert await store.get(Kind.JOB, "a") is None


class TestTicking:
    async def test_a_tick_pushes_what_is_due_into_the_named_queues(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        door.jset(NOW, "b", "two", "y", 5)
        assert door.jtick(NOW - 50, "two") == 0
        assert door.jpop("two") is None
        assert door.jtick(NOW, "two") == 1
        popped = door.jpop("two")
        assert (popped["id"], popped["payload"], popped["interval"]) == ("b", "y", 5)
        assert door.jpop("two") is None
        assert door.jpop("one") is None
        assert door.due("b") == NOW + 5

    async def test_a_late_tick_pushes_once_and_says_what_was_missed(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        assert door.jtick(NOW + 23, "one") == 1
        [gap] = await store.gaps()
        assert (gap.count, gap.first, gap.last) == (4, NOW * 1_000_000, (NOW + 15) * 1_000_000)
        run = await only_run(store)
        assert run.slot == (NOW + 20) * 1_000_000
        assert door.due("a") == NOW + 25

    async def test_jobs_with_cron_times_are_left_to_tickwork(self, store, door) -> None:
        await World(store).scheduled("nightly", due=10)
        assert door.jtick(NOW, "shell") == 0
        [row] = await store.timetable([JobId("nightly")])
        assert row.due == at(10)

    async def test_a_paused_job_is_skipped_for_that_reason(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        switch = Put(kind=Kind.SWITCH, id="job:a", body=b'{"scope":"job"}')
        await store.put([switch], by=Actor(kind="person", name="ann"), at=at(1))
        assert door.jtick(NOW + 1, "one") == 0
        [gap] = await store.gaps()
        assert (gap.state, gap.reason, gap.count) == (State.SKIPPED, Reason.PAUSED, 1)

    async def test_a_job_past_its_stop_is_removed(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5, -1, NOW + 7)
        assert door.jtick(NOW, "one") == 1
        assert door.jtick(NOW + 8, "one") == 0, "the first run was not over"
        assert door.jget("a") is None
        assert door.due("a") is None

    async def test_tickworks_own_clock_removes_it_too(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5, -1, NOW + 7)
        await store.promote(at=Instant((NOW + 8) * 1_000_000))
        assert door.jget("a") is None

    async def test_jnext_tells_the_next_moment_and_accounts_for_what_it_passes_over(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        assert door.jnext(NOW - 1, "a") == NOW
        assert door.jnext(NOW, "a") == NOW + 5
        assert door.jnext(NOW + 4, "a") == NOW + 5
        assert door.jnext(NOW + 5, "a") == NOW + 10
        assert sum(gap.count for gap in await store.gaps()) == 2
        assert door.jnext(NOW, "nobody") is None

    async def test_a_tick_of_tickworks_and_one_of_a_client_never_double_a_slot(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        [due] = (await store.due(Instant(NOW * 1_000_000), limit=9)).rows
        assert door.jtick(NOW, "one") == 1
        world = World(store)
        assert await world.fire(due.row.version, job="a") is None

    async def test_what_a_client_wrote_into_the_hash_by_hand_is_taken_up(self, store, door) -> None:
        door.redis.hset(door.key("jobs"), "raw", json.dumps({"runner": "one", "payload": "x", "interval": 5}))
        door.redis.zadd(door.key("jobs:schedule"), {"raw": NOW - 100})
        assert door.jtick(NOW, "one") == 1
        assert (await job(store, "raw")).schedules[0].trigger == Every(interval=5_000_000)


class TestQueues:
    async def test_a_popped_run_is_handed_over(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        door.jtick(NOW, "one")
        popped = door.jpop("one")
        run = await only_run(store)
        assert (run.id, run.state) == (popped["run"], State.SUCCEEDED)
        assert "handed over" in (run.note or "")
        assert [event.run for event in await store.outbox(limit=9)] == [run.id]
        assert len(await store.attempts(run.id)) == 1

    async def test_a_run_that_no_worker_of_tickworks_can_serve_stays_for_clients(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        door.jtick(NOW, "one")
        world = World(store)
        assert await world.claim(await world.session(), n=9, second=NOW + 5) == []
        assert door.jpop("one")["id"] == "a"

    async def test_a_worker_and_a_client_never_get_the_same_run(self, store, door) -> None:
        door.jset(NOW, "a", "shell", "true", 5)
        door.jtick(NOW, "shell")
        world = World(store)
        [claim] = await world.claim(await world.session(), second=NOW + 1)
        assert claim.run.job == "a"
        assert door.jpop("shell") is None
        assert door.redis.llen(door.key("jobs:queue:shell")) == 0

    async def test_a_fire_of_tickworks_fills_the_clients_queue(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        world = World(store)
        [due] = (await store.due(Instant(NOW * 1_000_000), limit=9)).rows
        run = world.slot(NOW, "a", lane="runner:one")
        await world.fire(due.row.version, run, job="a")
        assert door.jpop("one")["run"] == run.run.id

    async def test_once_a_command_is_registered_tickwork_serves_the_runner(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        assert door.call("jregister", ["jobs:runners"], "one", "my-runner {payload}") == 0
        assert (await job(store, "a")).task == Command(program="my-runner {payload}", payload="x")
        door.jtick(NOW, "one")
        world = World(store)
        [claim] = await world.claim(await world.session(), second=NOW + 1)
        assert claim.run.job == "a"

    async def test_an_acknowledged_run_ends_as_the_client_says(self, store, door) -> None:
        for status, state in ((0, State.SUCCEEDED), (1, State.FAILED)):
            door.jset(NOW, f"a{status}", "one", "x", 500)
            door.jtick(NOW, "one")
            popped = door.jpop("one", NOW, 30)
            assert (await store.run(popped["run"])).run.state is State.RUNNING
            assert door.jack(popped["run"], status, NOW + 9) == 1
            assert door.jack(popped["run"], status, NOW + 9) == 0
            assert (await store.run(popped["run"])).run.state is state

    async def test_a_run_that_is_not_acknowledged_in_time_returns(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 500)
        door.jtick(NOW, "one")
        popped = door.jpop("one", NOW, 30)
        assert door.jack("a", 2, NOW + 20) == 1, "by the job's id too"
        assert door.jpop("one", NOW + 40, 30) is None
        again = door.jpop("one", NOW + 50, 30)
        assert again["run"] == popped["run"]
        [attempt] = await store.attempts(again["run"])
        assert (attempt.outcome, attempt.reason) == (State.FAILED, Reason.LOST)
        assert (await only_run(store)).losses == 1

    async def test_trimming_keeps_the_newest_and_cancels_the_others(self, store, door) -> None:
        for n in range(5):
            door.jset(NOW, f"a{n}", "one", "x", 500)
        assert door.jtick(NOW, "one") == 5
        assert door.call("jtrim", ["jobs:queue:one"], 2) == 1
        assert door.redis.llen(door.key("jobs:queue:one")) == 2
        counts = await store.counts()
        assert (counts[State.QUEUED], counts[State.CANCELLED]) == (2, 3)

    async def test_everything_is_counted(self, store, door) -> None:
        door.jset(NOW, "a", "one", "x", 5)
        door.jtick(NOW, "one")
        counts = json.loads(door.call("jcount", ["jobs", "jobs:schedule", "jobs:runners", "jobs:queue:one"]))
        assert counts == {"jobs": 1, "scheduled": 1, "runners": 1, "queued": {door.key("jobs:queue:one"): 1}}

    async def test_a_job_runs_when_all_its_dependencies_have_succeeded(self, store, door) -> None:
        for name in ("a", "b"):
            door.jset(NOW, name, "one", "x", 500)
        keys = ["jobs", "jobs:schedule", "jobs:runners"]
        assert door.call("jwhen", keys, NOW, "c", "two", "y", "a", "b") == 1
        door.jtick(NOW, "one")
        door.jpop("one")
        assert door.jpop("two") is None
        door.jpop("one")
        popped = door.jpop("two")
        assert popped["id"] == "c"
        assert (await store.run(popped["run"])).run.origin is Origin.AFTER

    async def test_a_client_that_says_jwhen_again_as_its_answer_was_lost_changes_nothing(self, store, door) -> None:
        for name in ("a", "b"):
            door.jset(NOW, name, "one", "x", 500)
        said = ["jwhen", ["jobs", "jobs:schedule", "jobs:runners"], NOW, "c", "two", "y", "a", "b"]
        door.call(*said)
        door.jtick(NOW, "one")
        # Given that one of them has succeeded, and the server has forgotten the commands until somebody connects
        door.jpop("one")
        door.redis.script_flush()
        with pytest.raises(redis.exceptions.NoScriptError):
            door.call(*said)
        await store.close()
        await store.open()
        assert door.call(*said) == door.call(*said) == 1
        door.jpop("one")
        assert door.jpop("two")["id"] == "c"
        assert door.jpop("two") is None
