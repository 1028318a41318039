"""Projects: what jobs, secrets and people's roles belong to. One that a job names first is there from then on."""

import builtins
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import DEFAULT_PROJECT
from tickwork.core.people import Group, Key
from tickwork.core.retention import Retention
from tickwork.core.roles import EVERY
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.context import Context
from tickwork.operations.paging import every
from tickwork.operations.people.directory import Directory, put_of
from tickwork.operations.people.groups import Groups
from tickwork.operations.people.views import MemberView
from tickwork.store.protocol import Document, Kind, Put, Store

_LONGEST = 200


class Project(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As it is stored."""

    name: str
    description: str = ""
    keep: Retention = Retention()
    """How long the history of its jobs is kept; what it leaves open, the instance says."""


class ProjectView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str


class ProjectDetail(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str
    members: Sequence[MemberView]
    """By user; superusers, who may do everything everywhere, are not among them."""
    secrets: Sequence[str]
    """Names."""


class Projects:
    """The verbs on projects."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._directory = Directory(context)
        self._groups = Groups(self._directory)

    async def put(self, name: str, *, description: str = "") -> ProjectView:
        """Create it or describe it anew. Raises `InvalidDefinition`."""
        if wrong := _wrong_name(name):
            raise InvalidDefinition(f"project {name!r}: {wrong}")
        project = replace(await self._known(name), description=description)
        await self._write([put_of_project(project)], verb="project")
        return _view(project)

    async def list(self) -> builtins.list[ProjectView]:
        """All projects, by name."""
        projects = {project.name: project for project in map(_project, await every(self._store, Kind.PROJECT))}
        projects.setdefault(DEFAULT_PROJECT, Project(name=DEFAULT_PROJECT))
        return [_view(project) for _, project in sorted(projects.items())]

    async def show(self, name: str) -> ProjectDetail:
        """Raises `NotFound`."""
        project = await self._find(name)
        secrets = await every(self._store, Kind.SECRET, project=name)
        return ProjectDetail(
            name=project.name,
            description=project.description,
            members=await self.members(name),
            secrets=[secret.name for secret in secrets],
        )

    async def members(self, name: str) -> builtins.list[MemberView]:
        """Who is what in it, and through which groups."""
        return await self._groups.members_of(name)

    async def delete(self, name: str) -> None:
        """Its secrets, roles in it and keys for it go too: a project that gets its name later starts without them.
        Raises `NotFound`, and `Conflict` while it has jobs."""
        await self._find(name)
        if jobs := await self._store.find(Kind.JOB, project=name, limit=1):
            raise Conflict(f"project {name} has jobs ({jobs[0].id}, …); delete them first")
        project = Put(kind=Kind.PROJECT, id=name, body=None, project=name, name=name)
        secrets = [
            Put(kind=Kind.SECRET, id=secret.id, body=None, project=name, name=secret.name)
            for secret in await every(self._store, Kind.SECRET, project=name)
        ]
        also = [*await self._without_roles(name), *await self._without_keys(name)]
        await self._write([project, *secrets, *also], verb="delete")

    async def _without_roles(self, project: str) -> builtins.list[Put]:
        return [
            put_of(
                replace(group, roles={at: role for at, role in group.roles.items() if at != project}), expect=revision
            )
            for group, revision in await self._directory.all(Group)
            if project in group.roles
        ]

    async def _without_keys(self, project: str) -> builtins.list[Put]:
        now = self._context.clock.now()
        return [
            put_of(replace(key, revoked=now), expect=revision)
            for key, revision in await self._directory.all(Key)
            if key.project == project and key.revoked is None
        ]

    async def _known(self, name: str) -> Project:
        document = await self._store.get(Kind.PROJECT, name)
        return Project(name=name) if document is None or document.body is None else _project(document)

    async def _find(self, name: str) -> Project:
        document = await self._store.get(Kind.PROJECT, name)
        if document is not None:
            return _project(document)
        if name == DEFAULT_PROJECT or await self._store.find(Kind.JOB, project=name, limit=1):
            return Project(name=name)
        raise NotFound(f"there is no project {name!r}; `tickwork project ls` lists them")

    async def _write(self, puts: Sequence[Put], *, verb: str) -> None:
        await self._store.put(puts, by=self._context.actor, at=self._context.clock.now(), verb=verb)


async def first_named(store: Store, projects: Iterable[str]) -> list[Put]:
    """Those that nobody has defined: whoever names one first does. (The project `default` is always there.)"""
    names = sorted(set(projects) - {DEFAULT_PROJECT})
    known = await store.get_many(Kind.PROJECT, names) if names else {}
    return [put_of_project(Project(name=name)) for name in names if name not in known]


def put_of_project(project: Project) -> Put:
    name = project.name
    return Put(kind=Kind.PROJECT, id=name, body=to_json(project), project=name, name=name)


def _project(document: Document) -> Project:
    return from_json(document.body or b"", Project)


def _view(project: Project) -> ProjectView:
    return ProjectView(name=project.name, description=project.description)


def _wrong_name(name: str) -> str | None:
    """Ids are made of it: `project:job#schedule`, `project/SECRET`."""
    if not name or name != name.strip() or not name.isprintable() or set(name) & set(":#/") or name == EVERY:
        return "no ':', '#', '/', control characters or blanks at its ends, and not '*'"
    return f"longer than {_LONGEST} characters" if len(name) > _LONGEST else None
