"""What is due next is decided before its moment, and written only if it is still what the store would say."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.house import House, drain, every, job
from tickwork.core.clock import SECOND, Instant, seconds
from tickwork.core.model import Overlap, Scope
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import CatchUp
from tickwork.runtime import ahead
from tickwork.runtime.scheduler import Scheduler
from tickwork.store.protocol import EARLY, Capability, Fire


@pytest.fixture
def scheduler(house: House) -> Scheduler:
    return house.scheduler()


@pytest.fixture
def asked(house: House, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the store was asked for what is due, and told what to fire."""
    count: Counter[str] = Counter()

    def counted(name: str) -> None:
        verb = getattr(house.store, name)

        async def call(*args: object, **options: object) -> object:
            count[name] += 1
            return await verb(*args, **options)

        monkeypatch.setattr(house.store, name, call, raising=False)

    counted("due")
    counted("fire")
    return count


async def test_at_its_moment_a_run_is_written_without_a_look(house: House, scheduler: Scheduler, asked: Counter[str]):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    await drain(scheduler)
    asked.clear()
    house.clock.advance(1)
    await scheduler.tick()
    assert asked == {"fire": 1}
    assert [run.slot for run in await house.runs()] == [house.clock.now()]


async def test_a_second_of_moments_takes_two_looks(house: House, scheduler: Scheduler, asked: Counter[str]):
    jobs = [job(f"job{n}", every(60, anchor=house.clock.now() + seconds(n / 100))) for n in range(1, 100)]
    await house.ops.jobs.apply("board", jobs)
    await drain(scheduler)
    asked.clear()
    for _ in range(99):
        house.clock.advance(0.01)
        await drain(scheduler)
    assert asked["fire"] == 99
    assert asked["due"] <= 2 * 3  # one to see that nothing is due, one ahead


async def test_between_moments_it_sleeps_until_the_next_one(house: House, scheduler: Scheduler):
    start = house.clock.now()
    await house.ops.jobs.apply("board", [job(f"job{n}", every(60, anchor=start + seconds(0.3 * n))) for n in (1, 2)])
    assert await scheduler.tick() == pytest.approx(0.3)
    house.clock.advance(0.3)
    assert await scheduler.tick() == pytest.approx(0.3)


async def test_a_job_that_was_deleted_meanwhile_is_not_fired(house: House, scheduler: Scheduler):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    await drain(scheduler)
    await house.ops.jobs.apply("board", [])
    house.clock.advance(1)
    await drain(scheduler)
    assert await house.runs() == []


async def test_an_edit_meanwhile_counts_at_once(house: House, scheduler: Scheduler):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    await drain(scheduler)
    await house.ops.jobs.apply("board", [job("backup", every(1), description="newer")])
    house.clock.advance(1)
    await drain(scheduler)
    [run] = await house.runs()
    [row] = await house.store.timetable(["backup"])
    assert run.revision == row.revision


async def test_a_pause_meanwhile_counts_at_once(house: House, scheduler: Scheduler):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    await drain(scheduler)
    await house.ops.switches.pause(Scope.JOB, "backup", why="moving house")
    house.clock.advance(1)
    await drain(scheduler)
    [gap] = await house.store.gaps(job="backup")
    assert (await house.runs(), gap.reason) == ([], Reason.PAUSED)


async def test_what_another_scheduler_has_fired_is_fired_once(house: House, scheduler: Scheduler):
    await house.ops.jobs.apply("board", [job("backup", every(1), overlap=Overlap.ALLOW)])
    other = house.scheduler()
    for _ in range(3):
        await drain(scheduler)
        await drain(other)
        house.clock.advance(1)
    await drain(scheduler)
    await drain(other)
    assert len(await house.runs()) == 3


async def test_two_schedules_that_are_due_together_run_once(house: House, scheduler: Scheduler):
    await house.ops.jobs.apply("board", [job("backup", every(1), every(1, key="other"))])
    await drain(scheduler)
    house.clock.advance(1)
    await drain(scheduler)
    ran, folded = sorted(await house.runs(), key=lambda run: run.state is State.MISSED)
    assert (ran.state, folded.reason, folded.about) == (State.QUEUED, Reason.COALESCED, ran.id)


async def test_who_comes_late_decides_anew(house: House, scheduler: Scheduler):
    """Six more moments have passed since; of those that are late, only the latest is to run."""
    await house.ops.jobs.apply("board", [job("backup", every(10, catch_up=CatchUp.LATEST))])
    house.clock.advance(9.5)
    await drain(scheduler)
    house.clock.advance(60.5)
    await drain(scheduler)
    [gap] = await house.store.gaps(job="backup")
    assert (gap.count, gap.reason) == (5, Reason.DOWN)


async def test_a_new_job_that_is_due_before_is_not_kept_waiting(house: House, scheduler: Scheduler):
    start = house.clock.now()
    await house.ops.jobs.apply("board", [job("backup", every(60, anchor=start + seconds(0.9)))])
    await drain(scheduler)
    await house.ops.jobs.apply("other", [job("sooner", every(60, anchor=start + seconds(0.5)))])
    assert await scheduler.tick() == pytest.approx(0.5)
    house.clock.advance(0.5)
    await drain(scheduler)
    assert len(await house.runs("sooner")) == 1


async def test_a_storm_is_decided_in_chunks_before_its_moment_and_none_is_left_out(
    house: House, scheduler: Scheduler, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    """Seven are due at once; a look takes in five, a chunk of decisions has two, a transaction three."""
    monkeypatch.setattr(ahead, "MOST", 5)
    monkeypatch.setattr("tickwork.runtime.scheduler.MOST", 5)
    monkeypatch.setattr(ahead, "_CHUNK", 2)
    monkeypatch.setattr("tickwork.runtime.scheduler.BATCH", 3)
    await house.ops.jobs.apply("board", [job(f"job{n}", every(1)) for n in range(7)])
    await drain(scheduler)
    asked.clear()
    house.clock.advance(1)
    await scheduler.tick()
    await scheduler.tick()
    assert asked == {"fire": 2}
    await drain(scheduler)
    assert sum([len(await house.runs(f"job{n}")) for n in range(7)]) == 7
    assert asked["fire"] == 3


async def test_who_wakes_a_little_early_waits_for_the_moment(house: House, scheduler: Scheduler, asked: Counter[str]):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    await drain(scheduler)
    asked.clear()
    house.clock.advance(0.999)
    assert await scheduler.tick() == pytest.approx(0.001)
    assert asked == {}


@pytest.fixture
def waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> Scheduler:
    """Of a store that waits for the moment by itself."""
    monkeypatch.setattr(type(house.store), "capabilities", {Capability.WAITS}, raising=False)
    return house.scheduler()


@pytest.fixture
def fired(house: House, monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, list[str]]]:
    """What the store was told to fire: how long before its moment, and the jobs."""
    told: list[tuple[float, list[str]]] = []
    fire = house.store.fire

    async def call(fires: list[Fire], *, at: Instant, **how: Any) -> object:
        if fires:  # none: the first one is made ready
            told.append(((at - house.clock.now()) / SECOND, [new.run.job for fire in fires for new in fire.runs]))
        return await fire(fires, at=at, **how)

    monkeypatch.setattr(house.store, "fire", call, raising=False)
    return told


async def test_a_store_that_waits_is_told_shortly_before_the_moment(
    house: House, waiting: Scheduler, fired: list[tuple[float, list[str]]]
):
    start = house.clock.now()
    await house.ops.jobs.apply("board", [job(f"job{n}", every(60, anchor=start + seconds(n))) for n in (1, 2)])
    early = EARLY / SECOND
    assert await waiting.tick() == pytest.approx(1 - early)
    house.clock.advance(1 - early)
    assert await waiting.tick() == pytest.approx(early)  # a real one returns at the moment
    assert fired == [(pytest.approx(early), ["job1"])]
    assert [(run.slot, run.created) for run in await house.runs("job1")] == [(start + seconds(1), start + seconds(1))]


async def test_what_is_due_a_little_later_keeps_its_own_moment(
    house: House, waiting: Scheduler, fired: list[tuple[float, list[str]]]
):
    start = house.clock.now()
    slots = [seconds(1 + n / 1000) for n in range(3)]
    await house.ops.jobs.apply("board", [job(f"job{n}", every(60, anchor=start + s)) for n, s in enumerate(slots)])
    await drain(waiting)
    house.clock.advance(0.999)
    for _ in range(3):
        await waiting.tick()
    assert [(round(before * 1000), jobs) for before, jobs in fired] == [(1, ["job0"]), (2, ["job1"]), (3, ["job2"])]


async def test_without_one_nothing_is_told_before_the_moment(
    house: House, scheduler: Scheduler, fired: list[tuple[float, list[str]]]
):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    assert await scheduler.tick() == pytest.approx(1)
    house.clock.advance(0.999)
    assert await scheduler.tick() == pytest.approx(0.001)
    assert fired == []


async def test_where_another_scheduler_was_faster_it_looks_no_sooner_than_at_the_moment(
    house: House, waiting: Scheduler, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    await drain(waiting)

    async def refuse(fires: list[Fire], **_how: Any) -> list[None]:
        return [None for _ in fires]

    monkeypatch.setattr(house.store, "fire", refuse, raising=False)
    house.clock.advance(1 - EARLY / SECOND)
    asked.clear()
    assert await waiting.tick() == pytest.approx(EARLY / SECOND)
    assert asked["due"] == 0


async def test_a_hint_that_comes_with_a_moment_is_followed_right_after_it(house: House, scheduler: Scheduler):
    """It may tell of a job that is due before the next look."""
    await house.ops.jobs.apply("board", [job("backup", every(60, anchor=house.clock.now() + seconds(0.6)))])
    await scheduler.opened()
    await drain(scheduler)
    house.clock.advance(0.6)
    soon = job("soon", every(60, anchor=house.clock.now() + seconds(0.1)))
    await house.ops.jobs.apply("another", [soon])
    await asyncio.sleep(0)  # the hint is heard
    assert await scheduler.tick() == 0
    assert await scheduler.tick() == pytest.approx(0.1)
    await scheduler.closed()
