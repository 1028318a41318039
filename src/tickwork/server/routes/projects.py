"""Projects: what they are, who is what in them, their secrets, and the audit."""

from typing import Annotated

import msgspec
from fastapi import Path, Query
from pydantic import Field

from tickwork.boards.edits import said_value
from tickwork.core.people import may
from tickwork.core.roles import Permission
from tickwork.errors import NotFound
from tickwork.operations.audit import AuditDetail, AuditView
from tickwork.operations.people.views import MemberView
from tickwork.operations.projects import ProjectDetail, ProjectView
from tickwork.operations.secrets import SecretView
from tickwork.server.bodies import Body
from tickwork.server.call import Call, Caller
from tickwork.server.paging import LARGEST_NUMBER, Page, PageWanted, page_of
from tickwork.server.routing import Routes
from tickwork.server.times import Moment

routes = Routes("projects")


class ProjectSaid(Body):
    description: str = Field(default="", max_length=2000)


class SecretSaid(Body):
    value: str = Field(min_length=1, max_length=65_536, json_schema_extra={"writeOnly": True})


class KeepSaid(Body):
    keep: str = Field(max_length=2000, examples=["90d", "{for: 90d, failed: 1y, at_least: 20}"])


class Rotation(Body):
    forget: bool = Field(default=False, description="Take the older keys out of the file: earlier values are lost.")


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    sealed: int
    """So many secrets are sealed by the current key now."""


@routes.get("/projects", returns=list[ProjectView])
async def list_projects(call: Caller) -> list[ProjectView]:
    """The projects that the caller sees, by name."""
    return [view for view in await call.ops.projects.list() if call.sees(view.name)]


@routes.get("/projects/{project}", returns=ProjectDetail)
async def get_project(call: Caller, project: str) -> ProjectDetail:
    """One project, with its members and the names of its secrets."""
    return await call.ops.projects.show(project)


@routes.put("/projects/{name}", returns=ProjectView)
async def put_project(call: Caller, name: str, body: ProjectSaid) -> ProjectView:
    """Describe a project. Making one is a superuser's business."""
    known = name in {view.name for view in await call.ops.projects.list()}
    if not known and not may(call.who, Permission.INSTANCE, None):
        raise NotFound(f"there is no project {name!r}")
    call.need(Permission.ADMIN, name)
    return await call.ops.projects.put(name, description=body.description)


@routes.delete("/projects/{name}")
async def delete_project(call: Caller, name: str) -> None:
    """409 while it has jobs."""
    await call.ops.projects.delete(name)


@routes.put("/projects/{project}/keep", returns=None)
async def put_project_keep(call: Caller, project: str, body: KeepSaid) -> None:
    """How long the history of its jobs is kept, as a board says it, where they say nothing themselves."""
    await call.ops.retention.put_project(project, said_value("keep", body.keep))


@routes.get("/projects/{project}/members", returns=list[MemberView])
async def list_members(call: Caller, project: str) -> list[MemberView]:
    """Who is what in it, through which groups."""
    return await call.ops.projects.members(project)


@routes.get("/projects/{project}/secrets", returns=list[SecretView])
async def list_secrets(call: Caller, project: str) -> list[SecretView]:
    """Its secrets, without their values, which nobody is ever shown."""
    return await call.ops.secrets.list(project=project)


@routes.put("/projects/{project}/secrets/{name}", returns=None)
async def put_secret(call: Caller, project: str, name: str, body: SecretSaid) -> None:
    """Runs that are claimed from now on get this value."""
    await call.ops.secrets.set(project, name, body.value)


@routes.delete("/projects/{project}/secrets/{name}")
async def delete_secret(call: Caller, project: str, name: str) -> None:
    """409 while a job is given it."""
    await call.ops.secrets.delete(project, name)


@routes.post("/secrets/rotate", returns=Rotated)
async def rotate_secrets(call: Caller, body: Rotation | None = None) -> Rotated:
    """Seal all secrets anew, those of channels too: by a new key in the instance's key file, or by the first one of the
    setting secret_keys."""
    return Rotated(sealed=await call.ops.secrets.rotate(forget=(body or Rotation()).forget))


@routes.get("/audit", returns=Page[AuditView])
async def list_audit(
    call: Caller,
    wanted: PageWanted,
    kind: Annotated[str | None, Query(max_length=500, description="Of what: job, user, key, …")] = None,
    id: Annotated[str | None, Query(max_length=500, description="Of this one.")] = None,
    by: Annotated[str | None, Query(max_length=500, description="By them, wherever they were.")] = None,
    verb: Annotated[str | None, Query(max_length=500, description="What was done: create, update, delete, …")] = None,
    since: Moment = None,
    until: Moment = None,
) -> Page[AuditView]:
    """Who did what, newest first. An admin of a project sees what was done to its objects; a superuser, everything."""
    found: list[AuditView] = []
    before = wanted.number
    while len(found) < wanted.look:
        page = await call.ops.audit.entries(
            kind=kind, id=id, by=by, verb=verb, since=since, until=until, before=before, limit=wanted.look
        )
        found += [entry for entry in page if await _sees(call, entry)]
        if len(page) < wanted.look:
            break
        before = page[-1].seq
    return page_of(found, wanted, place=lambda entry: str(entry.seq), view=lambda entry: entry)


@routes.get("/audit/{seq}", returns=AuditDetail)
async def get_audit_entry(call: Caller, seq: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]) -> AuditDetail:
    """One entry, with what it changed."""
    detail = await call.ops.audit.show(seq)
    if not await _sees(call, detail.entry):
        raise NotFound(f"there is no entry {seq} in the audit")
    return detail


async def _sees(call: Call, entry: AuditView) -> bool:
    if may(call.who, Permission.ADMIN, None):
        return True
    project = await call.ops.audit.project_of(entry)
    return project is not None and may(call.who, Permission.ADMIN, project)
