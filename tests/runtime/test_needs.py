"""Runs that need others: predecessor 001's build table, graphs as groups, pins, rerun."""

import pytest

from tests.house import House, drain, every, job
from tests.runtime.linked import FAILED, SKIPPED, SUCCEEDED, Line, needing
from tickwork.core.clock import Duration, seconds
from tickwork.core.dependencies import Need
from tickwork.core.model import Origin, Overlap
from tickwork.core.states import State
from tickwork.errors import Conflict, InvalidDefinition, InvalidParameter, NotAllowed, StoreUnavailable


@pytest.fixture
async def line(house: House) -> Line:
    return Line(house)


# --- the documents of predecessor 001 --------------------------------------------------------------------------


async def test_a_build_without_its_dependencies_ends_with_dependencies_not_met(line: Line):
    """A → B → C → D: building C requires B, which requires A."""
    await line.apply(job("A"), needing("B", "A"), needing("C", "B"), needing("D", "C"))
    run = await line.run("C")
    assert (run.state, run.reason, run.note) == (
        State.FAILED,
        "upstream",
        "dependencies not met: B (no successful run)",
    )
    assert line.ran() == []


async def test_build_deps_triggers_what_is_needed_in_order(line: Line):
    await line.apply(job("A"), needing("B", "A"), needing("C", "B"), needing("D", "C"))
    run = await line.run("C", deps=True)
    assert line.ran() == ["A", "B", "C"]
    assert run.state is State.SUCCEEDED
    assert await line.states("D") == ["-"]


async def test_build_depending_triggers_what_the_build_makes_outdated(line: Line):
    await line.apply(job("A"), needing("B", "A"), needing("C", "B"), needing("D", "C"))
    await line.run("C", deps=True, dependants=True)
    assert line.ran() == ["A", "B", "C", "D"]


async def test_the_build_table(line: Line):
    """Job 2 needs job 1: after its first build it is built again only when job 1 has succeeded anew; neither a failed
    nor a skipped build of job 1 makes it outdated."""
    await line.apply(job("job1"), needing("job2", "job1"))

    async def build_1(state: State) -> None:
        line.ends["job1"] = state
        await line.run("job1", dependants=True)

    await build_1(SUCCEEDED)
    assert line.ran() == ["job1", "job2"]
    for state in (FAILED, SKIPPED):
        await build_1(state)
        assert line.ran() == ["job1"], f"job1 {state}: no rebuild needed"
    await build_1(SUCCEEDED)
    assert line.ran() == ["job1", "job2"]
    assert (await line.pins("job2")).needs == {"job1": (await line.runs("job1"))[-1].id}


# --- graphs ------------------------------------------------------------------------------------------------


async def test_a_diamond_runs_each_node_once(line: Line):
    await line.apply(job("a"), needing("b", "a"), needing("c", "a"), needing("d", "b", "c"))
    run = await line.run("d", deps=True)
    ran = line.ran()
    assert sorted(ran) == ["a", "b", "c", "d"]
    assert (ran[0], ran[-1]) == ("a", "d")
    group = await line.house.ops.graphs.group(run.id)
    assert (group.id, group.state, len(group.runs)) == (run.id, "succeeded", 4)
    assert {one.origin for one in group.runs} == {"graph"}


async def test_only_what_is_outdated_is_built(line: Line):
    await line.apply(job("a"), needing("b", "a"), needing("c", "b"))
    await line.run("c", deps=True)
    line.ran()
    await line.run("c", deps=True)
    assert line.ran() == ["c"]
    await line.run("b")
    line.ran()
    await line.run("c", deps=True)
    assert line.ran() == ["c"]
    await line.run("a")
    line.ran()
    await line.run("c", deps=True)
    assert line.ran() == ["b", "c"]


async def test_a_failure_fails_what_stands_on_it_and_names_it(line: Line):
    await line.apply(job("a"), needing("b", "a"), needing("c", "b"), needing("x", "a"))
    line.ends["b"] = FAILED
    run = await line.run("c", deps=True)
    assert line.ran() == ["a", "b"]
    assert (run.state, run.reason) == (State.FAILED, "upstream")
    assert run.note == f"b failed (exception), run {(await line.runs('b'))[-1].id}"
    assert (await line.house.ops.graphs.group(run.id)).state == "failed"


async def test_rerun_goes_on_from_what_failed_and_uses_what_succeeded(line: Line):
    await line.apply(job("a"), needing("b", "a"), needing("c", "b", "a"))
    line.ends["b"] = FAILED
    failed = await line.run("c", deps=True, params={})
    line.ran()
    line.ends["b"] = SUCCEEDED
    again = await line.house.ops.reruns.run(failed.id)
    await line.work()
    assert line.ran() == ["b", "c"]
    assert (await line.now(again)).state is State.SUCCEEDED
    assert again.job == "c"
    assert again.group == again.id
    [a] = await line.runs("a")
    assert (await line.pins("c")).needs == {"a": a.id, "b": (await line.runs("b"))[-1].id}
    with pytest.raises(Conflict, match="nothing is left"):
        await line.house.ops.reruns.run(again.id)


async def test_a_group_that_is_not_over_is_not_run_again(line: Line):
    await line.apply(job("a"), needing("b", "a"))
    run = await line.house.ops.graphs.run("b", deps=True)
    with pytest.raises(Conflict, match="not over"):
        await line.house.ops.reruns.run(run.id)


async def test_a_dependency_that_skips_itself_leaves_its_last_success_in_use(line: Line):
    await line.apply(job("a"), needing("b", "a"))
    first = await line.run("a")
    line.ends["a"] = SKIPPED
    await line.run("a", dependants=True)
    assert await line.states("b") == ["succeeded"]
    assert (await line.pins("b")).needs == {"a": first.id}


async def test_pins_choose_the_runs_to_use(line: Line):
    await line.apply(job("a"), needing("b", "a"))
    old, new = await line.run("a"), await line.run("a")
    await line.run("b", pins={"a": old.id})
    assert (await line.pins("b")).needs == {"a": old.id}
    await line.run("b")
    assert (await line.pins("b")).needs == {"a": new.id}


async def test_a_pin_must_be_a_successful_run_of_that_job(line: Line):
    await line.apply(job("a"), needing("b", "a"))
    line.ends["a"] = FAILED
    failed = await line.run("a")
    with pytest.raises(InvalidParameter, match="must be a successful run"):
        await line.house.ops.graphs.run("b", pins={"a": failed.id})


async def test_a_thousand_nodes_run_in_order(line: Line):
    rows, columns = 40, 25
    jobs = [
        needing(f"n{row}.{column}", *(f"n{row - 1}.{(column + step) % columns}" for step in (0, 1) if row))
        for row in range(rows)
        for column in range(columns)
    ]
    await line.apply(*jobs, needing("end", *(f"n{rows - 1}.{column}" for column in range(columns))))
    run = await line.run("end", deps=True)
    assert run.state is State.SUCCEEDED
    place = {name: at for at, name in enumerate(line.ran())}
    assert len(place) == rows * columns + 1
    assert all(place[need.job] < place[one.id] for one in jobs for need in one.needs)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("verb", ["unblock", "consume", "promote", "latest", "runs"])
async def test_a_graph_goes_on_after_promoters_that_died_anywhere(line: Line, verb: str, after: bool):
    await line.apply(job("a"), needing("b", "a"), needing("c", "a"), needing("d", "b", "c"))
    run = await line.house.ops.graphs.run("d", deps=True)
    session, died = await line.house.session(), 0
    for _ in range(5):
        line.house.store.fail(verb, after=after)
        while True:
            try:
                await drain(line.promoter)
            except StoreUnavailable:
                line.promoter, died = line.house.promoter(), died + 1  # another one takes over
            else:
                break
        for claim in await line.house.claim(session):
            await line.house.start(claim)
            await line.house.finish(claim)
    assert died >= 2
    assert (await line.now(run)).state is State.SUCCEEDED
    assert [len(await line.runs(name)) for name in "abcd"] == [1, 1, 1, 1]


# --- overlap, slots, protection -----------------------------------------------------------------------------


async def test_unblocked_runs_of_an_exclusive_job_go_one_by_one(line: Line):
    await line.apply(job("a"), needing("b", "a", overlap=Overlap.QUEUE))
    await line.run("a")
    for _ in range(3):
        await line.house.ops.runs.run("b")
    line.most = 0
    await line.work()
    assert line.most == 1
    assert [run.state for run in await line.runs("b")] == [SUCCEEDED] * 3


async def test_occurrences_of_a_job_that_skips_do_not_pile_up_behind_what_it_needs(line: Line):
    await line.apply(job("a"), job("b", every(1), needs=(Need(job="a"),)))
    await line.run("a")
    scheduler = line.house.scheduler()
    for _ in range(4):
        await line.house.pass_time(1, scheduler=scheduler)
        await drain(line.promoter)
    first, *others = await line.runs("b")
    assert first.state is State.QUEUED
    assert {run.reason for run in others} == {"overlap"}


async def test_an_occurrence_may_require_the_same_occurrence_of_another_job(line: Line):
    start = line.house.clock.now()
    await line.apply(
        job("a", every(10, anchor=start)),
        job("b", every(10, anchor=start), needs=(Need(job="a", same_slot=True),)),
    )
    scheduler = line.house.scheduler()
    await line.house.pass_time(10, scheduler=scheduler)
    await drain(line.promoter)
    assert await line.states("a", "b") == ["queued", "waiting"]
    await line.work()
    assert line.ran() == ["a", "b"]
    line.ends["a"] = FAILED
    await line.house.pass_time(10, scheduler=scheduler)
    await line.work()
    assert await line.states("b") == ["failed(upstream)"]


async def test_an_occurrence_may_take_the_latest_of_another_job_within_some_time(line: Line):
    start = line.house.clock.now()
    within = Duration(seconds(30))
    await line.apply(
        job("a", every(60, anchor=start)), job("b", every(20, anchor=start), needs=(Need(job="a", within=within),))
    )
    scheduler = line.house.scheduler()
    states = []
    for _ in range(6):  # at 20 and 40 there was none; 60 has its own, 80 is 20 s behind it, 100 is 40 s
        await line.house.pass_time(20, scheduler=scheduler)
        await line.work()
        states += await line.states("b")
    assert states == ["failed(upstream)"] * 2 + ["succeeded"] * 2 + ["failed(upstream)", "succeeded"]


async def test_a_protected_job_is_run_by_hand_only_when_that_is_meant(line: Line):
    await line.apply(job("a", protected=True), needing("b", "a"))
    with pytest.raises(NotAllowed, match="--armed"):
        await line.house.ops.runs.run("a")
    with pytest.raises(NotAllowed, match="--armed"):
        await line.house.ops.graphs.run("b", deps=True)
    assert (await line.run("b", deps=True, armed=True)).state is State.SUCCEEDED


# --- loops ---------------------------------------------------------------------------------------------------


async def test_a_loop_is_refused_with_the_way_around_it(line: Line):
    with pytest.raises(InvalidDefinition, match=r"loop: (a → c → b → a|b → a → c → b|c → b → a → c);"):
        await line.apply(needing("a", "c"), needing("b", "a"), needing("c", "b"))


async def test_a_loop_through_another_board_is_refused(line: Line):
    await line.house.ops.jobs.apply("one", [job("a"), needing("b", "a")])
    await line.house.ops.jobs.apply("two", [needing("c", "b")])
    with pytest.raises(InvalidDefinition, match="loop: a → c → b → a"):
        await line.house.ops.jobs.apply("one", [needing("a", "c"), needing("b", "a")])


async def test_of_two_concurrent_edits_that_close_a_loop_together_one_is_refused(line: Line):
    await line.apply(job("a"), job("b"))
    ops, store = line.house.ops, line.house.store
    real, done = store.put, []

    async def overtaken(*args, **kwargs):
        if not done:  # another save gets in between the look and the write
            done.append(True)
            await ops.jobs.apply("board", [job("a"), needing("b", "a")])
        return await real(*args, **kwargs)

    store.put = overtaken
    with pytest.raises((InvalidDefinition, Conflict), match="loop"):
        await ops.jobs.apply("board", [needing("a", "b"), job("b")])


async def test_a_graph_is_shown_with_what_is_missing_in_it(line: Line):
    await line.apply(job("a"), needing("b", "a", "ghost"), needing("c", "b"), job("elsewhere"))
    await line.run("a")
    graph = await line.house.ops.graphs.graph("b")
    found = {node.job: (node.needs, node.exists, node.outdated) for node in graph.nodes}
    assert found == {
        "a": ([], True, False),
        "ghost": ([], False, False),
        "b": (["a", "ghost"], True, True),
        "c": (["b"], True, True),
    }


async def test_origins_tell_what_belongs_to_a_graph(line: Line):
    await line.apply(job("a"), needing("b", "a"))
    assert (await line.run("b", deps=True)).origin is Origin.GRAPH
    assert (await line.run("b")).origin is Origin.MANUAL
