"""Jobs that stand on each other: the graph, and running again what failed in it."""

from collections.abc import Callable, Iterator, Mapping

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json
from tickwork.cli.verbs import Verbs
from tickwork.operations.views import GraphNode, GraphView

_Steps = Callable[[GraphNode], list[tuple[str, str]]]
"""From a node: how it hangs together with others, and their names."""


@click.command("graph")
@click.argument("job")
@json_option
@over_either
async def graph_command(verbs: Verbs, *, job: str, as_json: bool) -> None:
    """Show what a job needs and follows, and what needs and follows it."""
    graph = await verbs.jobs.graph(job)
    if as_json:
        print_json(graph)
        return
    for line in graph_lines(graph):
        print(line)


@click.command("rerun")
@click.argument("run", metavar="GROUP|RUN")
@click.option("--from-failed", is_flag=True, help="Only what did not succeed, and what stood on that.")
@json_option
@over_either
async def rerun_command(verbs: Verbs, *, run: str, from_failed: bool, as_json: bool) -> None:
    """Run again what a run was part of.

    With --from-failed the runs that succeeded are used as they are; of a map only the items that did not succeed run.
    """
    again = await verbs.runs.rerun(run, from_failed=from_failed)
    if as_json:
        print_json(again)
    else:
        print(f"run {again.id} of {again.job} is {again.state}; `tickwork show {again.id}` shows its group")


def graph_lines(graph: GraphView) -> Iterator[str]:
    """Two trees: down to what the job waits for, up to what waits for it. What was shown already is cut short."""
    nodes = {node.job: node for node in graph.nodes}
    yield f"{graph.job}{_facts(nodes[graph.job])}"
    yield from _tree(graph.job, nodes, _down, "", {graph.job})
    behind = _behind(nodes)
    if behind(nodes[graph.job]):
        yield ""
        yield f"what waits for {graph.job}:"
        yield from _tree(graph.job, nodes, behind, "", {graph.job})


def _tree(name: str, nodes: Mapping[str, GraphNode], steps: _Steps, indent: str, seen: set[str]) -> Iterator[str]:
    others = steps(nodes[name])
    for place, (how, other) in enumerate(others, start=1):
        last = place == len(others)
        again = other in seen and bool(steps(nodes[other]))
        yield f"{indent}{'└─' if last else '├─'} {how} {other}{_facts(nodes[other])}{' …' if again else ''}"
        if other not in seen:
            seen.add(other)
            yield from _tree(other, nodes, steps, f"{indent}{'   ' if last else '│  '}", seen)


def _down(node: GraphNode) -> list[tuple[str, str]]:
    return [*(("needs", job) for job in node.needs), *((f"after {on} of", job) for job, on in node.after.items())]


def _behind(nodes: Mapping[str, GraphNode]) -> _Steps:
    """The way up."""
    behind: dict[str, list[tuple[str, str]]] = {name: [] for name in nodes}
    for node in nodes.values():
        for job in node.needs:
            behind[job].append(("needed by", node.job))
        for job, on in node.after.items():
            behind[job].append((f"on {on}:", node.job))
    return lambda node: behind[node.job]


def _facts(node: GraphNode) -> str:
    if not node.exists:
        return " (no such job)"
    facts = [fact for fact, holds in (("off", node.paused), ("outdated", node.needs and node.outdated)) if holds]
    return f" ({', '.join(facts)})" if facts else ""
