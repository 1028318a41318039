"""Sessions: who is signed in at a browser. Only the hash of a token is kept."""

import hashlib
from collections.abc import AsyncIterator

import msgspec
from msgspec.structs import replace

from tickwork.core.clock import DAY, HOUR, MINUTE, Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.people import User
from tickwork.errors import NotFound
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory, folded
from tickwork.operations.people.users import Users
from tickwork.store.protocol import Keep, Note

IDLE = 12 * HOUR
"""So long without a request, and it is over …"""
LONGEST = 14 * DAY
"""… and after this in any case."""
_SPACE = "session"
_TOKEN_BITS = 256
_SEEN_EVERY = MINUTE
_ID_LENGTH = 16
"""Of the hash's 64 digits: enough to tell sessions apart, and no way back to a token."""
_LOOK = 1000


class WebSession(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in."""

    user: str
    stamp: str
    """The user's when they signed in: with another one the session is over."""
    opened: Instant
    seen: Instant
    """To a minute."""
    address: str = ""
    agent: str = ""

    @property
    def expires(self) -> Instant:
        return Instant(min(self.seen + IDLE, self.opened + LONGEST))


class Sessions:
    """The verbs on sessions."""

    def __init__(self, context: Context, directory: Directory, users: Users) -> None:
        self._context = context
        self._directory = directory
        self._users = users

    async def open(
        self, user: str, *, address: str = "", agent: str = "", instead_of: str | None = None
    ) -> tuple[str, WebSession]:
        """A new session and its token; that of `instead_of` ends. Raises `NotFound`."""
        found = (await self._directory.find(User, folded(user))).value
        now = self._context.clock.now()
        token = self._context.ids.secret(_TOKEN_BITS)
        session = WebSession(
            user=found.name, stamp=found.stamp, opened=now, seen=now, address=address, agent=agent[:200]
        )
        await self._context.store.keep([Keep(note=_note(token, session), new=True)], at=now)
        if instead_of:
            await self.end(instead_of)
        return token, session

    async def of(self, token: str) -> WebSession | None:
        """The session of this token, if it is not over and its user is as it was at the sign-in."""
        found = await self.with_user(token)
        return None if found is None else found[0]

    async def with_user(self, token: str) -> tuple[WebSession, User] | None:
        """The same, and the user as they are now."""
        now, key = self._context.clock.now(), _key(token)
        note = (await self._context.store.notes(_SPACE, [key], at=now)).get(key)
        if note is None:
            return None
        session = from_json(note.body, WebSession)
        user = await self._directory.get(User, session.user)
        if user is None or not user.active or user.stamp != session.stamp:
            await self.end(token)
            return None
        if now - session.seen >= _SEEN_EVERY:
            # in place of what was read: a session that has ended meanwhile does not come back
            seen = replace(session, seen=now)
            await self._context.store.keep([Keep(note=_note(token, seen), expect=note.body)], at=now)
            return seen, user
        return session, user

    async def end(self, token: str) -> bool:
        """Whether it was one."""
        [ended] = await self._context.store.drop(_SPACE, [_key(token)], at=self._context.clock.now())
        return ended

    async def list(self, user: str) -> dict[str, WebSession]:
        """The sessions of a user that are not over, newest first, by ids that are good for nothing but ending them."""
        owner = await self._directory.get(User, user)
        if owner is None or not owner.active:
            return {}
        found = [
            (note.key, session)
            async for note in self._all()
            if (session := from_json(note.body, WebSession)).user == owner.name and session.stamp == owner.stamp
        ]
        return {key[:_ID_LENGTH]: one for key, one in sorted(found, key=lambda pair: -pair[1].opened)}

    async def end_one(self, user: str, id: str) -> None:
        """End a session of a user by its id, as `list` gives it. Raises `NotFound`."""
        notes = await self._context.store.notes_under(_SPACE, id, at=self._context.clock.now(), limit=1)
        if len(id) != _ID_LENGTH or not notes or from_json(notes[0].body, WebSession).user != user:
            raise NotFound(f"you have no session {id!r}")
        await self._context.store.drop(_SPACE, [notes[0].key], at=self._context.clock.now())

    async def _all(self) -> AsyncIterator[Note]:
        now, after = self._context.clock.now(), ""
        while notes := await self._context.store.notes_under(_SPACE, "", at=now, after=after, limit=_LOOK):
            for note in notes:
                yield note
            after = notes[-1].key

    async def end_all(self, user: str) -> None:
        """End every session of a user. Raises `NotFound`."""
        await self._users.sign_out(user)


def id_of(token: str) -> str:
    """Under which `Sessions.list` has the session of this token."""
    return _key(token)[:_ID_LENGTH]


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _note(token: str, session: WebSession) -> Note:
    return Note(space=_SPACE, key=_key(token), body=to_json(session), expires=session.expires)
