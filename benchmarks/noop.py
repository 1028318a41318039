"""Jobs that do nothing, and runs of them, straight into a store."""

from pathlib import Path

from tickwork.core.clock import Instant
from tickwork.core.codec import to_json
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Call, Job, Mode, Origin, Overlap, Run, Task
from tickwork.core.states import State
from tickwork.store.protocol import Kind, NewRun, Put, Store


def job(task: Task) -> Job:
    return Job(id=JobId("noop"), name="noop", task=task, overlap=Overlap.ALLOW)


JOB = job(Call(target="operator:neg", args=(1,)))
JOBS = {
    Mode.PROCESS: JOB,
    Mode.THREAD: job(Call(target="operator:neg", args=(1,), mode=Mode.THREAD)),
    Mode.ASYNC: job(Call(target="noops:neg_later", args=(1,), mode=Mode.ASYNC, path=str(Path(__file__).parent))),
}
"""The same no-op in each mode."""


async def define(store: Store, job: Job, *, at: Instant) -> int:
    """Put the job; returns its revision."""
    put = Put(kind=Kind.JOB, id=job.id, body=to_json(job), project=job.project, name=job.name)
    [revision] = await store.put([put], by=SYSTEM, at=at)
    return revision


def queued(job: Job, ids: Ids, *, revision: int, at: Instant) -> NewRun:
    run = Run(
        id=ids.run(),
        job=job.id,
        project=job.project,
        revision=revision,
        origin=Origin.API,
        state=State.QUEUED,
        ready_at=at,
        created=at,
    )
    return NewRun(run=run, overlap=job.overlap)
