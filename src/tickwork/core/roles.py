"""Who may do what: roles in projects, permissions that a door asks for, and the one comparison of the two."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

EVERY = "*"
"""In place of a project: all of them, also those to come."""


class Role(StrEnum):
    """What somebody is in a project. Each can do what those before it can."""

    VIEWER = "viewer"
    """Reads jobs, runs, logs, the ledger."""
    OPERATOR = "operator"
    """Runs, cancels, pauses, replays what is defined."""
    EDITOR = "editor"
    """Defines: jobs, tasks, calendars, boards; runs what is not defined."""
    ADMIN = "admin"
    """Members, keys, secrets and the audit of the project."""

    # The order of the roles, not that of their names, which StrEnum would inherit.

    def __lt__(self, other: object) -> bool:
        return _RANKS[self] < _RANKS[_role(other)]

    def __le__(self, other: object) -> bool:
        return _RANKS[self] <= _RANKS[_role(other)]

    def __gt__(self, other: object) -> bool:
        return _RANKS[self] > _RANKS[_role(other)]

    def __ge__(self, other: object) -> bool:
        return _RANKS[self] >= _RANKS[_role(other)]


_RANKS: dict[Role, int] = {role: rank for rank, role in enumerate(Role)}


def _role(other: object) -> Role:
    if not isinstance(other, Role):
        raise TypeError(f"a role compares with a role, not with {other!r}")
    return other


class Permission(StrEnum):
    """What a door asks for. `read` to `admin` are asked for in a project (or, where an object belongs to none, of the
    whole instance); they and `metrics` are also what a key's scopes name."""

    READ = "read"
    OPERATE = "operate"
    EDIT = "edit"
    ADMIN = "admin"
    METRICS = "metrics"
    """The numbers about the instance that a monitor collects."""
    SIGNED_IN = "signed_in"
    """A person or a person's key, whoever it is."""
    SELF = "self"
    """A person, about themselves; never a key, which could make itself a wider one."""
    INSTANCE = "instance"
    """What is no project's: users, groups, projects, settings. Superusers."""


SCOPES = (Permission.READ, Permission.OPERATE, Permission.EDIT, Permission.ADMIN, Permission.METRICS)
"""What a key can be good for. Each stands for itself: a key that may operate reads only if it may read, too."""

LEAST: Mapping[Permission, Role] = {
    Permission.READ: Role.VIEWER,
    Permission.OPERATE: Role.OPERATOR,
    Permission.EDIT: Role.EDITOR,
    Permission.ADMIN: Role.ADMIN,
}
"""The least role that has a permission."""


def role_in(roles: Mapping[str, Role], project: str) -> Role | None:
    """The highest of the roles that count in the project."""
    return max((roles[name] for name in (project, EVERY) if name in roles), default=None)


def highest(all_roles: Iterable[Mapping[str, Role]]) -> dict[str, Role]:
    """Several groups' roles together: in each project the highest."""
    together: dict[str, Role] = {}
    for roles in all_roles:
        for project, role in roles.items():
            together[project] = max(role, together.get(project, role))
    return together
