"""Users: who can sign in."""

import builtins
from typing import Any

from msgspec.structs import replace

from tickwork.core.people import Group, Key, User
from tickwork.errors import Conflict, InvalidDefinition
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory, Entry, folded, named, put_of
from tickwork.operations.people.passwords import check_password, hashed
from tickwork.operations.people.views import UserView, user_view
from tickwork.store.protocol import Kind, Put

FIRST = "admin"
_STAMP_BITS = 100


class Users:
    """The verbs on users."""

    def __init__(self, context: Context, directory: Directory) -> None:
        self._context = context
        self._directory = directory

    async def create(
        self, name: str, *, display: str = "", email: str = "", password: str | None = None, superuser: bool = False
    ) -> UserView:
        """Without a password they sign in by a link (`links.make`). Raises `InvalidDefinition`, `Conflict`."""
        name = named(name, what="user")
        user = User(
            name=name,
            display=display,
            email=_checked_email(email),
            password_hash=await self._hash(password, name=name),
            superuser=superuser,
            stamp=self._stamp(),
        )
        await self._directory.put([put_of(user, expect=0)], verb="create")
        return user_view(user, ())

    async def list(self) -> builtins.list[UserView]:
        """All users, by name."""
        groups = await self._groups()
        return [user_view(entry.value, groups) for entry in await self._directory.all(User)]

    async def show(self, name: str) -> UserView:
        """Raises `NotFound`."""
        found = await self._directory.find(User, folded(name))
        return user_view(found.value, await self._groups())

    async def set(
        self,
        name: str,
        *,
        display: str | None = None,
        email: str | None = None,
        active: bool | None = None,
        superuser: bool | None = None,
    ) -> UserView:
        """Change what is given. A change of `active` or `superuser` ends all of their sessions.
        Raises `NotFound`, and `Conflict` for what would leave no active superuser."""
        found = await self._directory.find(User, folded(name))
        given: dict[str, Any] = {
            "display": display,
            "email": None if email is None else _checked_email(email),
            "active": active,
            "superuser": superuser,
        }
        after = replace(found.value, **{field: value for field, value in given.items() if value is not None})
        if (after.active, after.superuser) != (found.value.active, found.value.superuser):
            after = replace(after, stamp=self._stamp())
            await self._keep_a_superuser(found.value, after)
        await self._directory.put([put_of(after, expect=found.revision)], verb="set")
        return user_view(after, await self._groups())

    async def set_password(self, name: str, password: str | None) -> None:
        """None: they can sign in by a link only. Ends all of their sessions. Raises `NotFound`, `InvalidDefinition`."""
        found = await self._directory.find(User, folded(name))
        password_hash = await self._hash(password, name=found.value.name)
        await self._restamp(found, verb="password", password_hash=password_hash)

    async def sign_out(self, name: str) -> None:
        """End all of their sessions. Raises `NotFound`."""
        await self._restamp(await self._directory.find(User, folded(name)), verb="sign-out")

    async def delete(self, name: str) -> None:
        """Their keys end, and they leave their groups: somebody who gets the name later gets nothing of theirs.
        Raises `NotFound`, and `Conflict` for the last active superuser."""
        found = await self._directory.find(User, folded(name))
        user, now = found.value, self._context.clock.now()
        await self._keep_a_superuser(user, None)
        puts = [Put(kind=Kind.USER, id=user.name, body=None, name=user.name, expect=found.revision)]
        for group, revision in await self._directory.all(Group):
            if user.name in group.members:
                left = tuple(member for member in group.members if member != user.name)
                puts.append(put_of(replace(group, members=left), expect=revision))
        for key, revision in await self._directory.all(Key):
            if key.owner == user.name and key.revoked is None:
                puts.append(put_of(replace(key, revoked=now), expect=revision))
        await self._directory.put(puts, verb="delete")

    async def ensure_first(self) -> str | None:
        """Where there never was a user, make the superuser `admin`, without a password; returns its name then."""
        if await self._context.store.find(Kind.USER, deleted=True, limit=1):
            return None
        user = User(name=FIRST, superuser=True, stamp=self._stamp())
        try:
            await self._directory.put([put_of(user, expect=0)], verb="create")
        except Conflict:  # another server was faster
            return None
        return user.name

    async def _restamp(self, found: Entry[User], *, verb: str, **changed: Any) -> None:
        after = replace(found.value, stamp=self._stamp(), **changed)
        await self._directory.put([put_of(after, expect=found.revision)], verb=verb)

    def _stamp(self) -> str:
        return self._context.ids.secret(_STAMP_BITS)

    async def _hash(self, password: str | None, *, name: str) -> str | None:
        if password is None:
            return None
        check_password(password, name=name)
        return await hashed(password)

    async def _groups(self) -> builtins.list[Group]:
        return [entry.value for entry in await self._directory.all(Group)]

    async def _keep_a_superuser(self, before: User, after: User | None) -> None:
        if not _rules(before) or (after is not None and _rules(after)):
            return
        if not any(_rules(user) for user, _ in await self._directory.all(User) if user.name != before.name):
            raise Conflict(f"{before.name} is the only active superuser; make another one first")


def _rules(user: User) -> bool:
    return user.active and user.superuser


def _checked_email(email: str) -> str:
    if email and (email.count("@") != 1 or not all(email.split("@")) or any(c.isspace() for c in email)):
        raise InvalidDefinition(f"email {email!r}: write it as name@host, or leave it empty")
    return email
