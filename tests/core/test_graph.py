"""Order, cycles, what is outdated: tables and laws."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from tests.core.runs import a_run
from tickwork.core.dependencies import Need, Pins, filled, items_of, named_in, retval
from tickwork.core.graph import find_cycle, in_order, reached, turned
from tickwork.core.groups import state_of_group
from tickwork.core.ids import JobId, RunId, derived_run
from tickwork.core.model import Job, Quorum, Shell
from tickwork.core.outdated import Success, is_outdated, to_run
from tickwork.core.readiness import Hopeless, NotYet, Ready, Surroundings, judge
from tickwork.core.states import State

A, B, C, D = map(JobId, "ABCD")


@st.composite
def dags(draw: st.DrawFn) -> dict[int, list[int]]:
    """Edges to smaller numbers only."""
    size = draw(st.integers(1, 30))
    return {
        node: draw(st.lists(st.integers(0, node - 1), unique=True, max_size=5) if node else st.just([]))
        for node in range(size)
    }


def jobs_of(edges: dict[str, list[str]]) -> dict[JobId, Job]:
    return {
        JobId(name): Job(
            id=JobId(name), name=name, task=Shell(command="true"), needs=tuple(Need(job=JobId(o)) for o in others)
        )
        for name, others in edges.items()
    }


@given(dags())
def test_an_order_has_every_node_once_behind_all_that_it_waits_for(edges: dict[int, list[int]]):
    order = in_order(edges)
    assert sorted(order) == sorted(edges)
    place = {node: at for at, node in enumerate(order)}
    assert all(place[other] < place[node] for node, others in edges.items() for other in others)


@given(dags(), st.randoms())
def test_a_graph_without_a_cycle_has_none_and_one_more_edge_back_makes_one(edges: dict[int, list[int]], random):
    assert find_cycle(edges) is None
    node = random.choice(list(edges))
    below = random.choice(list(reached(edges, [node])))
    way = find_cycle({**edges, below: [*edges[below], node]})
    assert way is not None
    assert way[0] == way[-1]
    wider = {**edges, below: [*edges[below], node]}
    assert all(after in wider[before] for before, after in pairwise(way))


@given(dags())
def test_turning_twice_gives_the_same_graph(edges: dict[int, list[int]]):
    twice = turned(turned(edges))
    assert {node: sorted(others) for node, others in twice.items()} == {n: sorted(o) for n, o in edges.items()}


@given(dags(), st.data())
def test_a_run_with_what_it_needs_runs_each_job_behind_what_it_needs(edges: dict[int, list[int]], data: st.DataObject):
    jobs = jobs_of({str(node): [str(other) for other in others] for node, others in edges.items()})
    target = data.draw(st.sampled_from(sorted(jobs)))
    built = data.draw(st.sets(st.sampled_from(sorted(jobs))))
    newest = {job: Success(run=RunId(job), used={}) for job in built}
    chosen = to_run(jobs, target, newest, deps=True, dependants=False)
    assert chosen[-1] == target
    assert len(set(chosen)) == len(chosen)
    place = {name: at for at, name in enumerate(chosen)}
    for name in chosen:
        for need in jobs[name].needs:
            assert place.get(need.job, -1) < place[name]
            assert need.job in place or need.job in newest, "what is not built yet is run"


def test_a_chain_of_a_hundred_thousand_and_a_wide_graph_are_quick():
    chain = {n: [n - 1] if n else [] for n in range(100_000)}
    layers = {(row, n): [(row - 1, m) for m in range(100)] if row else [] for row in range(10) for n in range(100)}
    began = time.process_time()
    assert in_order(chain)[-1] == 99_999
    assert find_cycle(chain) is None
    assert len(in_order(layers)) == 1000
    assert find_cycle(layers) is None
    assert time.process_time() - began < 5


def test_a_cycle_is_told_as_the_way_around_it():
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["a"]}) == ["a", "b", "c", "a"]
    assert find_cycle({"a": ["a"]}) == ["a", "a"]
    assert find_cycle({"x": ["a"], "a": ["b"], "b": ["a"]}) == ["a", "b", "a"]
    assert find_cycle({"a": ["gone"]}) is None


@pytest.mark.parametrize(
    ("own", "other", "outdated"),
    [
        (None, None, True),  # never ran
        (None, "2", True),
        (("3", {"A": "2"}), "2", False),
        (("3", {"A": "2"}), "4", True),  # a newer success of what it needs
        (("3", {"A": "2"}), None, False),  # that was pruned
        (("3", {}), "1", True),  # it is needed only since
        (("5", {"A": "2"}), "4", True),  # pinned to an older one
    ],
)
def test_a_job_is_outdated_without_a_success_or_when_what_it_needs_has_a_newer_one(own, other, outdated: bool):
    newest = {}
    if own is not None:
        newest[B] = Success(run=RunId(own[0]), used=own[1])
    if other is not None:
        newest[A] = Success(run=RunId(other), used={})
    assert is_outdated(B, [Need(job=A)], newest) is outdated


def test_dependants_come_behind_and_only_what_is_outdated_of_dependencies_before():
    jobs = jobs_of({"A": [], "B": ["A"], "C": ["B"], "D": ["C", "A"]})
    newest = {A: Success(run=RunId("1"), used={}), B: Success(run=RunId("2"), used={A: RunId("1")})}
    assert to_run(jobs, C, newest, deps=False, dependants=False) == [C]
    assert to_run(jobs, C, newest, deps=True, dependants=False) == [C]
    assert to_run(jobs, C, {}, deps=True, dependants=False) == [A, B, C]
    assert to_run(jobs, B, newest, deps=False, dependants=True) == [B, C, D]
    assert to_run(jobs, C, {}, deps=True, dependants=True) == [A, B, C, D]


def test_a_verdict_names_all_that_is_missing():
    [job] = jobs_of({"D": ["A", "B", "C"]}).values()
    around = Surroundings(newest={A: Success(run=RunId("1"), used={})})
    assert judge(job, a_run(job=D), Pins(), around) == Hopeless(why="dependencies not met: B, C (no successful run)")


def test_a_verdict_waits_for_members_of_the_group_and_takes_pins_as_they_are():
    [job] = jobs_of({"C": ["A", "B"]}).values()
    around = Surroundings(newest={}, members={B: a_run(job=B, state=State.RUNNING)})
    pins = Pins(needs={A: RunId("9")})
    assert judge(job, a_run(job=C), pins, around) == NotYet()
    done = Surroundings(newest={}, members={B: a_run(id="b1", job=B, state=State.SUCCEEDED)})
    assert judge(job, a_run(job=C), pins, done) == Ready(pins=Pins(needs={A: RunId("9"), B: RunId("b1")}))


@pytest.mark.parametrize(
    ("states", "success", "state"),
    [
        ("succeeded succeeded", Quorum.ALL, "succeeded"),
        ("succeeded skipped", Quorum.ALL, "succeeded"),
        ("succeeded failed", Quorum.ALL, "failed"),
        ("succeeded failed", 1, "succeeded"),
        ("succeeded missed", Quorum.ANY, "succeeded"),
        ("skipped cancelled", Quorum.ANY, "failed"),
        ("failed failed", 1, "failed"),
        ("succeeded running", 1, "running"),
        ("waiting failed", Quorum.ALL, "running"),
        ("succeeded succeeded failed", 2, "succeeded"),
        ("succeeded skipped failed", 2, "failed"),
    ],
)
def test_a_group_has_one_state(states: str, success: int | Quorum, state: str):
    assert state_of_group([State(one) for one in states.split()], success=success) == state


# --- values ----------------------------------------------------------------------------------------------


def test_results_are_asked_for_and_put_in_anywhere():
    value = {"rows": retval(A), "deep": [1, {"x": [retval(B)]}], "plain": {"!retval": "A", "more": 1}}
    assert named_in(value) == {"A", "B"}
    assert filled(value, {A: [1, 2], B: None}) == {
        "rows": [1, 2],
        "deep": [1, {"x": [None]}],
        "plain": {"!retval": "A", "more": 1},
    }
    with pytest.raises(KeyError, match="B"):
        filled(value, {A: 1})


def test_items_have_keys():
    assert items_of(["x", "y"]) == {"0": "x", "1": "y"}
    assert items_of({"p": 1}) == {"p": 1}
    assert items_of("text") is None


@given(st.integers(0, 2**50), st.lists(st.text(), min_size=1, max_size=3), st.integers(0, 2**20 - 2))
def test_a_derived_id_is_the_same_for_the_same_and_sorts_by_place(at: int, parts: list[str], place: int):
    first = derived_run(at, *parts, place=place)
    assert first == derived_run(at, *parts, place=place)
    assert len(first) == 20
    assert first < derived_run(at, *parts, place=place + 1)
