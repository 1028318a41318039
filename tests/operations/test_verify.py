"""A ledger that was kept by the schedulers is whole, and one that somebody touched is found out."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings, strategies as st

from tests.house import House, drain, every, job
from tests.operations.histories import BEGIN, histories, house_at, live
from tests.operations.tampering import TAMPERS, tamper
from tests.pruning import prune
from tickwork.core.clock import DAY, Duration, Instant, seconds
from tickwork.core.model import Overlap, Scope
from tickwork.core.timing.schedule import AfterCompletion, CatchUp, Cron, Schedule
from tickwork.errors import NotFound
from tickwork.operations.account import Flaw


@settings(deadline=None, max_examples=40)
@given(histories())
def test_whatever_happened_the_ledger_is_whole(history) -> None:
    async def check() -> None:
        async with house_at() as house:
            await live(house, history)
            assert (await house.ops.verify.check()).findings == []

    asyncio.run(check())


@settings(deadline=None, max_examples=30)
@given(histories(), st.data())
def test_whatever_is_changed_afterwards_is_found_out(history, data) -> None:
    async def check(file: Path) -> None:
        async with house_at(file=file) as house:
            await live(house, history)
        tampers = data.draw(st.permutations(TAMPERS))
        n = data.draw(st.integers(0, 50))
        assume(any(tamper(file, how, n) for how in tampers))
        async with house_at(file=file) as house:
            assert (await house.ops.verify.check()).findings

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder) / "store.db"))


LIFE = [
    ("edit", ((Schedule(key="one", trigger=Cron(expression="*/7 * * * *"), zone="Europe/Amsterdam"), None), None)),
    ("live", 7_000),
    ("outage", 30_000),
    ("pause", "a"),
    ("live", 30_000),
]


@pytest.mark.parametrize("how", TAMPERS, ids=lambda how: how.__name__)
async def test_each_single_change_is_found_out(how, tmp_path) -> None:
    file = tmp_path / "store.db"
    async with house_at(file=file) as house:
        await live(house, LIFE)
        assert (await house.ops.verify.check()).findings == []
    assert tamper(file, how, 3)
    async with house_at(file=file) as house:
        assert (await house.ops.verify.check()).findings


async def problems(house: House, name: str | None = None) -> list[tuple[Flaw, str]]:
    report = await house.ops.verify.check(name)
    return [(finding.problem, finding.sentence) for finding in report.findings]


async def test_missing_occurrences_that_follow_each_other_are_told_as_one(tmp_path) -> None:
    file = tmp_path / "store.db"
    async with house_at(file=file) as house:
        await house.ops.jobs.apply("board", [job("backup", every(60, catch_up=CatchUp.NONE))])
        house.clock.advance(3601)
        await drain(house.scheduler())
        assert (await house.ops.verify.check()).occurrences == 60
    assert tamper(file, TAMPERS[1], 0)
    async with house_at(file=file) as house:
        [(problem, sentence)] = await problems(house)
        assert problem is Flaw.UNACCOUNTED
        assert sentence == (
            "backup#main: 59 occurrences from 2026-03-28T22:01:00Z to 2026-03-28T22:59:00Z have no entry"
        )


async def test_a_deleted_job_is_looked_at_too_and_so_is_one_by_its_id(tmp_path) -> None:
    file = tmp_path / "store.db"
    async with house_at(file=file) as house:
        await house.ops.jobs.apply("board", [job("old", every(60)), job("new", every(60))])
        await house.pass_time(60)
        await house.ops.jobs.apply("board", [job("new", every(60))])
        assert await house.ops.verify.check() == await house.ops.verify.check()
    assert tamper(file, TAMPERS[0], 0)
    assert tamper(file, TAMPERS[0], 0)
    async with house_at(file=file) as house:
        assert [problem for problem, _ in await problems(house)] == [Flaw.UNACCOUNTED] * 2
        assert len(await problems(house, "old")) == 1


async def test_an_unknown_job_is_told() -> None:
    async with house_at() as house:
        with pytest.raises(NotFound):
            await house.ops.verify.check("nope")


async def test_what_the_pruner_took_is_not_missed() -> None:
    async with house_at() as house:
        await house.ops.jobs.apply("board", [job("backup", every(60), overlap=Overlap.ALLOW)])
        await house.pass_time(600, step=60)
        await house.ops.jobs.delete("backup")
        house.clock.advance(DAY)
        await house.store.consume([event.seq for event in await house.store.outbox(limit=100)])
        await prune(house.store, before=house.clock.now(), keep=2, limit=3)
        assert len(await house.runs()) == 7
        assert await problems(house) == []


async def test_what_follows_an_event_cannot_be_foreseen_and_is_not_missed() -> None:
    async with house_at() as house:
        schedule = Schedule(key="main", trigger=AfterCompletion(delay=Duration(seconds(60))))
        await house.ops.jobs.apply("board", [job("backup", schedule)])
        await house.pass_time(60)
        await house.ops.switches.pause(Scope.JOB, "backup")
        await house.pass_time(300, step=20)
        assert len(await house.runs()) == 1
        assert await problems(house) == []


async def test_a_local_time_that_ran_before_an_edit_moved_it_is_accounted_for() -> None:
    async with house_at(BEGIN) as house:
        nightly = Schedule(key="main", trigger=Cron(expression="30 3 * * *"), zone="Europe/Amsterdam")
        await house.ops.jobs.apply("board", [job("backup", nightly)])
        await house.pass_time(4 * 3600, step=60)
        moved = Schedule(key="main", trigger=Cron(expression="30 3 * * *"), zone="America/New_York")
        await house.ops.jobs.apply("board", [job("backup", moved)])
        await house.pass_time(12 * 3600, step=600)
        assert [run.nominal for run in await house.runs()] == ["2026-03-29T03:30:00"]
        assert await problems(house) == []


async def test_an_edit_after_the_clock_went_back_accounts_for_nothing_twice() -> None:
    async with house_at() as house:
        await house.ops.jobs.apply("board", [job("backup", every(60, anchor=Instant(BEGIN)), overlap=Overlap.ALLOW)])
        await house.pass_time(600, step=60)
        house.clock.jump(-300)
        again = every(60, anchor=Instant(BEGIN), start_deadline=seconds(3600))
        await house.ops.jobs.apply("board", [job("backup", again, overlap=Overlap.ALLOW)])
        await house.pass_time(600, step=60)
        assert len(await house.runs()) == 15
        assert await problems(house) == []


async def test_it_may_look_while_schedulers_work() -> None:
    async with house_at() as house:
        await house.ops.jobs.apply("board", [job(f"job{n}", every(1), overlap=Overlap.ALLOW) for n in range(5)])
        scheduler, found = house.scheduler(), []

        async def work() -> None:
            for _ in range(50):
                house.clock.advance(1)
                await drain(scheduler)

        async def look() -> None:
            for _ in range(10):
                found.extend(await problems(house))

        await asyncio.gather(work(), look())
        assert found == []


async def test_a_job_that_comes_back_after_the_clock_went_back_accounts_for_no_moment_twice(house: House) -> None:
    every_minute = job("backup", every(60, catch_up=CatchUp.NONE), overlap=Overlap.ALLOW)
    await house.ops.jobs.apply("board", [every_minute])
    await house.pass_time(600, step=60)
    await house.ops.jobs.apply("board", [])
    house.clock.jump(-400)
    await house.ops.jobs.apply("board", [every_minute])
    await house.pass_time(1200, step=60)
    assert await problems(house) == []
