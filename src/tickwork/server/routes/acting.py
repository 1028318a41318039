"""What is done with jobs: run, pause, make up for what was missed; one or many at a time."""

from collections.abc import Awaitable, Sequence
from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import Query
from starlette.responses import Response

from tickwork.core.clock import SECOND, Duration
from tickwork.core.model import Origin, Run, Scope
from tickwork.core.roles import Permission
from tickwork.errors import InvalidDefinition, TickworkError
from tickwork.operations.switches import Resumed
from tickwork.operations.viewing import run_view
from tickwork.operations.views import RunDetailView, RunView
from tickwork.server.bodies import Backfill, JobsChange, Pause, Replay, Resume, RunWanted
from tickwork.server.call import Call, Caller
from tickwork.server.document.headers import LOCATION
from tickwork.server.idempotency import Key, once
from tickwork.server.routing import Routes
from tickwork.server.waiting import LONGEST, queued_response
from tickwork.store.protocol import Kind

routes = Routes("jobs")
Wait = Annotated[
    float, Query(ge=0, le=LONGEST, description="Seconds to wait for the end: 200 with the result, else 202.")
]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one of many."""

    id: str
    done: bool
    """Whether it was done."""
    run: str | None = None
    """The run that this queued."""
    problem: str | None = None
    """Why it was not done."""


@routes.post(
    "/jobs/{job}/run",
    returns=RunDetailView,
    status=HTTPStatus.ACCEPTED,
    also=(HTTPStatus.OK,),
    headers=(LOCATION,),
)
async def run_job(call: Caller, body: RunWanted | None = None, wait: Wait = 0, idempotency_key: Key = None) -> Response:
    """Run it now, beside its schedules. The same `Idempotency-Key` again answers with the same run."""
    asked = body or RunWanted()

    async def queue() -> str:
        return (await _queued(call, call.job.id, asked)).id

    run = await once(call, f"run {call.job.id}", idempotency_key, asked, queue)
    return await queued_response(call.ops, run, seconds=wait)


async def _queued(call: Call, job: str, asked: RunWanted) -> Run:
    if asked.with_deps or asked.with_dependants or asked.pins:
        return await call.ops.graphs.run(
            job,
            params=asked.params,
            deps=asked.with_deps,
            dependants=asked.with_dependants,
            pins=asked.pins,
            armed=asked.armed,
        )
    return await call.ops.runs.run(job, params=asked.params, origin=Origin.API, armed=asked.armed)


@routes.post("/jobs/{job}/pause", returns=None)
async def pause_job(call: Caller, body: Pause | None = None) -> None:
    """Schedule nothing new until it is resumed. Running work is untouched."""
    said = body or Pause()
    await call.ops.switches.pause(Scope.JOB, call.job.id, why=said.why, until=said.until)


@routes.post("/jobs/{job}/resume", returns=Resumed)
async def resume_job(call: Caller, body: Resume | None = None) -> Resumed:
    """On again, and make up for what was skipped meanwhile as asked."""
    said = body or Resume()
    return await call.ops.switches.resume(Scope.JOB, call.job.id, choice=said.choice, pick=said.pick)


@routes.post("/jobs/{job}/replay", returns=list[RunView])
async def replay_job(call: Caller, body: Replay) -> list[RunView]:
    """Run past slots again, each as a new run that points at its entry in the ledger."""
    if bool(body.slots) == (body.start is not None and body.end is not None):
        raise InvalidDefinition("say which: slots, or start and end for all that were missed between them")
    if body.start is not None and body.end is not None:
        found = await call.ops.replay.missed(call.job.id, start=body.start, end=body.end)
    else:
        found = [await call.ops.replay.slot(call.job.id, slot) for slot in body.slots]
    return _views(await call.ops.replay.slots(found, origin=Origin.REPLAY))


@routes.post("/jobs/{job}/backfill", returns=list[RunView])
async def backfill_job(call: Caller, body: Backfill) -> list[RunView]:
    """Run every slot of a stretch of time, as one group."""
    runs = await call.ops.replay.backfill(
        call.job.id,
        start=body.start,
        end=body.end,
        limit=body.limit,
        spread=Duration(round(body.spread * SECOND)),
        again=body.again,
    )
    return _views(runs)


@routes.post("/jobs/bulk", returns=list[Done])
async def change_jobs(call: Caller, body: JobsChange) -> list[Done]:
    """Run, pause, resume or delete many jobs. Each is answered for by itself."""
    return [await answered(job, _change(call, body, job)) for job in dict.fromkeys(body.jobs)]


async def answered(id: str, change: Awaitable[str | None]) -> Done:
    """What became of one of many. `change` gives the run that it queued, if it did."""
    try:
        return Done(id=id, done=True, run=await change)
    except TickworkError as error:
        return Done(id=id, done=False, problem=str(error))


async def _change(call: Call, body: JobsChange, job: str) -> str | None:
    document = await call.ops.store.get(Kind.JOB, job)
    permission = Permission.EDIT if body.action == "delete" else Permission.OPERATE
    call.need(permission, "" if document is None else document.project, what=f"job {job!r}")
    match body.action:
        case "run":
            return (await call.ops.runs.run(job, origin=Origin.API)).id
        case "pause":
            await call.ops.switches.pause(Scope.JOB, job, why=body.why)
        case "resume":
            await call.ops.switches.resume(Scope.JOB, job)
        case "delete":
            await call.ops.jobs.delete(job)
    return None


def _views(runs: Sequence[Run]) -> list[RunView]:
    return [run_view(run) for run in runs]
