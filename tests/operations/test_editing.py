"""An edit is never retroactive, and loses nothing of what was due before it."""

import pytest

from tests.house import House, drain, every, job
from tickwork.core.clock import seconds
from tickwork.core.model import Overlap, Scope
from tickwork.core.states import Reason, State
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.changes import ChangeKind
from tickwork.store.protocol import Kind


async def apply(house: House, *jobs, board: str = "board"):
    return {change.job: change.kind for change in await house.ops.jobs.apply(board, jobs)}


async def test_applying_twice_changes_nothing(house: House):
    assert await apply(house, job("a", every(10))) == {"a": ChangeKind.ADDED}
    house.clock.advance(3)
    assert await apply(house, job("a", every(10))) == {}
    assert len(await house.store.revisions(Kind.JOB, "a")) == 1


async def test_an_edit_names_the_fields_that_differ(house: House):
    await apply(house, job("a", every(10)))
    [change] = await house.ops.jobs.apply("board", [job("a", every(20), cwd="/tmp")])
    assert (change.kind, change.fields) == (ChangeKind.CHANGED, ("schedules", "cwd"))


async def test_what_was_due_before_an_edit_is_decided_under_the_old_revision(house: House):
    await apply(house, job("a", every(10)))
    house.clock.advance(10.5)
    await apply(house, job("a", every(3600)))
    [run] = await house.runs("a")
    assert (run.revision, run.state) == (1, State.QUEUED)
    [row] = await house.store.timetable(["a"])
    assert (row.revision, row.due) == (2, house.clock.now() + seconds(3600))


async def test_a_schedule_that_an_edit_leaves_alone_keeps_its_rhythm(house: House):
    began = house.clock.now()
    await apply(house, job("a", every(10)))
    house.clock.advance(4)
    await apply(house, job("a", every(10), cwd="/tmp"))
    [row] = await house.store.timetable(["a"])
    assert (row.revision, row.due) == (2, began + seconds(10))


async def test_a_new_schedule_does_not_fire_for_the_past(house: House):
    await apply(house, job("a", every(10)))
    house.clock.advance(1000)
    await drain(house.scheduler())
    before = len(await house.runs("a"))
    await apply(house, job("a", every(1)))
    await drain(house.scheduler())
    assert len(await house.runs("a")) == before


async def test_a_board_removes_only_what_it_made(house: House):
    await apply(house, job("a"), board="one")
    await apply(house, job("b"), board="two")
    assert await apply(house, board="two") == {"b": ChangeKind.REMOVED}
    assert [view.id for view in await house.ops.reads.jobs()] == ["a"]


async def test_a_job_of_another_board_is_refused_and_nothing_is_applied(house: House):
    await apply(house, job("a"), board="one")
    with pytest.raises(Conflict, match="job a was made by board one; rename it here"):
        await apply(house, job("c"), job("a"), board="two")
    assert [view.id for view in await house.ops.reads.jobs()] == ["a"]


async def test_two_schedules_of_one_key_are_refused(house: House):
    with pytest.raises(InvalidDefinition, match="two schedules have the key 'main'"):
        await apply(house, job("a", every(1), every(2)))


async def test_a_job_that_comes_back_starts_afresh(house: House):
    await apply(house, job("a", every(10)))
    await apply(house)
    house.clock.advance(100)
    await apply(house, job("a", every(10)))
    await drain(house.scheduler())
    assert await house.runs("a") == []
    await house.pass_time(10)
    assert len(await house.runs("a")) == 1


async def test_a_pause_skips_with_its_reason_in_one_growing_gap(house: House):
    await apply(house, job("a", every(10)))
    await house.ops.switches.pause(Scope.JOB, "a", why="moving servers")
    await house.pass_time(60)
    [gap] = await house.store.gaps(job="a")
    assert (gap.count, gap.reason) == (6, Reason.PAUSED)
    assert "paused by ann" in gap.note
    assert gap.note.endswith("moving servers")


async def test_a_pause_ends_by_itself_at_its_time(house: House):
    await apply(house, job("a", every(10), overlap=Overlap.ALLOW))
    await house.ops.switches.pause(Scope.JOB, "a", until=house.clock.now() + seconds(25))
    await house.pass_time(40)
    assert len(await house.runs("a")) == 2


async def test_what_was_due_before_a_pause_still_runs(house: House):
    await apply(house, job("a", every(10)))
    house.clock.advance(10)
    await house.ops.switches.pause(Scope.JOB, "a")
    assert [run.state for run in await house.runs("a")] == [State.QUEUED]


async def test_resume_says_whether_it_was_paused(house: House):
    await apply(house, job("a", every(10)))
    assert (await house.ops.switches.resume(Scope.JOB, "a")).was_paused is False
    await house.ops.switches.pause(Scope.JOB, "a")
    assert (await house.ops.switches.resume(Scope.JOB, "a")).was_paused is True
    await house.pass_time(10)
    assert len(await house.runs("a")) == 1


async def test_every_change_has_its_actor_in_the_audit(house: House):
    await apply(house, job("a", every(10)))
    await house.ops.switches.pause(Scope.JOB, "a", why="w")
    await house.ops.runs.run("a")
    entries = await house.store.audit(limit=10)
    assert {(entry.verb, entry.by.name) for entry in entries} == {("apply", "ann"), ("pause", "ann"), ("run", "ann")}


async def test_an_unknown_name_is_told_and_an_ambiguous_one_too(house: House):
    with pytest.raises(NotFound, match="there is no job 'nope'"):
        await house.ops.jobs.find("nope")
    await apply(house, job("p:same", named="same"), board="one")
    await apply(house, job("q:same", named="same"), board="two")
    with pytest.raises(Conflict, match="2 jobs are called 'same'"):
        await house.ops.jobs.find("same")


async def test_the_default_project_may_be_said_in_a_jobs_id(house: House):
    await apply(house, job("hello"))
    assert (await house.ops.jobs.find("default:hello")).id == "hello"
    with pytest.raises(NotFound, match="there is no job 'default:nope'"):
        await house.ops.jobs.find("default:nope")
