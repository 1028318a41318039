"""The graph that jobs make: its order, its cycles, what can be reached.

Edges go from a job to those it waits for. Nothing here recurses: a chain of thousands is no problem.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from tickwork.core.ids import JobId
from tickwork.core.model import Job

N = TypeVar("N", bound=Hashable)
Edges = Mapping[N, Collection[N]]


def find_cycle(edges: Edges[N], starts: Iterable[N] | None = None) -> list[N] | None:
    """A way that leads back to its beginning (`[a, b, a]`), found from `starts`; None if there is none."""
    done: set[N] = set()
    for start in edges if starts is None else starts:
        if (cycle := _cycle_from(edges, start, done)) is not None:
            return cycle
    return None


def _cycle_from(edges: Edges[N], start: N, done: set[N]) -> list[N] | None:
    path: dict[N, None] = {}  # in the order of the way
    ahead = [(start, iter(edges.get(start, ())))] if start not in done else []
    path[start] = None
    while ahead:
        node, following = ahead[-1]
        step = next((other for other in following if other not in done), None)
        if step is None:
            ahead.pop()
            del path[node]
            done.add(node)
        elif step in path:
            way = list(path)
            return [*way[way.index(step) :], step]
        else:
            path[step] = None
            ahead.append((step, iter(edges.get(step, ()))))
    return None


def reached(edges: Edges[N], starts: Iterable[N]) -> dict[N, None]:
    """`starts` and everything that can be reached from them, the nearer first."""
    found = dict.fromkeys(starts)
    ahead = deque(found)
    while ahead:
        for other in edges.get(ahead.popleft(), ()):
            if other not in found:
                found[other] = None
                ahead.append(other)
    return found


def turned(edges: Edges[N]) -> dict[N, list[N]]:
    """The same graph with its edges the other way round."""
    back: dict[N, list[N]] = {node: [] for node in edges}
    for node, others in edges.items():
        for other in others:
            back.setdefault(other, []).append(node)
    return back


def in_order(edges: Edges[N]) -> list[N]:
    """Every node once, each behind all that it waits for. The graph must have no cycle."""
    behind = turned(edges)
    left = {node: len(edges.get(node, ())) for node in behind}
    free = deque(node for node, count in left.items() if not count)
    order: list[N] = []
    while free:
        node = free.popleft()
        order.append(node)
        for other in behind[node]:
            left[other] -= 1
            if not left[other]:
                free.append(other)
    return order


def edges_of(job: Job) -> list[JobId]:
    """The jobs that `job` waits for, by data or as a trigger."""
    return list(dict.fromkeys([*(need.job for need in job.needs), *(after.job for after in job.after)]))


def told(way: Sequence[str]) -> str:
    return " → ".join(way)
