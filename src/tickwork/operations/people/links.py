"""Sign-in links: a token that signs its user in, once."""

import hashlib

import msgspec

from tickwork.core.clock import MINUTE, Duration, later
from tickwork.core.codec import from_json, to_json
from tickwork.core.people import User
from tickwork.errors import Conflict
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory, folded
from tickwork.operations.people.signing_in import record_sign_in
from tickwork.store.protocol import Keep, Note

TTL = Duration(15 * MINUTE)
_SPACE = "sign-in-link"
_TOKEN_BITS = 256


class _Link(msgspec.Struct, frozen=True, kw_only=True):
    user: str
    stamp: str
    """With another one of the user's it is good for nothing."""


class Links:
    """The verbs on sign-in links."""

    def __init__(self, context: Context, directory: Directory) -> None:
        self._context = context
        self._directory = directory

    async def make(self, user: str, *, ttl: Duration = TTL) -> str:
        """The token; what leads to it is the door's. Raises `NotFound`, and `Conflict` for a user who is not active."""
        found = (await self._directory.find(User, folded(user))).value
        if not found.active:
            raise Conflict(f"{found.name} is switched off; `tickwork user set {found.name} --active` first")
        now, token = self._context.clock.now(), self._context.ids.secret(_TOKEN_BITS)
        body = to_json(_Link(user=found.name, stamp=found.stamp))
        note = Note(space=_SPACE, key=_key(token), body=body, expires=later(now, ttl))
        await self._context.store.keep([Keep(note=note, new=True)], at=now)
        return token

    async def use(self, token: str, *, address: str = "") -> str | None:
        """Whom it signs in; None: it is unknown, over, or was used before. Who drops it has it."""
        now, key = self._context.clock.now(), _key(token)
        note = (await self._context.store.notes(_SPACE, [key], at=now)).get(key)
        if note is None or await self._context.store.drop(_SPACE, [key], at=now) != [True]:
            return None
        link = from_json(note.body, _Link)
        user = await self._directory.get(User, link.user)
        if user is None or not user.active or user.stamp != link.stamp:
            return None
        await record_sign_in(self._context, link.user, address=address, note="by a link")
        return link.user


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
