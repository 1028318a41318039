"""The run that cleans up behind another one before that is deleted: it calls the job's `cleanup` function."""

from collections.abc import Sequence

import msgspec

from tickwork.core.births import lane_at_birth
from tickwork.core.clock import Instant, iso
from tickwork.core.codec import to_json
from tickwork.core.ids import JobId, RunId, derived_run
from tickwork.core.model import Job, Origin, Run
from tickwork.core.states import State
from tickwork.store.protocol import NewRun, Order, RunDetail, RunFilter, Store

_MOST = 10_000


async def cleanups_of(store: Store, job: JobId) -> dict[RunId, list[Run]]:
    """The cleanup runs that there are, oldest first, by the run that they are about."""
    by_run: dict[RunId, list[Run]] = {}
    where = RunFilter(job=job, origin=Origin.CLEANUP, order=Order.OLDEST)
    for run in await store.runs(where, limit=_MOST):
        if run.about is not None:
            by_run.setdefault(run.about, []).append(run)
    return by_run


def next_cleanup(
    job: Job, old: RunDetail, earlier: Sequence[Run], *, revision: int, at: Instant, why: str = ""
) -> NewRun:
    """After `earlier` ones that failed. The same one from whoever sees the same."""
    last = (old.run, *earlier)[-1]
    run = Run(
        id=derived_run(last.finished or at, "cleanup", old.run.id, last.id),
        job=job.id,
        project=job.project,
        revision=revision,
        origin=Origin.CLEANUP,
        state=State.QUEUED,
        lane=lane_at_birth(job),
        priority=job.priority,
        ready_at=at,
        about=old.run.id,
        note=f"before run {old.run.id} is deleted{why}",
        created=at,
    )
    return NewRun(run=run, params=to_json({"run": _told(old.run), "result": _result(old)}))


def _told(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "job": run.job,
        "state": run.state,
        "slot": iso(run.slot),
        "started": iso(run.started),
        "finished": iso(run.finished),
    }


def _result(detail: RunDetail) -> msgspec.Raw:
    return msgspec.Raw(b"null" if detail.result is None else detail.result)
