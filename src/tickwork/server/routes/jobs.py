"""Jobs: find, define, look ahead, run, pause."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Header, Query
from starlette.responses import Response

from tickwork.boards.single import job_said, said_of
from tickwork.core.model import Origin
from tickwork.core.roles import Permission
from tickwork.operations.jobs import decode_job
from tickwork.operations.views import Explanation, JobDetailView, JobView, NextView, RunView, run_view
from tickwork.server.bodies import JobDefinition, NewJob, RunWanted
from tickwork.server.call import Caller
from tickwork.server.paging import Page, PageWanted, page_of
from tickwork.server.preconditions import expected
from tickwork.server.routing import Routes, json_response
from tickwork.server.times import Moment

routes = Routes("jobs")
IfMatch = Annotated[str | None, Header(description="The ETag of the revision that is to be changed.")]
Project = Annotated[str | None, Query(max_length=200, description="Only of this project.")]


@routes.get("/jobs", returns=Page[JobView])
async def list_jobs(call: Caller, wanted: PageWanted, project: Project = None) -> Page[JobView]:
    """Jobs by id, as far as the caller sees their projects."""
    views = await call.ops.reads.jobs_page(projects=call.seen(project), after=wanted.after, limit=wanted.look)
    return page_of(views, wanted, place=lambda view: view.id, view=lambda view: view)


@routes.post("/jobs", returns=JobDetailView, status=HTTPStatus.CREATED)
async def create_job(call: Caller, body: NewJob) -> Response:
    """Make a job. 409 if there is one of that name."""
    call.need(Permission.EDIT, body.project)
    job = job_said(body.name, body.definition, project=body.project)
    (resolved,) = await call.ops.runners.resolved([job])
    await call.ops.jobs.save(resolved, new=True)
    view = await call.ops.reads.job(job.id)
    response = json_response(view, HTTPStatus.CREATED, etag=str(view.job.revision))
    response.headers["location"] = f"/api/v1/jobs/{job.id}"
    return response


@routes.get("/jobs/{job}", returns=JobDetailView)
async def get_job(call: Caller) -> Response:
    """A job with its schedules, newest runs and gaps."""
    view = await call.ops.reads.job(call.job.id)
    return json_response(view, etag=str(view.job.revision))


@routes.get("/jobs/{job}/definition", returns=dict)
async def get_job_definition(call: Caller) -> Response:
    """What it is, in the words of a board."""
    return json_response(said_of(decode_job(call.job)), etag=str(call.job.revision))


@routes.put("/jobs/{job}/definition", returns=JobDetailView)
async def put_job_definition(call: Caller, body: JobDefinition, if_match: IfMatch = None) -> Response:
    """Give it another definition. Of a board's job, what differs from the board stays as it is said here."""
    document = expected(call.job, if_match)
    job = decode_job(document)
    wanted = job_said(job.name, body.definition, project=job.project)
    (resolved,) = await call.ops.runners.resolved([wanted])
    await call.ops.edits.replace(document, resolved)
    view = await call.ops.reads.job(job.id)
    return json_response(view, etag=str(view.job.revision))


@routes.delete("/jobs/{job}")
async def delete_job(call: Caller, if_match: IfMatch = None) -> None:
    """Delete it. Its history stays; its runs that have not begun are cancelled."""
    await call.ops.jobs.delete(expected(call.job, if_match).id)


@routes.get("/jobs/{job}/next", returns=list[NextView])
async def list_job_next(
    call: Caller, count: Annotated[int, Query(ge=1, le=1000)] = 10, start: Moment = None
) -> list[NextView]:
    """Its next due moments."""
    return await call.ops.jobs.next(call.job.id, count=count, start=start)


@routes.get("/jobs/{job}/why", returns=Explanation)
async def explain_job(call: Caller, at: Moment = None) -> Explanation:
    """What it is about to do, or what became of the moment `at`, in one sentence."""
    return await call.ops.explain.job(call.job.id, at=at)


@routes.post("/jobs/{job}/run", returns=RunView, status=HTTPStatus.ACCEPTED)
async def run_job(call: Caller, body: RunWanted | None = None) -> RunView:
    """Run it now, beside its schedules."""
    wanted = body or RunWanted()
    run = await call.ops.runs.run(call.job.id, params=wanted.params, origin=Origin.API, armed=wanted.armed)
    return run_view(run)
