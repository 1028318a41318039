"""Before a run is deleted its job's cleanup function is called; until that has succeeded the run stays."""

import json

import pytest

from tests.house import ANN, House, drain, job
from tests.pruning import keeping, through
from tests.runtime.linked import FAILED, SUCCEEDED, Line
from tickwork.core.clock import Duration, seconds
from tickwork.core.model import Call, Origin, task_of
from tickwork.core.states import State
from tickwork.errors import Conflict
from tickwork.runtime.pruner import Pruner

DAY = 86_400


@pytest.fixture
async def line(house: House) -> Line:
    return Line(house)


def pruner(house: House, *, keep: int = 1) -> Pruner:
    return Pruner(
        store=house.store,
        clock=house.clock,
        telemetry=house.telemetry,
        keep=keeping(Duration(seconds(DAY)), least=keep),
    )


async def claimed(line: Line, name: str) -> list:
    await line.house.ops.runs.run(name)
    claims = await line.house.claim(await line.house.session())
    for claim in claims:
        await line.house.start(claim)
    return claims


async def runs(line: Line, origin: Origin) -> list:
    return [run for run in await line.runs("crawl") if run.origin is origin]


async def test_a_run_goes_after_its_cleanup_has_succeeded(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"), job("plain"))
    line.gives["crawl"] = {"file": "/tmp/x"}
    old = await line.run("crawl")
    await line.run("plain")
    new = await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    pruning = pruner(line.house)
    await through(pruning)
    [cleanup] = await runs(line, Origin.CLEANUP)
    assert (cleanup.about, cleanup.state) == (old.id, State.QUEUED)
    told = json.loads((await line.house.store.run(cleanup.id)).params)
    assert told["result"] == {"file": "/tmp/x"}
    assert (told["run"]["id"], told["run"]["state"]) == (old.id, "succeeded")
    await line.work()
    line.house.clock.advance(61)
    await through(pruning)
    assert [run.id for run in await line.runs("crawl")] == [new.id]


async def test_a_cleanup_that_failed_is_seen_and_tried_again_later(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    old, _new = await line.run("crawl"), await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    pruning = pruner(line.house)
    line.end_of = lambda run, _pins: FAILED if run.origin is Origin.CLEANUP else SUCCEEDED
    for _ in range(3):
        await through(pruning)
        await line.work()
        line.house.clock.advance(61)
    [cleanup] = await runs(line, Origin.CLEANUP)
    assert (cleanup.state, cleanup.about) == (FAILED, old.id)
    line.end_of = None
    line.house.clock.advance(3600)
    await through(pruning)
    await line.work()
    line.house.clock.advance(61)
    await through(pruning)
    assert len(await line.runs("crawl")) == 1


async def test_two_nodes_call_it_once(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    await line.run("crawl")
    await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    for _ in range(2):
        await through(pruner(line.house))
    assert len(await runs(line, Origin.CLEANUP)) == 1


async def test_cleaning_up_sets_nothing_off_and_counts_for_nothing(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove", disable_after_failures=1))
    await line.run("crawl")
    await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    line.end_of = lambda *_: FAILED
    await through(pruner(line.house))
    await line.work()
    await drain(line.promoter)
    assert await line.house.store.get("switch", "job:crawl") is None


async def test_a_job_that_has_no_cleanup_any_more_is_pruned_as_others(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    await line.run("crawl")
    await line.run("crawl")
    await line.apply(job("crawl"))
    line.house.clock.advance(2 * DAY)
    await through(pruner(line.house))
    assert len(await line.runs("crawl")) == 1


def test_a_cleanup_run_calls_the_cleanup_function():
    made = job("crawl", cleanup="crawler:remove")
    assert task_of(made, Origin.CLEANUP) == Call(target="crawler:remove")
    assert task_of(made, Origin.MANUAL) == made.task


# --- by hand ----------------------------------------------------------------------------------------------


async def test_a_run_that_is_deleted_by_hand_is_gone_and_the_audit_says_who_did_it(line: Line):
    await line.apply(job("plain"))
    old = await line.run("plain")
    assert await line.house.ops.runs.delete(old.id[:-2])
    assert await line.runs("plain") == []
    [entry] = await line.house.store.audit(kind="run", id=old.id, limit=1)
    assert (entry.verb, entry.by) == ("delete", ANN)


async def test_a_run_that_is_not_over_is_not_deleted(line: Line):
    await line.apply(job("plain"))
    run = await line.house.ops.runs.run("plain")
    with pytest.raises(Conflict, match=f"run {run.id} is queued; `tickwork kill {run.id}` ends it first"):
        await line.house.ops.runs.delete(run.id)


async def test_a_run_whose_end_was_not_followed_up_is_not_deleted(line: Line):
    await line.apply(job("plain"))
    [claim] = await claimed(line, "plain")
    await line.house.finish(claim)
    with pytest.raises(Conflict, match=r"what follows from the end of run .* is not done yet"):
        await line.house.ops.runs.delete(claim.run.id)


async def test_a_new_run_that_is_deleted_by_hand_is_cleaned_up_behind_first(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    run = await line.run("crawl")
    assert not await line.house.ops.runs.delete(run.id)
    assert not await line.house.ops.runs.delete(run.id)
    [cleanup] = await runs(line, Origin.CLEANUP)
    assert cleanup.about == run.id
    assert cleanup.note.startswith(f"before run {run.id} is deleted, as ")
    await line.work()
    await through(pruner(line.house))
    assert await line.runs("crawl") == []


async def test_a_cleanup_that_failed_keeps_the_run_and_is_tried_again_at_once_by_hand_and_later_by_itself(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    run = await line.run("crawl")
    line.ends["crawl"] = FAILED
    for tries in (1, 2):
        await line.house.ops.runs.delete(run.id)
        await line.work()
        assert [one.state for one in await runs(line, Origin.CLEANUP)] == [State.FAILED] * tries
    line.ends["crawl"] = SUCCEEDED
    line.house.clock.advance(3601)
    pruning = pruner(line.house)
    await through(pruning)
    await line.work()
    line.house.clock.advance(61)
    await through(pruning)
    assert await line.runs("crawl") == []


async def test_a_failed_cleanup_can_be_deleted_itself(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    run = await line.run("crawl")
    line.ends["crawl"] = FAILED
    await line.house.ops.runs.delete(run.id)
    await line.work()
    [cleanup] = await runs(line, Origin.CLEANUP)
    assert await line.house.ops.runs.delete(cleanup.id)
    assert [one.id for one in await line.runs("crawl")] == [run.id]
