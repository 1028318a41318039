"""People as people see them: no hash leaves the house."""

from collections.abc import Iterable, Sequence

import msgspec

from tickwork.core.clock import Instant, iso
from tickwork.core.people import Group, Key, User
from tickwork.core.roles import Role, highest


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    display: str
    email: str
    active: bool
    superuser: bool
    password: bool
    """Whether there is one."""
    groups: Sequence[str]
    roles: dict[str, Role]
    """By project, through the groups."""


class UserGroupView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    members: Sequence[str]
    roles: dict[str, Role]


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    kind: str
    owner: str
    project: str | None
    scopes: Sequence[str]
    pools: Sequence[str]
    created: str | None
    expires: str | None
    revoked: str | None
    used: str | None
    """When it was last used, to a minute."""


class MadeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key and its secret, which is shown this once."""

    key: KeyView
    secret: str


class EnrolmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A token that gets one worker a key of its own; it is shown this once."""

    token: str
    pools: Sequence[str]
    expires: str | None


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A user's role in one project."""

    user: str
    role: Role
    groups: Sequence[str]
    """Those that give a role there."""


def user_view(user: User, groups: Iterable[Group]) -> UserView:
    mine = [group for group in groups if user.name in group.members]
    return UserView(
        name=user.name,
        display=user.display,
        email=user.email,
        active=user.active,
        superuser=user.superuser,
        password=user.password_hash is not None,
        groups=[group.name for group in mine],
        roles=highest(group.roles for group in mine),
    )


def group_view(group: Group) -> UserGroupView:
    return UserGroupView(name=group.name, members=group.members, roles=group.roles)


def key_view(key: Key, *, used: Instant | None) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        kind=key.kind,
        owner=key.owner,
        project=key.project,
        scopes=key.scopes,
        pools=key.pools,
        created=iso(key.created),
        expires=iso(key.expires),
        revoked=iso(key.revoked),
        used=iso(used),
    )
