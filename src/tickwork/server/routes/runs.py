"""Runs: find, explain, stop, run again."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query
from starlette.responses import Response

from tickwork.boards.single import job_said
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.core.progress import Bar
from tickwork.core.roles import Permission
from tickwork.operations.viewing import run_view
from tickwork.operations.views import AttemptView, Explanation, GroupView, ProgressView, RunDetailView, RunView
from tickwork.server.bodies import ProgressSaid, Rerun, RunsChange, Submission, Why
from tickwork.server.call import Call, Caller
from tickwork.server.document.headers import LOCATION
from tickwork.server.filters import asked_runs
from tickwork.server.idempotency import Key, once
from tickwork.server.paging import Page, PageWanted, page_of
from tickwork.server.routes.acting import Done, Wait, answered
from tickwork.server.routing import Routes, json_response
from tickwork.server.waiting import queued_response, wait_for
from tickwork.store.protocol import RunFilter

routes = Routes("runs")


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    gone: bool
    """false: it goes when its job's cleanup function has succeeded."""


@routes.get("/runs", returns=Page[RunView])
async def list_runs(
    call: Caller,
    wanted: PageWanted,
    where: Annotated[RunFilter, Depends(asked_runs)],
    project: Annotated[str | None, Query(max_length=200, description="Only of this project.")] = None,
    begins: Annotated[str | None, Query(min_length=1, max_length=200, description="Only whose id begins so.")] = None,
) -> Page[RunView]:
    """Runs, newest first, as far as the caller sees their projects. `since` and `until` bound their creation.

    `reason`, `pool`, `worker`, `text` and (without a job) `origin` are looked for in the first 10,000 runs that the
    other conditions lead to; `last_completed` orders the newest 2,000 that have ended by their end.
    """
    if begins is not None:
        return page_of(await _beginning(call, begins, wanted.look), wanted, place=lambda run: run.id, view=run_view)
    after = None if wanted.after is None else RunId(wanted.after)
    found = await call.ops.reads.runs_page(where, projects=call.seen(project), after=after, limit=wanted.look)
    return page_of(found, wanted, place=lambda run: run.id, view=run_view)


@routes.post("/runs", returns=RunDetailView, status=HTTPStatus.ACCEPTED, also=(HTTPStatus.OK,), headers=(LOCATION,))
async def submit_run(call: Caller, body: Submission, wait: Wait = 0, idempotency_key: Key = None) -> Response:
    """Run something once that is in no list: the definition is there for this run only. Takes the right to edit."""
    call.need(Permission.EDIT, body.project)

    async def submit() -> str:
        job = job_said(body.name or "once", body.definition, project=body.project)
        (resolved,) = await call.ops.runners.resolved([job])
        return (await call.ops.runs.submit_job(msgspec.structs.replace(resolved, name=body.name))).id

    run = await once(call, "submit", idempotency_key, body, submit)
    return await queued_response(call.ops, run, seconds=wait)


@routes.post("/runs/bulk", returns=list[Done])
async def change_runs(call: Caller, body: RunsChange) -> list[Done]:
    """Cancel many runs, or run them again. Each is answered for by itself."""
    return [await answered(run, _change(call, body, run)) for run in dict.fromkeys(body.runs)]


@routes.get("/runs/{run}", returns=RunDetailView, patient=True)
async def get_run(call: Caller, wait: Wait = 0) -> RunDetailView:
    """A run with its parameters, result, error, progress and attempts; with `wait` as it is when it is over."""
    return await wait_for(call.ops, call.run.id, seconds=wait)


@routes.delete("/runs/{run}", returns=Deleted)
async def delete_run(call: Caller) -> Deleted:
    """Delete what is known of it, once it is over; its job's cleanup function is called first."""
    return Deleted(gone=await call.ops.runs.delete(call.run.id))


@routes.put("/runs/{run}/pin", returns=None)
async def pin_run(call: Caller) -> None:
    """Keep it for ever, whatever is said about how long runs are kept. 409 beyond 10,000 pinned runs."""
    await call.ops.retention.pin(call.run.id)


@routes.delete("/runs/{run}/pin")
async def unpin_run(call: Caller) -> None:
    """It may go again, when its time is over."""
    await call.ops.retention.pin(call.run.id, undo=True)


@routes.get("/runs/{run}/why", returns=Explanation)
async def explain_run(call: Caller) -> Explanation:
    """Why it stands where it stands, in one sentence."""
    return await call.ops.explain.run(call.run.id)


@routes.get("/runs/{run}/attempts", returns=list[AttemptView])
async def list_run_attempts(call: Caller) -> list[AttemptView]:
    """Its ended attempts, oldest first."""
    return (await _detail(call)).attempts


@routes.get("/runs/{run}/result", returns=Any)
async def get_run_result(call: Caller) -> Response:
    """What it returned; null where it returned nothing, or is not over."""
    return json_response((await _detail(call)).result)


@routes.get("/runs/{run}/progress", returns=ProgressView | None)
async def get_run_progress(call: Caller) -> Response:
    """Its bars; null where it reports none."""
    return json_response((await _detail(call)).progress)


@routes.put("/runs/{run}/progress", returns=None)
async def put_run_progress(call: Caller, body: ProgressSaid) -> None:
    """Report its bars, as the run itself: with the token that it finds in its environment. 409 if it does not run."""
    bars = [Bar(group=tuple(one.group), current=one.current, total=one.total, status=one.status) for one in body.bars]
    await call.ops.runs.progress(call.run, bars)


@routes.post("/runs/{run}/cancel", returns=RunView)
async def cancel_run(call: Caller, body: Why | None = None) -> RunView:
    """Cancel it: at once if it has not begun, else TERM, the job's grace, KILL of its whole tree."""
    await call.ops.runs.kill(call.run.id, why=(body or Why()).why)
    return run_view((await call.ops.runs.detail(call.run.id)).run)


@routes.post("/runs/{run}/retry", returns=RunView, status=HTTPStatus.ACCEPTED, headers=(LOCATION,))
async def retry_run(call: Caller) -> Response:
    """Run it again with the same parameters, as a new run that points at it."""
    return _again(await call.ops.reruns.run(call.run.id, from_failed=False, alone=True))


@routes.post("/runs/{run}/rerun", returns=RunView, status=HTTPStatus.ACCEPTED, headers=(LOCATION,))
async def rerun_group(call: Caller, body: Rerun | None = None) -> Response:
    """Run its group again: what did not succeed, or all of it."""
    return _again(await call.ops.reruns.run(call.run.id, from_failed=(body or Rerun()).from_failed))


@routes.get("/run-groups/{group}", returns=GroupView)
async def get_run_group(call: Caller, group: str) -> GroupView:
    """Runs that belong together, and what they are like as a whole."""
    return await call.ops.graphs.group(group)


async def _beginning(call: Call, id: str, limit: int) -> list[Run]:
    """The runs whose id begins so, as far as the caller sees them."""
    details = [await call.ops.store.run(run) for run in await call.ops.store.resolve(id.lower(), limit=limit)]
    return [detail.run for detail in details if detail is not None and call.sees(detail.run.project)]


def _again(run: Run) -> Response:
    return json_response(run_view(run), HTTPStatus.ACCEPTED, location=f"runs/{run.id}")


async def _detail(call: Call) -> RunDetailView:
    return await wait_for(call.ops, call.run.id, seconds=0)


async def _change(call: Call, body: RunsChange, run: str) -> str | None:
    found = (await call.ops.store.get_runs([RunId(run)])).get(RunId(run))
    call.need(Permission.OPERATE, "" if found is None else found.project, what=f"run {run!r}")
    if body.action == "retry":
        return (await call.ops.reruns.run(run, from_failed=False, alone=True)).id
    await call.ops.runs.kill(run, why=body.why)
    return None
