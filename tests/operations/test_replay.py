"""What a pause skipped can be made up for; past slots can be run."""

import msgspec
import pytest

from tests.house import House, every, job
from tickwork.core.clock import Instant, seconds
from tickwork.core.model import Elsewhere, Origin, Overlap, Scope
from tickwork.core.states import State
from tickwork.core.timing.schedule import CatchUp
from tickwork.errors import InvalidDefinition
from tickwork.operations.switches import Choice


async def paused_for_a_minute(house: House, **policies) -> Instant:
    began = house.clock.now()
    await house.ops.jobs.apply("board", [job("backup", every(10, **policies), overlap=Overlap.ALLOW)])
    await house.ops.switches.pause(Scope.JOB, "backup")
    await house.pass_time(60)
    return began


@pytest.mark.parametrize(
    ("choice", "policies", "replayed"),
    [
        (Choice.NONE, {}, 0),
        (Choice.LATEST, {}, 1),
        (Choice.ALL, {}, 6),
        (Choice.POLICY, {}, 1),
        (Choice.POLICY, {"catch_up": CatchUp.NONE}, 0),
        (Choice.POLICY, {"catch_up": CatchUp.ALL}, 6),
        (Choice.POLICY, {"catch_up": CatchUp.ALL, "max_count": 2}, 2),
        (Choice.POLICY, {"catch_up": CatchUp.ALL, "max_age": seconds(25)}, 3),
    ],
)
async def test_a_resume_makes_up_for_what_was_chosen(house: House, choice, policies, replayed):
    began = await paused_for_a_minute(house, **policies)
    resumed = await house.ops.switches.resume(Scope.JOB, "backup", choice=choice)
    assert len(resumed.missed) == 6
    runs = await house.runs()
    assert len(runs) == replayed
    assert {run.origin for run in runs} <= {Origin.REPLAY}
    assert [run.slot for run in runs] == [began + seconds(10 * n) for n in range(1, 7)][6 - replayed :]
    [gap] = await house.store.gaps(job="backup")
    assert {run.about for run in runs} <= {gap.id}


async def test_a_resume_can_pick_slots(house: House):
    began = await paused_for_a_minute(house)
    await house.ops.switches.resume(Scope.JOB, "backup", pick=[Instant(began + seconds(20))])
    assert [run.slot for run in await house.runs()] == [began + seconds(20)]


async def test_a_paused_project_resumes_all_its_jobs(house: House):
    jobs = [job(f"shop:{n}", every(10), project="shop", named=str(n)) for n in range(3)]
    await house.ops.jobs.apply("board", [*jobs, job("other", every(10))])
    await house.ops.switches.pause(Scope.PROJECT, "shop")
    await house.pass_time(10)
    assert len(await house.runs("other")) == 1
    assert await house.runs("shop:1") == []
    resumed = await house.ops.switches.resume(Scope.PROJECT, "shop")
    assert len(resumed.runs) == 3


async def test_a_resume_leaves_what_runs_elsewhere_to_be_made_up_for_there(house: House):
    here = job("shop:here", every(10), project="shop", named="here")
    there = job("shop:there", every(10), project="shop", named="there")
    there = msgspec.structs.replace(there, task=Elsewhere(where="db1"))
    await house.ops.jobs.apply("board", [here, there])
    await house.ops.switches.pause(Scope.PROJECT, "shop")
    await house.pass_time(20)
    resumed = await house.ops.switches.resume(Scope.PROJECT, "shop")
    assert (len(resumed.missed), [run.job for run in resumed.runs]) == (4, ["shop:here"])


async def test_a_frozen_instance_skips_everything(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(10))])
    await house.ops.switches.pause(Scope.INSTANCE, "", why="migration")
    await house.pass_time(30)
    [gap] = await house.store.gaps(job="backup")
    assert gap.count == 3
    assert gap.note.startswith("everything is paused by ann")


async def test_a_backfill_runs_the_slots_of_a_stretch_that_did_not_succeed(house: House):
    began = house.clock.now()
    await house.ops.jobs.apply("board", [job("backup", every(10, anchor=began), overlap=Overlap.ALLOW)])
    await house.pass_time(20)
    [first, *_] = await house.claim(await house.session(), 1)
    await house.start(first)
    await house.finish(first)
    start, end = Instant(began - seconds(20)), house.clock.now() + 1
    runs = await house.ops.replay.backfill("backup", start=start, end=end, spread=seconds(5))
    assert {run.origin for run in runs} == {Origin.BACKFILL}
    assert first.run.slot not in {run.slot for run in runs}
    assert len({run.group for run in runs}) == 1
    assert [run.ready_at for run in runs] == [house.clock.now() + seconds(5 * n) for n in range(len(runs))]
    assert all(run.state is State.QUEUED for run in runs)


async def test_a_backfill_beyond_its_limit_queues_nothing(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(1))])
    now = house.clock.now()
    with pytest.raises(InvalidDefinition, match="more than 100 runs"):
        await house.ops.replay.backfill("backup", start=now, end=Instant(now + seconds(3600)))
    assert await house.runs() == []
