"""How runs are born: in which state, in which lane, and under which rule for overlaps."""

import re
from typing import Any

from tickwork.core.codec import from_json
from tickwork.core.lanes import Lane, Limit, bare_lane
from tickwork.core.model import Call, Job, Origin, Overlap
from tickwork.core.states import State, Wait

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""In a limit's key: what a run's parameters, or the names of its surroundings, say."""


def state_at_birth(job: Job) -> tuple[State, Wait | None]:
    """A run of a job that needs others waits until somebody has found out whether these are there; one that is to run
    on several workers, until somebody has found these."""
    return (State.WAITING, Wait.UPSTREAM) if job.needs or job.on != 1 else (State.QUEUED, None)


def lane_at_birth(job: Job, params: bytes | None = None, *, worker: str | None = None) -> str:
    """Where a run of the job is queued; `worker`: the only one that may have it. A key's `{name}` that nothing says is
    left empty."""
    task = job.task.target if isinstance(job.task, Call) and job.task.app is not None else None
    if worker is None and task is None and not job.labels and not job.shares and job.max_running is None:
        return bare_lane(job.pool)
    limits = [Limit(key=f"key/{_key_of(limit.key, job, params)}", max=limit.max) for limit in job.shares]
    if job.max_running is not None:
        limits.append(Limit(key=f"job/{job.id}", max=job.max_running))
    return str(Lane(pool=job.pool, worker=worker, task=task, labels=job.labels, limits=tuple(limits)))


def _key_of(key: str, job: Job, params: bytes | None) -> str:
    if "{" not in key:
        return key
    said: dict[str, Any] = {} if params is None else from_json(params, dict[str, Any])
    known = job.task.kwargs if isinstance(job.task, Call) else {}
    values = {**known, **said, "job": job.id, "project": job.project, "pool": job.pool}
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), key)


def overlap_of(job: Job, origin: Origin) -> tuple[Overlap, bool]:
    """The rule for a run that is to be queued, and whether somebody asked for it: such a run never replaces others and
    is not skipped for them; it waits for its turn, unless overlap is allowed."""
    if origin in {Origin.SCHEDULE, Origin.AFTER}:
        return job.overlap, False
    return (Overlap.ALLOW if job.overlap is Overlap.ALLOW else Overlap.QUEUE), True
