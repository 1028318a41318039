"""Jobs: find, define, change, delete."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import Header, Path, Query
from starlette.responses import Response

from tickwork.boards.edits import field_of
from tickwork.boards.single import job_said, patched, said_of
from tickwork.core.clock import Instant, iso
from tickwork.core.model import Job
from tickwork.core.roles import Permission
from tickwork.core.tags import MOST
from tickwork.errors import NotFound
from tickwork.operations.jobs import decode_job
from tickwork.operations.views import JobDetailView, JobView, RevisionView
from tickwork.server.bodies import Definition, JobPatch, NewJob, Reset
from tickwork.server.call import Call, Caller
from tickwork.server.document.headers import ETAG, LOCATION
from tickwork.server.idempotency import Key, once
from tickwork.server.paging import LARGEST_NUMBER, Page, PageWanted, page_of
from tickwork.server.preconditions import expected
from tickwork.server.routing import Routes, json_response
from tickwork.server.times import Moment
from tickwork.store.protocol import Document, Kind

routes = Routes("jobs")
IfMatch = Annotated[str | None, Header(description="The ETag of the revision that is to be changed.")]
Tag = Annotated[str, Query(max_length=200)]
OfProject = Annotated[str | None, Query(max_length=200, description="Only of this project.")]


@routes.get("/jobs", returns=Page[JobView])
async def list_jobs(
    call: Caller,
    wanted: PageWanted,
    project: OfProject = None,
    q: Annotated[str | None, Query(max_length=200, description="Part of the id or the name.")] = None,
    tag: Annotated[
        list[Tag] | None, Query(max_length=MOST, description="With this tag; several: with all of them.")
    ] = None,
) -> Page[JobView]:
    """Jobs by id, as far as the caller sees their projects."""
    views = await call.ops.reads.jobs_page(
        projects=call.seen(project), text=q or "", tags=tag or (), after=wanted.after, limit=wanted.look
    )
    return page_of(views, wanted, place=lambda view: view.id, view=lambda view: view)


@routes.post("/jobs", returns=JobDetailView, status=HTTPStatus.CREATED, headers=(ETAG, LOCATION))
async def create_job(call: Caller, body: NewJob, idempotency_key: Key = None) -> Response:
    """Make a job. 409 if there is one of that name, unless it is to be replaced and no board's.

    The same `Idempotency-Key` again answers with the same job."""
    call.need(Permission.EDIT, body.project)

    async def save() -> str:
        wanted = job_said(body.name, body.definition, project=body.project)
        (resolved,) = await call.ops.runners.resolved([wanted])
        await call.ops.jobs.save(resolved, new=not body.replace)
        return resolved.id

    job = await once(call, "create job", idempotency_key, body, save)
    view = await call.ops.reads.job(job, sees=call.sees)
    return json_response(view, HTTPStatus.CREATED, etag=str(view.job.revision), location=f"jobs/{job}")


@routes.get("/jobs/{job}", returns=JobDetailView, headers=(ETAG,))
async def get_job(call: Caller, start: Moment = None) -> Response:
    """A job with its schedules, newest runs and gaps. `start`: what the clocks do is told as seen from then."""
    return await _shown(call, call.job.id, start=start)


@routes.get("/jobs/{job}/definition", returns=dict[str, Any], headers=(ETAG,))
async def get_job_definition(call: Caller) -> Response:
    """What it is, in the words of a board."""
    return json_response(said_of(decode_job(call.job)), etag=str(call.job.revision))


@routes.put("/jobs/{job}/definition", returns=JobDetailView, headers=(ETAG,))
async def put_job_definition(call: Caller, body: Definition, if_match: IfMatch = None) -> Response:
    """Give it another definition. Of a board's job, what differs from the board stays as it is said here."""
    return await _redefined(call, expected(call.job, if_match), body.definition)


@routes.patch("/jobs/{job}/definition", returns=JobDetailView, headers=(ETAG,))
async def patch_job_definition(call: Caller, body: JobPatch, if_match: IfMatch = None) -> Response:
    """Change single keys of its definition."""
    document = expected(call.job, if_match)
    return await _redefined(call, document, patched(said_of(decode_job(document)), body.changes))


@routes.post("/jobs/{job}/definition/reset", returns=JobDetailView, headers=(ETAG,))
async def reset_job_definition(call: Caller, body: Reset, if_match: IfMatch = None) -> Response:
    """Let the board decide these keys again."""
    await call.ops.edits.reset(expected(call.job, if_match), [field_of(key) for key in body.keys])
    return await _shown(call, call.job.id)


@routes.delete("/jobs/{job}")
async def delete_job(call: Caller, if_match: IfMatch = None) -> None:
    """Delete it. Its history stays; its runs that have not begun are cancelled."""
    await call.ops.jobs.delete(expected(call.job, if_match).id)


@routes.get("/jobs/{job}/revisions", returns=list[RevisionView])
async def list_job_revisions(call: Caller) -> list[RevisionView]:
    """All its revisions, oldest first, deletions included."""
    return [_revision(document) for document in await call.ops.store.revisions(Kind.JOB, call.job.id)]


@routes.get("/jobs/{job}/revisions/{revision}", returns=RevisionView)
async def get_job_revision(call: Caller, revision: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]) -> RevisionView:
    """One revision, with its definition."""
    document = await call.ops.store.get(Kind.JOB, call.job.id, revision)
    if document is None:
        raise NotFound(f"job {call.job.id} has no revision {revision}")
    return _revision(document)


async def _redefined(call: Call, document: Document, said: dict[str, Any]) -> Response:
    job = decode_job(document)
    wanted = job_said(job.name, said, project=job.project)
    (resolved,) = await call.ops.runners.resolved([_with_what_is_not_said(wanted, job)])
    await call.ops.edits.replace(document, resolved)
    return await _shown(call, job.id)


def _with_what_is_not_said(wanted: Job, job: Job) -> Job:
    """A job that runs what it ran before keeps what no words of a board say of that: the task that it was made from,
    and what a callable takes."""
    same = msgspec.structs.replace(wanted, task=job.task, of=job.of)
    return same if said_of(same) == said_of(wanted) else wanted


async def _shown(call: Call, job: str, *, start: Instant | None = None) -> Response:
    view = await call.ops.reads.job(job, start=start, sees=call.sees)
    return json_response(view, etag=str(view.job.revision))


def _revision(document: Document) -> RevisionView:
    job = None if document.body is None else decode_job(document)
    return RevisionView(
        revision=document.revision,
        changed=iso(document.changed) or "",
        by=document.by.name,
        owner=document.owner,
        definition=None if job is None else said_of(job),
    )
