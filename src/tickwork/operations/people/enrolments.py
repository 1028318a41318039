"""Enrolment: a token with which a worker gets a key of its own, once."""

import hashlib
from collections.abc import Iterable

import msgspec

from tickwork.core.clock import HOUR, Duration, iso, later
from tickwork.core.codec import from_json, to_json
from tickwork.core.model import DEFAULT_POOL
from tickwork.core.people import KeyKind
from tickwork.errors import InvalidDefinition, NotSignedIn
from tickwork.operations.context import Context
from tickwork.operations.people.keys import Keys, check_name
from tickwork.operations.people.views import EnrolmentView, KeyView
from tickwork.store.protocol import Audited, Keep, Note

TTL = Duration(HOUR)
PREFIX = "twe"
_SPACE = "enrolment"
_TOKEN_BITS = 200


class _Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    pools: tuple[str, ...]
    by: str
    """Who made the token."""


class Enrolments:
    """The verbs on enrolment."""

    def __init__(self, context: Context, keys: Keys) -> None:
        self._context = context
        self._keys = keys

    async def make(self, *, pools: Iterable[str] = (), ttl: Duration = TTL) -> EnrolmentView:
        """A token for one worker of these pools (none: the default one), which is not to be had again.
        Raises `InvalidDefinition`."""
        if ttl <= 0:
            raise InvalidDefinition("an enrolment that is over before it begins is of no use; let it last longer")
        now, token = self._context.clock.now(), f"{PREFIX}_{self._context.ids.secret(_TOKEN_BITS)}"
        named = tuple(sorted(set(pools))) or (DEFAULT_POOL,)
        expires, by = later(now, ttl), self._context.actor
        body = to_json(_Enrolment(pools=named, by=by.name))
        await self._context.store.keep(
            [Keep(note=Note(space=_SPACE, key=_key(token), body=body, expires=expires), new=True)], at=now
        )
        await self._record("create", "enrolment", _key(token)[:12], f"for the pools {', '.join(named)}")
        return EnrolmentView(token=token, pools=named, expires=iso(expires))

    async def use(self, token: str, *, name: str) -> tuple[KeyView, str]:
        """The key of the worker `name`, and its secret. Who drops the token has it: of several callers one.
        Raises `NotSignedIn` for a token that is unknown, over, or was used, and `InvalidDefinition` for the name, which
        costs no token."""
        check_name(name)
        now, key = self._context.clock.now(), _key(token)
        note = (await self._context.store.notes(_SPACE, [key], at=now)).get(key)
        if note is None or await self._context.store.drop(_SPACE, [key], at=now) != [True]:
            raise NotSignedIn(
                "this token is unknown, was used before, or is over; `tickwork key enrol --pool POOL` makes another"
            )
        enrolment = from_json(note.body, _Enrolment)
        made, secret = await self._keys.create(name, kind=KeyKind.WORKER, pools=enrolment.pools)
        await self._record("enrol", "key", made.id, f"by a token of {enrolment.by}")
        return made, secret

    async def _record(self, verb: str, kind: str, id: str, note: str) -> None:
        entry = Audited(verb=verb, kind=kind, id=id, note=note)
        await self._context.store.record([entry], by=self._context.actor, at=self._context.clock.now())


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
