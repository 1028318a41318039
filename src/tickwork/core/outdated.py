"""What is outdated, and what a run of a part of the graph has to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tickwork.core.dependencies import Need
from tickwork.core.graph import in_order, reached, turned
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job


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
