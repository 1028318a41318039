"""People, groups and keys as they are stored; and the principal, which is what all of them become at a door."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Actor
from tickwork.core.roles import EVERY, LEAST, Permission, Role, role_in
from tickwork.core.stored import Stored


class User(Stored, frozen=True, kw_only=True):
    """Somebody who can sign in. `name` is the id: lower case."""

    name: str
    display: str = ""
    email: str = ""
    password_hash: str | None = None
    """argon2id; None: nobody signs in by password."""
    superuser: bool = False
    active: bool = True
    stamp: str
    """Another one whenever password, `active` or `superuser` change: what was signed in before is out."""


class Group(Stored, frozen=True, kw_only=True):
    """Users, and what they are in projects (or in `EVERY` one) by belonging to it."""

    name: str
    members: tuple[str, ...] = ()
    roles: dict[str, Role] = msgspec.field(default_factory=dict)


class KeyKind(StrEnum):
    API = "api"
    """Acts for its owner, within its scopes."""
    WORKER = "worker"
    """Runs what is queued in its pools, and nothing else."""


class Key(Stored, frozen=True, kw_only=True):
    """A secret for a program. Only its hash is kept."""

    id: str
    name: str
    hash: str
    """SHA-256 of the whole secret, in hexadecimal."""
    kind: KeyKind = KeyKind.API
    owner: str = ""
    """The user whose rights it has, at most; "" for a worker's."""
    project: str | None = None
    """Good in this project only."""
    scopes: tuple[Permission, ...] = ()
    pools: tuple[str, ...] = ()
    expires: Instant | None = None
    created: Instant
    revoked: Instant | None = None

    def valid(self, at: Instant) -> bool:
        return self.revoked is None and (self.expires is None or at < self.expires)


class PrincipalKind(StrEnum):
    ANONYMOUS = "anonymous"
    USER = "user"
    KEY = "key"
    WORKER = "worker"
    RUN = "run"
    LOCAL = "local"
    """Whoever is at this machine, where nobody has to sign in."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is at a door, with all that decides what they may do. Rights are live: it is good for one request."""

    kind: PrincipalKind
    actor: Actor
    user: str = ""
    """The user, or the owner of the key."""
    superuser: bool = False
    roles: dict[str, Role] = msgspec.field(default_factory=dict)
    key: str | None = None
    """The id of the key."""
    scopes: frozenset[Permission] | None = None
    """Of a key; None: everything that the roles allow."""
    project: str | None = None
    """Of a key: the only project it is good in."""
    pools: tuple[str, ...] = ()
    """Of a worker's key."""
    run: RunId | None = None
    """Of a run's token."""


ANONYMOUS = Principal(kind=PrincipalKind.ANONYMOUS, actor=Actor(kind="anonymous", name=""))
_PEOPLE = frozenset({PrincipalKind.USER, PrincipalKind.KEY, PrincipalKind.LOCAL})


def local(actor: Actor) -> Principal:
    """Whoever has the machine's own rights: the command line beside the store, `--no-auth`."""
    return Principal(kind=PrincipalKind.LOCAL, actor=actor, superuser=True)


def may(who: Principal, permission: Permission, project: str | None) -> bool:
    """Whether `who` has the permission in the project; None: over the whole instance.

    Workers and runs have none of them: what they may do is asked by `works_in` and `is_run`.
    """
    if who.kind not in _PEOPLE or not _in_scope(who, permission):
        return False
    if permission is Permission.SIGNED_IN or permission is Permission.SELF:
        return True
    if permission in LEAST and project is not None:
        return _has_role(who, LEAST[permission], project)
    return who.superuser and who.project is None


def may_in(who: Principal, permission: Permission, projects: Iterable[str]) -> list[str]:
    """Those of the projects where `who` has the permission: what a listing shows."""
    return [project for project in projects if may(who, permission, project)]


def named_projects(who: Principal) -> tuple[str, ...]:
    """The projects that its rights name: of a key that is good in one, that one."""
    return tuple(sorted(who.roles)) if who.project is None else (who.project,)


def may_somewhere(who: Principal, permission: Permission) -> bool:
    """Whether it has the permission in any project."""
    return may(who, permission, EVERY) or bool(may_in(who, permission, named_projects(who)))


def works_in(who: Principal, pool: str) -> bool:
    """Whether it is a worker of the pool."""
    return who.kind is PrincipalKind.WORKER and pool in who.pools


def is_run(who: Principal, run: RunId) -> bool:
    """Whether it is the run itself."""
    return who.kind is PrincipalKind.RUN and who.run == run


def _in_scope(who: Principal, permission: Permission) -> bool:
    if who.scopes is None:
        return True
    match permission:
        case Permission.SIGNED_IN:
            return True
        case Permission.SELF:
            return False
        case Permission.INSTANCE:
            return Permission.ADMIN in who.scopes
        case _:
            return permission in who.scopes


def _has_role(who: Principal, least: Role, project: str) -> bool:
    if who.project is not None and who.project != project:
        return False
    if who.superuser:
        return True
    role = role_in(who.roles, project)
    return role is not None and role >= least
