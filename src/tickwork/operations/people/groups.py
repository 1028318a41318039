"""Groups: by belonging to one, users are something in projects."""

import builtins
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from tickwork.core.people import Group, User
from tickwork.core.roles import EVERY, Role, highest
from tickwork.errors import NotFound
from tickwork.operations.people.directory import Directory, folded, named, put_of
from tickwork.operations.people.views import MemberView, UserGroupView, group_view
from tickwork.store.protocol import Kind, Put


class Groups:
    """The verbs on groups. What they change counts from the next request on."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def create(
        self, name: str, *, members: Iterable[str] = (), roles: Mapping[str, Role] | None = None
    ) -> UserGroupView:
        """Raises `InvalidDefinition`, `Conflict`, and `NotFound` for a member that is no user."""
        users = await self._known(members)
        group = Group(name=named(name, what="group"), members=users, roles=dict(roles or {}))
        await self._directory.put([put_of(group, expect=0)], verb="create")
        return group_view(group)

    async def list(self) -> builtins.list[UserGroupView]:
        """All groups, by name."""
        return [group_view(group) for group, _ in await self._directory.all(Group)]

    async def show(self, name: str) -> UserGroupView:
        """Raises `NotFound`."""
        return group_view((await self._directory.find(Group, folded(name))).value)

    async def set(
        self,
        name: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        roles: Mapping[str, Role | None] | None = None,
    ) -> UserGroupView:
        """Take members in and out, and set roles in projects (None: no role any more). Raises `NotFound`."""
        group, revision = await self._directory.find(Group, folded(name))
        gone = {folded(member) for member in remove}
        members = sorted((set(group.members) | set(await self._known(add))) - gone)
        changed = {**group.roles, **(roles or {})}
        left = {project: role for project, role in changed.items() if role is not None}
        after = replace(group, members=tuple(members), roles=left)
        await self._directory.put([put_of(after, expect=revision)], verb="set")
        return group_view(after)

    async def delete(self, name: str) -> None:
        """Raises `NotFound`."""
        group, revision = await self._directory.find(Group, folded(name))
        gone = Put(kind=Kind.GROUP, id=group.name, body=None, name=group.name, expect=revision)
        await self._directory.put([gone], verb="delete")

    async def roles_of(self, user: str) -> dict[str, Role]:
        """By project, in each the highest that one of the user's groups gives."""
        groups = [group for group, _ in await self._directory.all(Group)]
        return highest(group.roles for group in groups if user in group.members)

    async def members_of(self, project: str) -> builtins.list[MemberView]:
        """Who is what in a project, through which groups."""
        giving = [
            (group, max(role for at, role in group.roles.items() if at in {project, EVERY}))
            for group, _ in await self._directory.all(Group)
            if {project, EVERY} & set(group.roles)
        ]
        names = sorted({member for group, _ in giving for member in group.members})
        return [
            MemberView(
                user=name,
                role=max(role for group, role in giving if name in group.members),
                groups=[group.name for group, _ in giving if name in group.members],
            )
            for name in names
        ]

    async def _known(self, members: Iterable[str]) -> tuple[str, ...]:
        names = sorted({folded(member) for member in members})
        users = {user.name for user, _ in await self._directory.all(User)} if names else set()
        if missing := [name for name in names if name not in users]:
            raise NotFound(f"there is no user {', '.join(missing)}; `tickwork user ls` lists them")
        return tuple(names)
