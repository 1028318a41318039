"""One request that was let in: who asks, about what, and the verbs in their name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.datastructures import URL
from starlette.requests import HTTPConnection

from tickwork.core.clock import Instant
from tickwork.core.model import Run
from tickwork.core.people import Principal, may, may_in, named_projects
from tickwork.core.roles import EVERY, LEAST, Permission
from tickwork.errors import NotAllowed, NotFound
from tickwork.operations import Operations
from tickwork.store.protocol import Document

if TYPE_CHECKING:
    from tickwork.server.backend import Backend


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a path names, as far as it was read to know whose it is."""

    project: str | None = None
    job: Document | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose rule is met. Its handler asks only for what the request's body names."""

    who: Principal
    ops: Operations
    """In the name of `who`."""
    backend: "Backend"
    subject: Subject
    url: URL

    @property
    def job(self) -> Document:
        assert self.subject.job is not None
        return self.subject.job

    @property
    def run(self) -> Run:
        assert self.subject.run is not None
        return self.subject.run

    @property
    def project(self) -> str:
        assert self.subject.project is not None
        return self.subject.project

    @property
    def now(self) -> Instant:
        return self.backend.clock.now()

    def sees(self, project: str) -> bool:
        return may(self.who, Permission.READ, project)

    def need(self, permission: Permission, project: str, *, what: str = "") -> None:
        """Raises `NotFound` where the caller does not even see the project, `NotAllowed` where they may not."""
        if may(self.who, permission, project):
            return
        if not self.sees(project):
            raise NotFound(f"there is no {what or f'project {project!r}'}")
        raise NotAllowed(refusal(permission, project))

    def seen(self, project: str | None) -> tuple[str, ...] | None:
        """The projects that a listing is about; None: all of them. Raises `NotFound` for one that is not seen."""
        if project is not None:
            self.need(Permission.READ, project)
            return (project,)
        if may(self.who, Permission.READ, EVERY):
            return None
        return tuple(may_in(self.who, Permission.READ, named_projects(self.who)))


def refusal(permission: Permission, project: str | None) -> str:
    role = LEAST.get(permission)
    if role is None or project is None:
        return "only a superuser may do this"
    return f"this takes the role {role} in the project {project!r}; an admin of it can give it"


def current_call(connection: HTTPConnection) -> Call:
    call = connection.state.call
    assert isinstance(call, Call)
    return call


Caller = Annotated[Call, Depends(current_call)]
"""What every handler takes first."""
