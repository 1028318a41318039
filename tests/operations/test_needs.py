"""What needs somebody, and when it does no more."""

from collections.abc import Sequence

import msgspec
import pytest

from tests.house import House, drain, every, job
from tickwork.core.clock import DAY, MINUTE, Duration, later
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import Elsewhere
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import CatchUp
from tickwork.operations.checkins import Word
from tickwork.operations.needs import NeedView

HOUR = 3600


async def needs(house: House) -> Sequence[NeedView]:
    return (await house.ops.today.look(projects=None)).needs


async def kinds(house: House) -> list[tuple[str, str | None]]:
    return [(need.kind, need.job) for need in await needs(house)]


async def outage(house: House, hours: int = 3, **fields) -> None:
    """Nobody is there for so many due moments. None is caught up."""
    await house.ops.jobs.save(job("backup", every(HOUR, catch_up=CatchUp.NONE), **fields))
    house.clock.advance(hours * HOUR + 600)
    await drain(house.scheduler())


async def end(house: House, state: State = State.SUCCEEDED, reason: Reason | None = None) -> None:
    """Everything that is queued begins, and ends like this."""
    for claim in await house.claim(await house.session()):
        await house.start(claim)
        house.clock.advance(1)
        await house.finish(claim, state, reason)


async def test_what_was_missed_needs_somebody_until_the_job_has_succeeded_since(house: House):
    await outage(house)
    [need] = await needs(house)
    assert (need.kind, need.job, need.count, need.elsewhere) == ("missed", "backup", 3, False)
    await house.pass_time(HOUR - 600, step=60)
    assert await kinds(house) == [("missed", "backup")], "the next run is there, and has not succeeded yet"
    await end(house)
    assert await kinds(house) == []


async def test_what_one_job_missed_again_and_again_is_one_need(house: House):
    await outage(house)
    await house.pass_time(HOUR - 600, step=60)
    for claim in await house.claim(await house.session()):
        await house.start(claim)
        await house.finish(claim, State.FAILED, Reason.EXIT)
    house.clock.advance(2 * HOUR + 600)
    await drain(house.scheduler())
    [failed, missed] = await needs(house)
    assert (failed.kind, missed.kind, missed.count) == ("failed", "missed", 5)
    assert "2 due moments" in missed.sentence, "the sentence is about the newest"


async def test_it_does_no_more_once_somebody_makes_up_for_it(house: House):
    await outage(house)
    since = later(house.clock.now(), -DAY)
    await house.ops.replay.slots(
        (await house.ops.replay.missed("backup", start=since, end=house.clock.now()))[-1:], origin="replay"
    )
    assert await kinds(house) == []
    await end(house, State.FAILED, Reason.EXIT)
    assert await kinds(house) == [("failed", "backup"), ("missed", "backup")], "it came to nothing"


async def test_a_success_from_before_the_outage_says_nothing(house: House):
    await house.ops.jobs.save(job("backup"))
    await house.ops.runs.run("backup")
    await end(house)
    await outage(house)
    assert await kinds(house) == [("missed", "backup")]


@pytest.mark.parametrize("what", ["the job is deleted", "the schedule is another"])
async def test_what_nobody_can_make_up_for_any_more_needs_nobody(house: House, what: str):
    await outage(house)
    if what == "the job is deleted":
        await house.ops.jobs.delete("backup")
    else:
        await house.ops.jobs.save(job("backup", every(HOUR, key="other")))
    assert await kinds(house) == []


async def test_a_run_that_could_not_begin_in_time_was_missed_too(house: House):
    await house.ops.jobs.save(job("backup", every(HOUR, start_deadline=Duration(10 * MINUTE))))
    await house.pass_time(HOUR, step=60)
    house.clock.advance(601)
    await drain(house.promoter())
    [run] = await house.runs()
    assert (run.state, run.reason) == (State.MISSED, Reason.DEADLINE)
    [need] = await needs(house)
    assert (need.kind, need.run, need.count) == ("missed", run.id, 1)
    await house.pass_time(HOUR, step=60)
    await end(house)
    assert await kinds(house) == []


async def test_what_runs_elsewhere_needs_somebody_until_it_tells_of_a_success(house: House):
    there = Elsewhere(where="root's crontab on db1", within=Duration(10 * MINUTE))
    await house.ops.jobs.apply("board", [msgspec.structs.replace(job("backup", every(HOUR)), task=there)])
    token = await house.ops.checkins.make("backup")
    await house.pass_time(HOUR, step=60)
    house.clock.advance(601)
    await drain(house.promoter())
    [need] = await needs(house)
    assert (need.kind, need.elsewhere) == ("missed", True)
    assert "did not check in" in need.sentence
    await house.pass_time(HOUR, step=60)
    assert {run.pool for run in await house.runs()} == {ELSEWHERE}
    assert await kinds(house) == [("missed", "backup")], "the next moment waits for its check-in"
    await house.ops.checkins.take(token, Word(exit_code=1, output=b"", host="db1"))
    assert [(one.kind, one.elsewhere) for one in await needs(house)] == [("failed", True), ("missed", True)]
    await house.pass_time(HOUR, step=60)
    await house.ops.checkins.take(token, Word(exit_code=0, output=b"", host="db1"))
    assert await kinds(house) == []


async def test_what_failed_needs_nobody_while_it_is_run_again(house: House):
    await house.ops.jobs.save(job("backup", every(HOUR)))
    await house.ops.runs.run("backup")
    await end(house, State.FAILED, Reason.EXIT)
    assert await kinds(house) == [("failed", "backup")]
    [failed] = await house.runs()
    again = await house.ops.reruns.run(failed.id)
    assert await kinds(house) == []
    await end(house, State.FAILED, Reason.EXIT)
    [need] = await needs(house)
    assert (need.run, need.count) == (again.id, 2)


async def test_a_run_on_schedule_that_is_under_way_is_no_sign_that_somebody_has_seen_to_it(house: House):
    await house.ops.jobs.save(job("backup", every(HOUR)))
    await house.ops.runs.run("backup")
    await end(house, State.FAILED, Reason.EXIT)
    await house.pass_time(HOUR, step=60)
    assert ("failed", "backup") in await kinds(house)


async def test_what_failed_of_a_job_that_is_gone_needs_nobody(house: House):
    await house.ops.jobs.save(job("backup"))
    await house.ops.runs.run("backup")
    await end(house, State.FAILED, Reason.EXIT)
    await house.ops.jobs.delete("backup")
    assert await kinds(house) == []


@pytest.mark.parametrize(
    ("late_after", "seconds"), [(None, 61), (Duration(10 * MINUTE), 601), (Duration(5_000_000), 6)]
)
async def test_a_run_is_late_when_its_job_says_so(house: House, late_after: Duration | None, seconds: int):
    await house.ops.jobs.save(job("backup", late_after=late_after))
    await house.ops.runs.run("backup")
    house.clock.advance(seconds - 2)
    assert await kinds(house) == []
    house.clock.advance(2)
    assert await kinds(house) == [("late", "backup")]
    await end(house)
    assert await kinds(house) == []
