"""Lets a request in, or not: who asks, whose the object is, and whether the rule is met. Nothing runs before it.

What the caller may not see answers as what does not exist.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import HTTPConnection

from tickwork.core.ids import RunId
from tickwork.core.people import Principal, PrincipalKind, is_run, may, may_somewhere, works_in
from tickwork.core.roles import EVERY, Permission
from tickwork.errors import NotAllowed, NotFound, NotSignedIn
from tickwork.server.authentication import authenticate
from tickwork.server.backend import backend_of
from tickwork.server.call import Call, Subject, refusal
from tickwork.server.permissions import On, Rule
from tickwork.store.protocol import Kind, RunFilter, Store


async def authorize(connection: HTTPConnection, rule: Rule) -> Call:
    """Raises `NotSignedIn`, `NotFound` (also for what the caller may not see) or `NotAllowed`."""
    backend = backend_of(connection)
    who = await authenticate(connection, backend)
    subject = await _admitted(who, rule, connection.path_params, backend.store)
    return Call(who=who, ops=backend.operations(who.actor), backend=backend, subject=subject, url=connection.url)


async def _admitted(who: Principal, rule: Rule, path: Mapping[str, str], store: Store) -> Subject:
    if rule.permission is None:
        return Subject()
    if who.kind is PrincipalKind.ANONYMOUS:
        raise NotSignedIn("sign in first, or send a key: Authorization: Bearer twk_…")
    if rule.on in _FINDERS:
        return await _subject(who, rule, rule.permission, path, store)
    if not _may(who, rule, rule.permission):
        raise NotAllowed(_told(rule.permission, rule.on))
    return Subject()


def _told(permission: Permission, on: On) -> str:
    if permission is Permission.SELF:
        return "only who is signed in does this for themselves; a key does not"
    return refusal(permission, EVERY if on is On.EVERYWHERE else None)


def _may(who: Principal, rule: Rule, permission: Permission) -> bool:
    """Where no single project is asked about."""
    match rule.on:
        case On.SOMEWHERE | On.BODY:
            return may_somewhere(who, permission)
        case On.EVERYWHERE:
            return may(who, permission, EVERY)
        case _:
            return may(who, permission, None) or (rule.worker and who.kind is PrincipalKind.WORKER)


async def _subject(
    who: Principal, rule: Rule, permission: Permission, path: Mapping[str, str], store: Store
) -> Subject:
    name = path[_WORDS[rule.on]]
    subject = await _FINDERS[rule.on](store, name)
    if subject is not None and _is_own(who, rule, subject):
        return subject
    project = None if subject is None else subject.project
    if subject is None or project is None or not may(who, Permission.READ, project):
        if subject is not None and project is not None and may(who, permission, project):
            return subject  # a key that may do this without reading
        raise NotFound(f"there is no {_WORDS[rule.on]} {name!r}")
    if not may(who, permission, project):
        raise NotAllowed(refusal(permission, project))
    return subject


def _is_own(who: Principal, rule: Rule, subject: Subject) -> bool:
    """A run asks about itself, a worker about a run of its pools."""
    run = subject.run
    if run is None:
        return False
    return (rule.run and is_run(who, run.id)) or (rule.worker and works_in(who, run.pool))


async def _project(store: Store, name: str) -> Subject | None:
    """A project is there if it was defined, or if a job says so."""
    defined = await store.get(Kind.PROJECT, name) or await store.find(Kind.JOB, project=name, limit=1)
    return Subject(project=name) if defined else None


async def _job(store: Store, name: str) -> Subject | None:
    document = await store.get(Kind.JOB, name)
    return None if document is None else Subject(project=document.project, job=document)


async def _history(store: Store, name: str) -> Subject | None:
    """Of a deleted job, as it was last."""
    if (found := await _job(store, name)) is not None:
        return found
    was = [document for document in await store.revisions(Kind.JOB, name) if document.body is not None]
    return Subject(project=was[-1].project, job=was[-1]) if was else None


async def _run(store: Store, name: str) -> Subject | None:
    run = (await store.get_runs([RunId(name)])).get(RunId(name))  # without its result, which may be large
    return None if run is None else Subject(project=run.project, run=run)


async def _group(store: Store, name: str) -> Subject | None:
    runs = await store.runs(RunFilter(group=name), limit=1)
    return Subject(project=runs[0].project) if runs else None


_FINDERS: Mapping[On, Callable[[Store, str], Awaitable[Subject | None]]] = {
    On.PROJECT: _project,
    On.JOB: _job,
    On.HISTORY: _history,
    On.RUN: _run,
    On.GROUP: _group,
}
_WORDS = {On.PROJECT: "project", On.JOB: "job", On.HISTORY: "job", On.RUN: "run", On.GROUP: "group"}
"""What a path calls it, and so do people."""
