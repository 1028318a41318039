"""The graph that jobs make: order, cycles, what is outdated and what a run of a part of it has to do.

Edges go from a job to those it waits for. Nothing here recurses: a chain of thousands is no problem.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tickwork.core.dependencies import Need
from tickwork.core.ids import JobId, RunId
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


# --- what is outdated -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """The newest successful run of a job, and the runs that it used. Runs are compared by their ids, which sort by
    creation. A skipped run is no success: it makes nobody outdated."""

    run: RunId
    used: Mapping[JobId, RunId]


Successes = Mapping[JobId, Success]


def is_outdated(job: JobId, needs: Iterable[Need], newest: Successes) -> bool:
    """Whether the job has no successful run, or one of those it needs has a newer one than it used."""
    own = newest.get(job)
    if own is None:
        return True
    for need in needs:
        other, used = newest.get(need.job), own.used.get(need.job)
        if other is not None and (used is None or used < other.run):
            return True
    return False


def to_run(jobs: Mapping[JobId, Job], target: JobId, newest: Successes, *, deps: bool, dependants: bool) -> list[JobId]:
    """What a run of `target` runs, in order: itself; with `dependants` all that stands on it; with `deps` also what
    these stand on, as far as it is outdated or stands on something that is. `jobs`: all that is concerned."""
    data = {job.id: [need.job for need in job.needs if need.job in jobs] for job in jobs.values()}
    wanted = set(reached(turned(data), [target]) if dependants else [target])
    below = reached(data, wanted)
    chosen: set[JobId] = set()
    for name in in_order({node: data[node] for node in below}):
        stale = deps and (is_outdated(name, jobs[name].needs, newest) or not chosen.isdisjoint(data[name]))
        if name in wanted or stale:
            chosen.add(name)
    return [name for name in in_order({node: data[node] for node in below}) if name in chosen]
