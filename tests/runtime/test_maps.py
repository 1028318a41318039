"""Maps: a run for each item that a needed job returned."""

import json

import pytest

from tests.house import House, drain, job
from tests.runtime.linked import FAILED, SUCCEEDED, Line, needing
from tickwork.core.codec import from_json
from tickwork.core.dependencies import Dependants, Map, Need, Pins
from tickwork.core.model import Call, Job, Origin, Overlap
from tickwork.core.states import Reason, State
from tickwork.errors import Conflict, StoreUnavailable


@pytest.fixture
async def line(house: House) -> Line:
    return Line(house)


def mapped(id: str = "load", *, over: str = "list", **fields) -> Job:
    rule = {key: fields.pop(key) for key in ("parallel", "dependants") if key in fields}
    call = Call(target="etl:load", args=({"!retval": over},))
    return Job(id=id, name=id, task=call, needs=(Need(job=over),), map=Map(over=over, **rule), **fields)


def failing(*keys: str):
    return lambda _run, pins: FAILED if pins.item in keys else SUCCEEDED


async def result(line: Line, name: str):
    runs = [run for run in await line.runs(name) if run.origin is not Origin.MAP]
    detail = await line.house.store.run(runs[-1].id)
    return None if detail is None or detail.result is None else json.loads(detail.result)


async def items_of(line: Line, runs) -> list[str | None]:
    details = [await line.house.store.run(run.id) for run in runs]
    return [from_json(detail.pins, Pins).item for detail in details]


async def parent(line: Line, name: str = "load"):
    return [run for run in await line.runs(name) if run.origin is not Origin.MAP][-1]


@pytest.mark.parametrize("items", [["x", "y", "z"], {"p": 1, "q": 2, "r": 3}])
async def test_each_item_gets_a_run_and_the_parent_their_results(line: Line, items):
    await line.apply(job("list"), mapped(), needing("report", "load"))
    line.gives = {"list": items, "load": "done"}
    await line.run("report", deps=True)
    assert sorted(line.ran()) == ["list", "load", "load", "load", "report"]
    keys = ["0", "1", "2"] if isinstance(items, list) else list(items)
    assert await result(line, "load") == dict.fromkeys(keys, "done")
    whole = await parent(line)
    children = [run for run in await line.runs("load") if run.origin is Origin.MAP]
    assert {(run.group, run.about) for run in children} == {(whole.id, whole.id)}
    assert await items_of(line, children) == keys


async def test_items_go_in_order_and_no_more_at_once_than_allowed(line: Line):
    await line.apply(job("list"), mapped(parallel=3))
    line.gives = {"list": list(range(10))}
    await line.run("load", deps=True)
    assert line.most == 3
    children = [run for run in await line.runs("load") if run.origin is Origin.MAP]
    in_time = sorted(children, key=lambda run: (run.started, run.id))
    assert await items_of(line, in_time) == [str(n) for n in range(10)]


async def test_a_map_over_nothing_succeeds_with_nothing(line: Line):
    await line.apply(job("list"), mapped())
    line.gives = {"list": []}
    await line.run("load", deps=True)
    assert (await parent(line)).state is SUCCEEDED
    assert await result(line, "load") == {}


async def test_what_cannot_be_mapped_over_is_named(line: Line):
    await line.apply(job("list"), mapped())
    line.gives = {"list": "text"}
    run = await line.run("load", deps=True)
    assert (run.state, run.note) == (FAILED, "list returned neither a list nor a table to map over")


async def test_dependants_wait_for_all_items_unless_the_job_says_otherwise(line: Line):
    await line.apply(job("list"), mapped(), needing("report", "load"))
    line.gives = {"list": ["x", "y", "z"], "load": 1}
    line.end_of = failing("1")
    run = await line.run("report", deps=True)
    whole = await parent(line)
    assert (whole.state, whole.reason, whole.note) == (
        FAILED,
        Reason.UPSTREAM,
        "1 of 3 items did not succeed: 1",
    )
    assert run.reason == "upstream"


async def test_dependants_may_go_on_with_the_items_that_succeeded(line: Line):
    await line.apply(job("list"), mapped(dependants=Dependants.SUCCESSFUL), needing("report", "load"))
    line.gives = {"list": ["x", "y", "z"], "load": 1}
    line.end_of = failing("1")
    run = await line.run("report", deps=True)
    assert run.state is SUCCEEDED
    assert await result(line, "load") == {"0": 1, "2": 1}
    assert (await parent(line)).note == "1 of 3 items did not succeed: 1"


async def test_a_map_is_outdated_only_when_what_it_goes_over_is_newer(line: Line):
    await line.apply(job("list"), mapped(), needing("report", "load"))
    line.gives = {"list": ["x", "y"]}
    await line.run("report", deps=True)
    line.ran()
    await line.run("report", deps=True)
    assert line.ran() == ["report"]
    await line.run("list")
    await line.run("report", deps=True)
    assert line.ran() == ["list", "load", "load", "report"]


async def test_only_items_that_failed_run_again(line: Line):
    await line.apply(job("list"), mapped(), needing("report", "load"))
    line.gives = {"list": ["x", "y", "z"], "load": 1}
    line.end_of = failing("1", "2")
    first = await line.run("report", deps=True)
    line.ran()
    for bad, ran in ((("2",), ["load", "load"]), ((), ["load", "report"])):
        line.end_of = failing(*bad)
        first = await line.house.ops.reruns.run(first.id)
        await line.work()
        assert line.ran() == ran
    assert await result(line, "load") == {"0": 1, "1": 1, "2": 1}
    assert (await line.now(first)).state is SUCCEEDED


async def test_a_map_that_succeeded_without_all_its_items_runs_the_others_again_and_what_stood_on_it(line: Line):
    await line.apply(job("list"), mapped(dependants=Dependants.SUCCESSFUL), needing("report", "load"), job("aside"))
    line.gives = {"list": ["x", "y", "z"], "load": 1}
    line.end_of = failing("1")
    first = await line.run("report", deps=True)
    assert (await result(line, "load"), (await line.now(first)).state) == ({"0": 1, "2": 1}, SUCCEEDED)
    line.ran()
    line.end_of = failing()
    again = await line.house.ops.reruns.run(first.id)
    await line.work()
    assert line.ran() == ["load", "report"]
    assert list((await result(line, "load")).items()) == [("0", 1), ("1", 1), ("2", 1)]
    with pytest.raises(Conflict, match="nothing is left to run again"):
        await line.house.ops.reruns.run(again.id)


async def test_a_map_by_itself_can_run_again_by_one_of_its_items(line: Line):
    await line.apply(job("list"), mapped())
    line.gives = {"list": ["x", "y"]}
    await line.run("list")
    line.end_of = failing("1")
    await line.run("load")
    line.ran()
    bad = next(run for run in await line.runs("load") if run.state is FAILED and run.origin is Origin.MAP)
    line.end_of = failing()
    await line.house.ops.reruns.run(bad.id)
    await line.work()
    assert line.ran() == ["load"]
    assert (await parent(line)).state is SUCCEEDED


async def test_killing_a_map_cancels_its_items(line: Line):
    await line.apply(job("list"), mapped(parallel=1))
    line.gives = {"list": ["x", "y"]}
    await line.run("list")
    run = await line.house.ops.runs.run("load")
    await drain(line.promoter)
    await line.house.ops.runs.kill(run.id)
    await drain(line.promoter)
    assert {(one.state, one.reason) for one in await line.runs("load") if one.origin is Origin.MAP} == {
        (State.CANCELLED, Reason.PARENT)
    }


async def test_two_maps_of_a_job_that_allows_no_overlap_go_one_after_the_other(line: Line):
    await line.apply(job("list"), mapped(overlap=Overlap.QUEUE))
    line.gives = {"list": ["x", "y"]}
    await line.run("list")
    for _ in range(2):
        await line.house.ops.runs.run("load")
    line.most = 0
    await line.work()
    assert line.most == 2
    assert [run.state for run in await line.runs("load")] == [SUCCEEDED] * 6


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("verb", ["enqueue", "unblock", "consume", "runs"])
async def test_a_map_goes_on_after_promoters_that_died_anywhere(line: Line, verb: str, after: bool):
    await line.apply(job("list"), mapped(parallel=2))
    line.gives = {"list": list(range(5))}
    await line.run("list")
    run = await line.house.ops.runs.run("load")
    session = await line.house.session()
    for _ in range(8):
        line.house.store.fail(verb, after=after)
        while True:
            try:
                await drain(line.promoter)
            except StoreUnavailable:
                line.promoter = line.house.promoter()
            else:
                break
        for claim in await line.house.claim(session):
            await line.house.start(claim)
            await line.house.finish(claim)
    assert (await line.now(run)).state is SUCCEEDED
    assert len(await line.runs("load")) == 6
