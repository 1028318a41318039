"""Runs: find, explain, stop, read their logs and results."""

from typing import Annotated

from fastapi import Query

from tickwork.core.ids import JobId, RunId
from tickwork.core.states import State
from tickwork.operations.views import Explanation, RunDetailView, RunView, run_view
from tickwork.server.bodies import Why
from tickwork.server.call import Caller
from tickwork.server.paging import Page, PageWanted, page_of
from tickwork.server.routing import Routes
from tickwork.store.protocol import RunFilter

routes = Routes("runs")


@routes.get("/runs", returns=Page[RunView])
async def list_runs(
    call: Caller,
    wanted: PageWanted,
    project: Annotated[str | None, Query(max_length=200)] = None,
    job: Annotated[str | None, Query(max_length=500, description="The job's id.")] = None,
    state: Annotated[list[State] | None, Query(description="In one of these states.")] = None,
) -> Page[RunView]:
    """Runs, newest first, as far as the caller sees their projects."""
    where = RunFilter(job=None if job is None else JobId(job), states=tuple(state or ()))
    after = None if wanted.after is None else RunId(wanted.after)
    found = await call.ops.reads.runs_page(where, projects=call.seen(project), after=after, limit=wanted.look)
    return page_of(found, wanted, place=lambda run: run.id, view=run_view)


@routes.get("/runs/{run}", returns=RunDetailView)
async def get_run(call: Caller) -> RunDetailView | None:
    """A run with its parameters, result, error, progress and attempts."""
    return await call.ops.reads.run(call.run.id)


@routes.get("/runs/{run}/why", returns=Explanation)
async def explain_run(call: Caller) -> Explanation:
    """Why it stands where it stands, in one sentence."""
    return await call.ops.explain.run(call.run.id)


@routes.post("/runs/{run}/cancel", returns=RunView)
async def cancel_run(call: Caller, body: Why | None = None) -> RunView:
    """Cancel it: at once if it has not begun, else TERM, the job's grace, KILL of its whole tree."""
    await call.ops.runs.kill(call.run.id, why=(body or Why()).why)
    return run_view((await call.ops.runs.detail(call.run.id)).run)
