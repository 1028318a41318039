"""Before a run is deleted its job's cleanup function is called; until that has succeeded the run stays."""

import json

import pytest

from tests.house import House, drain, job
from tests.runtime.linked import FAILED, SUCCEEDED, Line
from tickwork.core.clock import Duration, seconds
from tickwork.core.model import Call, Origin, task_of
from tickwork.core.states import State
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
        keep_for=Duration(seconds(DAY)),
        keep_runs=keep,
    )


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
    await pruning.tick()
    [cleanup] = await runs(line, Origin.CLEANUP)
    assert (cleanup.about, cleanup.state) == (old.id, State.QUEUED)
    told = json.loads((await line.house.store.run(cleanup.id)).params)
    assert told["result"] == {"file": "/tmp/x"}
    assert (told["run"]["id"], told["run"]["state"]) == (old.id, "succeeded")
    await line.work()
    line.house.clock.advance(61)
    await pruning.tick()
    assert [run.id for run in await line.runs("crawl")] == [new.id]


async def test_a_cleanup_that_failed_is_seen_and_tried_again_later(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    old, _new = await line.run("crawl"), await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    pruning = pruner(line.house)
    line.end_of = lambda run, _pins: FAILED if run.origin is Origin.CLEANUP else SUCCEEDED
    for _ in range(3):
        await pruning.tick()
        await line.work()
        line.house.clock.advance(61)
    [cleanup] = await runs(line, Origin.CLEANUP)
    assert (cleanup.state, cleanup.about) == (FAILED, old.id)
    line.end_of = None
    line.house.clock.advance(3600)
    await pruning.tick()
    await line.work()
    line.house.clock.advance(61)
    await pruning.tick()
    assert len(await line.runs("crawl")) == 1


async def test_two_nodes_call_it_once(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    await line.run("crawl")
    await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    for _ in range(2):
        await pruner(line.house).tick()
    assert len(await runs(line, Origin.CLEANUP)) == 1


async def test_cleaning_up_sets_nothing_off_and_counts_for_nothing(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove", disable_after_failures=1))
    await line.run("crawl")
    await line.run("crawl")
    line.house.clock.advance(2 * DAY)
    line.end_of = lambda *_: FAILED
    await pruner(line.house).tick()
    await line.work()
    await drain(line.promoter)
    assert await line.house.store.get("switch", "job:crawl") is None


async def test_a_job_that_has_no_cleanup_any_more_is_pruned_as_others(line: Line):
    await line.apply(job("crawl", cleanup="crawler:remove"))
    await line.run("crawl")
    await line.run("crawl")
    await line.apply(job("crawl"))
    line.house.clock.advance(2 * DAY)
    await pruner(line.house).tick()
    assert len(await line.runs("crawl")) == 1


def test_a_cleanup_run_calls_the_cleanup_function():
    made = job("crawl", cleanup="crawler:remove")
    assert task_of(made, Origin.CLEANUP) == Call(target="crawler:remove")
    assert task_of(made, Origin.MANUAL) == made.task
