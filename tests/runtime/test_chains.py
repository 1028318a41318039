"""Chains: jobs that come after others, with fan-in, once per cause."""

import pytest

from tests.house import House, drain, job
from tests.runtime.linked import FAILED, SKIPPED, SUCCEEDED, Line, following
from tickwork.core.dependencies import After, Need
from tickwork.core.model import Origin, Scope
from tickwork.core.states import Reason, State
from tickwork.errors import StoreUnavailable


@pytest.fixture
async def line(house: House) -> Line:
    return Line(house)


async def test_a_child_runs_when_its_parent_has_succeeded(line: Line):
    await line.apply(job("parent"), following("child", parent="success"), following("grandchild", child="success"))
    parent = await line.run("parent")
    assert line.ran() == ["parent", "child", "grandchild"]
    [child] = await line.runs("child")
    assert (child.origin, child.about) == (Origin.AFTER, parent.id)
    assert (await line.pins("child")).after == {"parent": parent.id}


@pytest.mark.parametrize(
    ("on", "end", "runs"),
    [
        ("success", SUCCEEDED, True),
        ("success", FAILED, False),
        ("failure", FAILED, True),
        ("failure", SUCCEEDED, False),
        ("any", SUCCEEDED, True),
        ("any", FAILED, True),
        ("any", SKIPPED, False),
        ("success", SKIPPED, False),
    ],
)
async def test_a_child_runs_when_its_condition_holds(line: Line, on: str, end: State, runs: bool):
    await line.apply(job("parent"), following("child", parent=on))
    line.ends["parent"] = end
    await line.run("parent")
    assert line.ran() == (["parent", "child"] if runs else ["parent"])


async def test_every_end_of_the_parent_sets_the_child_off_once(line: Line):
    await line.apply(job("parent"), following("child", parent="success"))
    for _ in range(3):
        await line.run("parent")
    assert line.ran() == ["parent", "child"] * 3


async def test_fan_in_waits_for_every_parent_since_it_ran_last(line: Line):
    await line.apply(job("a"), job("b"), following("child", a="success", b="success"))
    await line.run("a")
    assert line.ran() == ["a"]
    await line.run("b")
    assert line.ran() == ["b", "child"]
    await line.run("b")
    await line.run("b")
    assert line.ran() == ["b", "b"]
    await line.run("a")
    assert line.ran() == ["a", "child"]
    assert (await line.pins("child")).after == {
        "a": (await line.runs("a"))[-1].id,
        "b": (await line.runs("b"))[-1].id,
    }


async def test_fan_in_goes_by_the_newest_end_of_each_parent(line: Line):
    await line.apply(job("a"), job("b"), following("child", a="success", b="any"))
    await line.run("a")
    line.ends |= {"a": FAILED, "b": FAILED}
    await line.run("a")
    await line.run("b")
    assert line.ran() == ["a", "a", "b"]
    line.ends["a"] = SUCCEEDED
    await line.run("a")
    assert line.ran() == ["a", "child"]


async def test_a_run_of_the_child_by_hand_does_not_disturb_its_chain(line: Line):
    await line.apply(job("a"), job("b"), following("child", a="success", b="success"))
    await line.run("a")
    await line.run("child")
    await line.run("b")
    assert line.ran() == ["a", "child", "b", "child"]


async def test_a_child_that_is_off_is_not_run_and_the_ledger_says_so(line: Line):
    await line.apply(job("parent"), following("child", parent="success"))
    await line.house.ops.switches.pause(Scope.JOB, "child")
    await line.run("parent")
    assert line.ran() == ["parent"]
    [child] = await line.runs("child")
    assert (child.state, child.reason) == (State.SKIPPED, Reason.PAUSED)


async def test_a_graph_that_holds_the_child_does_not_set_it_off_a_second_time(line: Line):
    await line.apply(job("parent"), job("child", needs=(Need(job="parent"),), after=(After(job="parent"),)))
    await line.run("child", deps=True)
    assert line.ran() == ["parent", "child"]
    await line.run("parent")
    assert line.ran() == ["parent", "child"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("verb", ["enqueue", "unblock", "consume", "get_many"])
async def test_a_promoter_that_dies_in_between_makes_no_child_twice_and_forgets_none(
    line: Line, verb: str, after: bool
):
    await line.apply(job("a"), job("b"), following("one", a="success"), following("both", a="success", b="success"))
    session = await line.house.session()
    for name in ("a", "b"):
        await line.house.ops.runs.run(name)
    for claim in await line.house.claim(session):
        await line.house.start(claim)
        await line.house.finish(claim)
    line.house.store.fail(verb, after=after)
    with pytest.raises(StoreUnavailable):
        await drain(line.promoter)
    await drain(line.house.promoter())
    await drain(line.house.promoter())
    assert await line.states("one", "both") == ["queued", "queued"]
    assert [len(await line.runs(name)) for name in ("one", "both")] == [1, 1]


async def test_two_promoters_that_see_the_same_end_make_one_child(line: Line):
    await line.apply(job("parent"), following("child", parent="success"))
    session = await line.house.session()
    await line.house.ops.runs.run("parent")
    for claim in await line.house.claim(session):
        await line.house.start(claim)
        await line.house.finish(claim)
    events = await line.house.store.outbox(limit=9)
    for promoter in (line.house.promoter(), line.house.promoter()):
        await promoter._effects.follow(events)
        line.house.clock.advance(1)
    assert len(await line.runs("child")) == 1


async def test_edges_that_are_taken_away_set_nothing_off_any_more(line: Line):
    await line.apply(job("parent"), following("child", parent="success"))
    await line.apply(job("parent"), job("child"))
    await line.run("parent")
    assert line.ran() == ["parent"]
    await line.apply(job("parent"), following("child", parent="success"))
    await line.apply(job("parent"))
    await line.run("parent")
    assert line.ran() == ["parent"]
