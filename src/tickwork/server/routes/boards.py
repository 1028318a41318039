"""Definitions before they are saved: what keys there are, what a schedule says, what a change would change."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import Query
from starlette.responses import Response

from tickwork.boards.schema import board_schema
from tickwork.boards.single import ROOT, job_said, said_in_yaml, said_of, task_view, yaml_of
from tickwork.boards.write import write_board
from tickwork.core.ids import job_id
from tickwork.core.model import Job
from tickwork.core.roles import Permission
from tickwork.core.timing.describe import describe, dst_note
from tickwork.errors import InvalidDefinition, NotFound
from tickwork.operations.absent import Absent
from tickwork.operations.ahead import Preview
from tickwork.operations.changes import Change
from tickwork.operations.jobs import decode_job
from tickwork.operations.upcoming import next_of
from tickwork.operations.views import NextView, TaskView
from tickwork.server.bodies import BoardSaid, JobAsked, TriggerAsked
from tickwork.server.call import Call, Caller
from tickwork.server.routing import Routes, json_response
from tickwork.store.protocol import Kind

routes = Routes("definitions")
_SHOWN = 10


class ScheduleWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a schedule means."""

    words: list[str]
    next: list[NextView]
    dst: list[str]
    """When the clocks change next, and what happens then."""


class JobPreview(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it would be, beside what it is."""

    definition: dict[str, Any]
    yaml: str
    schedule: ScheduleWords
    fields: list[str]
    """The keys in which it differs from what is stored."""
    before: dict[str, Any] | None
    """What is stored; null: there is no such job yet."""
    next_before: list[NextView]
    revision: int
    """Of what is stored, for `If-Match`; 0: nothing."""
    absent: list[Absent]
    """What it waits for, and what does not exist."""


class BoardPlan(msgspec.Struct, frozen=True, kw_only=True):
    changes: list[Preview]
    absent: list[Absent]
    """What its jobs wait for, and what does not exist."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    changes: list[Change]
    absent: list[Absent]
    """What its jobs wait for, and what does not exist."""


@routes.get("/schema", returns=dict[str, Any])
async def get_board_schema() -> Response:
    """The JSON Schema of a board, for editors and forms."""
    return json_response(board_schema())


@routes.post("/schedules/describe", returns=ScheduleWords)
async def describe_trigger(call: Caller, body: TriggerAsked) -> ScheduleWords:
    """A schedule in words, with its next due moments."""
    job = job_said("schedule", {"console": "", **body.schedule}, project="default", shown="body.schedule")
    return _words(call, job, body.count)


@routes.post("/jobs/preview", returns=JobPreview)
async def preview_job(call: Caller, body: JobAsked) -> JobPreview:
    """What saving this would change, before it is saved: the definition and what comes next, before and after."""
    call.need(Permission.EDIT, body.project)
    if (body.definition is None) == (body.yaml is None):
        raise InvalidDefinition("give one of definition and yaml")
    said = said_in_yaml(body.yaml) if body.yaml is not None else body.definition or {}
    job = job_said(body.name, said, project=body.project, shown="yaml" if body.yaml is not None else "body")
    document = await call.ops.store.get(Kind.JOB, job_id(body.project, body.name))
    old = None if document is None else decode_job(document)
    after, before = said_of(job), None if old is None else said_of(old)
    return JobPreview(
        definition=after,
        yaml=yaml_of(job),
        schedule=_words(call, job, _SHOWN),
        fields=_differing(before or {}, after),
        before=before,
        next_before=[] if old is None else next_of([old], call.now, _SHOWN),
        revision=0 if document is None else document.revision,
        absent=await call.ops.jobs.absent([job], sees=call.sees),
    )


@routes.get("/tasks", returns=list[TaskView])
async def list_tasks(
    call: Caller, q: Annotated[str | None, Query(max_length=200, description="Part of the name.")] = None
) -> list[TaskView]:
    """The catalogue: what jobs can be made from, by name."""
    seen = [task for task in await call.ops.jobs.tasks() if call.sees(task.project)]
    return [task_view(task) for task in seen if (q or "").lower() in task.name.lower()]


@routes.post("/boards/plan", returns=BoardPlan)
async def plan_board(call: Caller, body: BoardSaid) -> BoardPlan:
    """What applying the board would change."""
    jobs = await _jobs(call, body)
    _tasks(body)  # whoever applies it reads them, too
    changes = await call.ops.ahead.compare(body.board, jobs)
    return BoardPlan(changes=changes, absent=await call.ops.jobs.absent(jobs, sees=call.sees))


@routes.post("/boards/apply", returns=Applied)
async def apply_board(call: Caller, body: BoardSaid) -> Applied:
    """Make the jobs of this board equal to what it says, in one transaction."""
    jobs = await _jobs(call, body)
    changes = await call.ops.jobs.apply(body.board, jobs, tasks=_tasks(body))
    return Applied(changes=changes, absent=await call.ops.jobs.absent(jobs, sees=call.sees))


@routes.get("/projects/{project}/board", returns=None, text="application/yaml")
async def export_board(call: Caller, project: str) -> Response:
    """The project's jobs as one YAML board."""
    jobs = [decode_job(document) for document in await call.ops.jobs.all(project=project)]
    if not jobs:
        raise NotFound(f"project {project!r} has no jobs")
    return Response(write_board(jobs, folder=ROOT), HTTPStatus.OK, media_type="application/yaml")


async def _jobs(call: Call, body: BoardSaid) -> list[Job]:
    """Also those that the board would take away are of a project that the caller may change."""
    call.need(Permission.EDIT, body.project)
    for document in await call.ops.store.find(Kind.JOB, owner=body.board, limit=1):
        call.need(Permission.EDIT, document.project, what=f"board {body.board!r}")
    jobs = [_said_job(body, name) for name in body.jobs]
    return await call.ops.runners.resolved(jobs)


def _tasks(body: BoardSaid) -> list[Job]:
    return [job_said(name, said, project=body.project, shown=f"body.tasks.{name}") for name, said in body.tasks.items()]


def _said_job(body: BoardSaid, name: str) -> Job:
    job = job_said(name, body.jobs[name], project=body.project, shown=f"body.jobs.{name}")
    return msgspec.structs.replace(job, of=body.made_from.get(name, job.of))


def _words(call: Call, job: Job, count: int) -> ScheduleWords:
    notes = (dst_note(schedule, job.id, call.now) for schedule in job.schedules)
    return ScheduleWords(
        words=[describe(schedule) for schedule in job.schedules],
        next=next_of([job], call.now, count),
        dst=[note for note in notes if note is not None],
    )


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
