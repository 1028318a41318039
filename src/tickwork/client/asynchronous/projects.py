"""The verbs on projects, their secrets, and the audit, by a server."""

import base64
from collections.abc import AsyncIterator, Sequence

from tickwork.client.asynchronous.http import AsyncConnection, path
from tickwork.client.moments import Moment, text_of
from tickwork.client.shapes import Page, Rotated
from tickwork.operations.audit import AuditDetail, AuditView
from tickwork.operations.people.views import MemberView
from tickwork.operations.projects import ProjectDetail, ProjectView
from tickwork.operations.secrets import SecretView


class AsyncProjects:
    def __init__(self, http: AsyncConnection) -> None:
        self._http = http

    async def list(self) -> Sequence[ProjectView]:
        """Those that one sees, by name."""
        return await self._http.ask("GET", path("projects"), list[ProjectView])

    async def show(self, name: str) -> ProjectDetail:
        """With its members and the names of its secrets."""
        return await self._http.ask("GET", path("projects", name), ProjectDetail)

    async def put(self, name: str, *, description: str = "") -> ProjectView:
        """Make or describe it."""
        return await self._http.ask("PUT", path("projects", name), ProjectView, body={"description": description})

    async def keep(self, name: str, keep: str) -> None:
        """How long the history of its jobs is kept, as a board says it: `90d`, `{for: 90d, failed: 1y}`."""
        await self._http.ask("PUT", path("projects", name, "keep"), type(None), body={"keep": keep})

    async def members(self, name: str) -> Sequence[MemberView]:
        """Who is what in it, through which groups."""
        return await self._http.ask("GET", path("projects", name, "members"), list[MemberView])

    async def delete(self, name: str) -> None:
        """Raises `Conflict` while it has jobs."""
        await self._http.ask("DELETE", path("projects", name), type(None))


class AsyncSecrets:
    def __init__(self, http: AsyncConnection, projects: AsyncProjects) -> None:
        self._http = http
        self._projects = projects

    async def list(self, *, project: str | None = None) -> Sequence[SecretView]:
        """Of one project, or of all that one sees; without their values, which nobody is ever shown."""
        names = [project] if project is not None else [view.name for view in await self._projects.list()]
        found: list[SecretView] = []
        for name in names:
            found += await self._http.ask("GET", path("projects", name, "secrets"), list[SecretView])
        return found

    async def set(self, project: str, name: str, value: str) -> None:
        """Runs that are claimed from now on get this value."""
        await self._http.ask("PUT", path("projects", project, "secrets", name), type(None), body={"value": value})

    async def delete(self, project: str, name: str) -> None:
        """Raises `Conflict` while a job is given it."""
        await self._http.ask("DELETE", path("projects", project, "secrets", name), type(None))

    async def rotate(self, *, forget: bool = False) -> int:
        """Seal all of them anew, by a new key of the instance (or the first one of its setting); returns how many.
        `forget`: its older keys are gone then, and with them what history holds of earlier values."""
        return (await self._http.ask("POST", path("secrets", "rotate"), Rotated, body={"forget": forget})).sealed


class AsyncAudit:
    def __init__(self, http: AsyncConnection) -> None:
        self._http = http

    async def list(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[AuditView]:
        """Who did what, newest first, from behind the entry `before` on."""
        query = {
            "kind": kind,
            "id": id,
            "by": by,
            "verb": verb,
            "since": text_of(since),
            "until": text_of(until),
            "cursor": None if before is None else _behind(before),
        }
        async for entry in self._http.pages(path("audit"), Page[AuditView], query=query, limit=limit):
            yield entry

    async def show(self, seq: int) -> AuditDetail:
        """One entry, with what it changed."""
        return await self._http.ask("GET", path("audit", str(seq)), AuditDetail)


def _behind(seq: int) -> str:
    """The cursor of the page behind an entry, as the server makes it."""
    return base64.urlsafe_b64encode(str(seq).encode()).decode().rstrip("=")
