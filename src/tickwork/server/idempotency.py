"""`Idempotency-Key`: who repeats a request whose answer got lost does not do the thing twice."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import msgspec
from fastapi import Header
from pydantic import BaseModel

from tickwork.core.clock import DAY, MINUTE, Duration, later
from tickwork.core.codec import from_json, to_json
from tickwork.errors import Conflict
from tickwork.server.call import Call
from tickwork.store.protocol import Keep, Note

SPACE: Final = "idempotency"
KEPT: Final = Duration(DAY)
_MAKING: Final = Duration(MINUTE)
_LOOKS, _PAUSE = 50, 0.1

Key = Annotated[
    str | None, Header(min_length=1, max_length=200, description="The same again within a day: the same answer.")
]


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, and the id of what came of it (None: it is being made)."""

    asked: str
    made: str | None = None


async def once(call: Call, verb: str, key: str | None, asked: BaseModel, make: Callable[[], Awaitable[str]]) -> str:
    """The id of what `make` makes: for the first request with this key; for the others the id that the first one got.

    Raises `Conflict` for another request with the same key, and for a minute after one that died in the middle.
    """
    if key is None:
        return await make()
    note_key = hashlib.sha256(f"{call.who.user or call.who.actor.name}\0{verb}\0{key}".encode()).hexdigest()
    digest = hashlib.sha256(asked.model_dump_json().encode()).hexdigest()
    first = _note(call, note_key, _Answer(asked=digest))
    if await call.ops.store.keep([Keep(note=first, new=True)], at=call.now) == [True]:
        try:
            made = await make()
        except BaseException:
            await call.ops.store.drop(SPACE, [note_key], at=call.now)
            raise
        await call.ops.store.keep([Keep(note=_note(call, note_key, _Answer(asked=digest, made=made)))], at=call.now)
        return made
    return await _answered(call, note_key, digest)


async def _answered(call: Call, key: str, digest: str) -> str:
    """What the first request made, once it has."""
    for _ in range(_LOOKS):
        note = (await call.ops.store.notes(SPACE, [key], at=call.now)).get(key)
        if note is None:
            break
        answer = from_json(note.body, _Answer)
        if answer.asked != digest:
            raise Conflict("this Idempotency-Key was used for another request; take a new one")
        if answer.made is not None:
            return answer.made
        await asyncio.sleep(_PAUSE)
    raise Conflict("a request with this Idempotency-Key is under way or was broken off; ask again in a moment")


def _note(call: Call, key: str, answer: _Answer) -> Note:
    kept = _MAKING if answer.made is None else KEPT
    return Note(space=SPACE, key=key, body=to_json(answer), expires=later(call.now, kept))
