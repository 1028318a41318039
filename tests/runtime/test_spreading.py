"""Jobs that run on several workers at once, each occurrence as one group."""

import json

import pytest
from msgspec.structs import replace

from tests.house import House, drain, every, job
from tests.runtime.linked import following
from tickwork.core.codec import from_json
from tickwork.core.dependencies import Pins
from tickwork.core.ids import SessionId
from tickwork.core.lanes import parse_lane
from tickwork.core.model import Call, Everywhere, Job, Origin, Overlap, Quorum, Run, Scope
from tickwork.core.states import Reason, State
from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Claim, Session

ALL = Everywhere.ALL


class Fleet:
    """A house with workers by name, which run what they are told."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.promoter = house.promoter()
        self.sessions: dict[str, SessionId] = {}
        self.labels: dict[str, tuple[str, ...]] = {}
        self.tasks: dict[str, tuple[str, ...]] = {}
        self.ran: list[tuple[str, str]] = []
        """Job and worker of what was claimed, in order."""

    async def join(
        self, *names: str, pool: str = "default", labels: tuple[str, ...] = (), tasks: tuple[str, ...] = ()
    ) -> None:
        for name in names:
            now = self.house.clock.now()
            session = Session(
                id=self.house.ids.session(),
                worker=name,
                pools=(pool,),
                concurrency=10,
                lease=15.0,
                version="0",
                containment="none",
                host="here",
                pid=1,
                labels=labels,
                tasks=tasks,
                opened=now,
                seen=now,
            )
            await self.house.store.open_session(session)
            self.sessions[name], self.labels[name], self.tasks[name] = session.id, labels, tasks

    async def leave(self, name: str) -> None:
        await self.house.store.close_session(self.sessions.pop(name), at=self.house.clock.now())

    async def apply(self, *jobs: Job) -> None:
        await self.house.ops.jobs.apply("board", list(jobs))

    async def claims(self, name: str, pool: str = "default") -> list[Claim]:
        """What this worker may have now."""
        queues = [queue.lane for queue in await self.house.store.queues()]
        has = {"labels": self.labels[name], "tasks": self.tasks[name]}
        served = [lane for lane in queues if parse_lane(lane).serves(worker=name, **has)]
        lanes = [lane for lane in served if parse_lane(lane).pool == pool]
        now = self.house.clock.now()
        claims = await self.house.store.claim(self.sessions[name], pools=lanes, n=100, at=now)
        self.ran += [(claim.run.job, name) for claim in claims]
        return claims

    async def work(self, **ends: State) -> None:
        """All workers run what they may have, until nothing moves; `ends`: how runs end by worker."""
        for _ in range(100):
            await drain(self.promoter)
            claims = [(name, claim) for name in self.sessions for claim in await self.claims(name)]
            for name, claim in claims:
                await self.house.start(claim)
                state = ends.get(name, State.SUCCEEDED)
                await self.house.finish(claim, state, Reason.EXIT if state is State.FAILED else None)
            if not claims:
                return

    async def whole(self, name: str = "patch") -> Run:
        """The newest occurrence."""
        return [run for run in await self.house.runs(name) if run.origin is not Origin.MAP][-1]

    async def parts(self, name: str = "patch") -> list[Run]:
        return [run for run in await self.house.runs(name) if run.origin is Origin.MAP]


@pytest.fixture
async def fleet(house: House) -> Fleet:
    fleet = Fleet(house)
    await fleet.join("a", "b", "c")
    return fleet


async def test_one_occurrence_runs_once_on_each_worker_of_the_pool(fleet: Fleet):
    await fleet.join("far", pool="other")
    await fleet.apply(job("patch", every(60), on=ALL))
    await fleet.house.pass_time(60)
    await fleet.work()
    assert sorted(fleet.ran) == [("patch", "a"), ("patch", "b"), ("patch", "c")]
    whole = await fleet.whole()
    assert (whole.state, whole.origin, whole.schedule) == (State.SUCCEEDED, Origin.SCHEDULE, "patch#main")
    assert {(run.group, run.about, run.schedule) for run in await fleet.parts()} == {(whole.id, whole.id, None)}
    detail = await fleet.house.store.run(whole.id)
    assert detail is not None
    assert json.loads(detail.result or b"") == {"a": None, "b": None, "c": None}


async def test_the_ledger_has_one_entry_for_the_occurrence(fleet: Fleet):
    await fleet.apply(job("patch", every(60), on=ALL))
    for _ in range(3):
        await fleet.house.pass_time(60)
        await fleet.work()
    report = await fleet.house.ops.verify.check()
    assert (report.occurrences, report.findings) == (3, [])
    now = fleet.house.clock.now()
    entries = await fleet.house.entries("patch", start=now - 300_000_000, end=now + 1)
    assert [entry.state for entry in entries if entry.entry == "run"] == ["succeeded"] * 3


async def test_only_the_worker_that_a_part_is_for_may_claim_it(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL))
    await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    assert len(await fleet.claims("a")) == 1
    assert await fleet.claims("a") == []


async def test_switched_off_and_doubled_workers_do_not_count(fleet: Fleet):
    await fleet.join("a")  # it is starting again, its old session is not settled yet
    await fleet.house.ops.switches.pause(Scope.WORKER, "b")
    await fleet.apply(job("patch", on=ALL))
    await fleet.house.ops.runs.run("patch")
    await fleet.work()
    assert sorted(fleet.ran) == [("patch", "a"), ("patch", "c")]


async def test_labels_narrow_the_workers(fleet: Fleet):
    await fleet.join("big", labels=("gpu", "linux"))
    await fleet.apply(job("patch", on=ALL, labels=("gpu",)))
    await fleet.house.ops.runs.run("patch")
    await fleet.work()
    assert fleet.ran == [("patch", "big")]


async def test_all_workers_are_those_that_have_the_task(fleet: Fleet):
    await fleet.join("old", tasks=("shop:tally",))
    await fleet.join("new", tasks=("shop:tally", "shop:patch"))
    await fleet.apply(replace(job("patch", on=ALL), task=Call(target="shop:patch", app="shop")))
    await fleet.house.ops.runs.run("patch")
    await fleet.work()
    assert fleet.ran == [("patch", "new")]


async def test_n_are_n_different_workers_and_all_get_their_share(fleet: Fleet):
    await fleet.apply(job("patch", on=2))
    for n in range(12):
        await fleet.house.ops.runs.run("patch")
        await fleet.work()
        assert len({worker for _, worker in fleet.ran[2 * n :]}) == 2
    assert {worker for _, worker in fleet.ran} == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("success", "failing", "state"),
    [
        (Quorum.ALL, 1, State.FAILED),
        (Quorum.ANY, 2, State.SUCCEEDED),
        (Quorum.ANY, 3, State.FAILED),
        (2, 1, State.SUCCEEDED),
        (2, 2, State.FAILED),
    ],
)
async def test_how_many_must_succeed_is_the_jobs_choice(fleet: Fleet, success, failing: int, state: State):
    await fleet.apply(job("patch", on=ALL, success=success))
    await fleet.house.ops.runs.run("patch")
    await fleet.work(**dict.fromkeys("abc"[:failing], State.FAILED))
    whole = await fleet.whole()
    assert whole.state is state
    assert whole.note == f"it did not succeed on {failing} of 3 workers: {', '.join('abc'[:failing])}"
    assert (await fleet.house.ops.graphs.group(whole.id)).state == state


async def test_children_wait_for_the_whole_group_and_see_its_outcome(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL), following("good", patch="success"), following("bad", patch="failure"))
    await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    for name in ("a", "b"):
        [claim] = await fleet.claims(name)
        await fleet.house.start(claim)
        await fleet.house.finish(
            claim, State.FAILED if name == "a" else State.SUCCEEDED, None if name == "b" else Reason.EXIT
        )
    await drain(fleet.promoter)
    assert await fleet.house.runs("good") == await fleet.house.runs("bad") == []
    await fleet.work()
    assert len(await fleet.house.runs("bad")) == 1
    assert await fleet.house.runs("good") == []


# -- overlap --


async def busy(fleet: Fleet, overlap: Overlap) -> Run:
    """One occurrence that runs on a, b and c."""
    await fleet.apply(job("patch", every(60), on=ALL, overlap=overlap))
    await fleet.house.pass_time(60)
    await drain(fleet.promoter)
    for name in "abc":
        [claim] = await fleet.claims(name)
        await fleet.house.start(claim)
    return await fleet.whole()


async def test_overlap_counts_the_group_as_one(fleet: Fleet):
    first = await busy(fleet, Overlap.SKIP)
    await fleet.house.pass_time(60)
    await drain(fleet.promoter)
    second = await fleet.whole()
    assert (second.state, second.reason, second.note) == (
        State.SKIPPED,
        Reason.OVERLAP,
        f"run {first.id} was not over",
    )
    assert len(await fleet.parts()) == 3


async def test_with_queue_one_occurrence_waits_and_more_are_skipped(fleet: Fleet):
    first = await busy(fleet, Overlap.QUEUE)
    for _ in range(2):
        await fleet.house.pass_time(60)
        await drain(fleet.promoter)
    wholes = [run for run in await fleet.house.runs("patch") if run.origin is not Origin.MAP]
    assert [run.state for run in wholes] == [State.WAITING, State.WAITING, State.SKIPPED]
    await fleet.house.ops.runs.kill(first.id)
    await drain(fleet.promoter)
    for session in fleet.sessions.values():  # the workers obey
        for run, fence, _ in (await fleet.house.store.beat(session, at=fleet.house.clock.now())).cancels:
            [claim] = await claims_of(fleet, run, fence)
            await fleet.house.finish(claim, State.CANCELLED, Reason.PARENT)
    await fleet.work()
    wholes = [run for run in await fleet.house.runs("patch") if run.origin is not Origin.MAP]
    assert [run.state for run in wholes] == [State.CANCELLED, State.SUCCEEDED, State.SKIPPED]


async def claims_of(fleet: Fleet, run, fence) -> list[Claim]:
    detail = await fleet.house.store.run(run)
    assert detail is not None
    return [Claim(run=detail.run, fence=fence, body=b"")]


async def test_allow_runs_groups_side_by_side(fleet: Fleet):
    await busy(fleet, Overlap.ALLOW)
    await fleet.house.pass_time(60)
    await drain(fleet.promoter)
    assert len(await fleet.parts()) == 6


async def test_replace_ends_the_earlier_group(fleet: Fleet):
    first = await busy(fleet, Overlap.REPLACE)
    await fleet.house.pass_time(60)
    await drain(fleet.promoter)
    await drain(fleet.promoter)  # woken by the end of the first
    detail = await fleet.house.store.run(first.id)
    assert detail is not None
    assert (detail.run.state, detail.run.reason) == (State.CANCELLED, Reason.REPLACED)
    assert all(run.cancel for run in await fleet.parts())


# -- workers that are not there --


async def test_without_a_worker_it_waits_a_minute_and_is_missed_for_that_reason(fleet: Fleet):
    await fleet.apply(job("patch", on=2, pool="empty", labels=("gpu",)))
    run = await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    assert (await fleet.whole()).state is State.WAITING
    fleet.house.clock.advance(61)
    await drain(fleet.promoter)
    missed = await fleet.whole()
    assert (missed.id, missed.state, missed.reason) == (run.id, State.MISSED, Reason.NO_WORKER)
    assert missed.note == "fewer than 2 workers in pool empty could take it (labels gpu)"


async def test_workers_that_come_within_the_minute_get_it(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL, pool="empty"))
    await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    fleet.house.clock.advance(30)
    await fleet.join("late", pool="empty")
    await drain(fleet.promoter)
    assert [parse_lane(run.lane).worker for run in await fleet.parts()] == ["late"]


async def test_a_part_whose_worker_leaves_is_missed_a_minute_later(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL, success=2))
    await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    await fleet.leave("b")
    await fleet.work()
    assert (await fleet.whole()).state is State.WAITING
    fleet.house.clock.advance(61)
    await fleet.work()
    [lost] = [run for run in await fleet.parts() if run.state is State.MISSED]
    assert (lost.reason, lost.note) == (Reason.NO_WORKER, "worker b has been gone for a minute")
    assert (await fleet.whole()).state is State.SUCCEEDED


async def test_a_worker_that_comes_back_in_time_finds_its_part(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL))
    await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    await fleet.leave("b")
    fleet.house.clock.advance(50)
    await fleet.join("b")
    await fleet.work()
    assert (await fleet.whole()).state is State.SUCCEEDED


# -- crashes --


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("verb", ["enqueue", "unblock", "consume", "runs", "sessions"])
@pytest.mark.parametrize("on", [ALL, 2])
async def test_promoters_that_die_anywhere_make_each_part_once(fleet: Fleet, verb: str, after: bool, on):
    await fleet.apply(job("patch", on=on))
    await fleet.house.ops.runs.run("patch")
    for _ in range(4):
        fleet.house.store.fail(verb, after=after)
        try:
            await fleet.work()
        except StoreUnavailable:
            fleet.promoter = fleet.house.promoter()
    await fleet.work()
    assert (await fleet.whole()).state is State.SUCCEEDED
    assert len(fleet.ran) == len({worker for _, worker in fleet.ran}) == (3 if on is ALL else 2)


async def test_two_promoters_that_see_different_workers_make_no_part_twice(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL))
    await fleet.house.ops.runs.run("patch")
    other = fleet.house.promoter()
    await drain(fleet.promoter)
    await fleet.join("d")
    await drain(other)
    await fleet.work()
    workers = [worker for _, worker in fleet.ran]
    assert sorted(workers) == sorted(set(workers))


async def test_a_part_knows_its_worker_as_its_item(fleet: Fleet):
    await fleet.apply(job("patch", on=ALL))
    await fleet.house.ops.runs.run("patch")
    await drain(fleet.promoter)
    details = [await fleet.house.store.run(run.id) for run in await fleet.parts()]
    assert sorted(from_json(detail.pins, Pins).item or "" for detail in details if detail and detail.pins) == [
        "a",
        "b",
        "c",
    ]
