"""Notes as they stand on the server (see functions/lib/notes.lua)."""

from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import Instant
from tickwork.store.protocol import Keep, Note
from tickwork.store.redis.caller import Caller
from tickwork.store.redis.calls import Blobs
from tickwork.store.redis.packing import field
from tickwork.store.redis.replies import padded


def _packed(keep: Keep, blobs: Blobs) -> list[Any]:
    note = keep.note
    body, expect = blobs.add(note.body), blobs.add(keep.expect)
    return [note.space, note.key, body, field(note.expires), keep.new, expect]


def _note_of(space: str, key: str, text: bytes) -> Note:
    expires, _, body = text.partition(b"\n")
    return Note(space=space, key=key, body=body, expires=Instant(int(expires)) if expires else None)


async def keep(caller: Caller, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
    blobs = Blobs()
    wanted = [_packed(keep, blobs) for keep in keeps]
    return [one == 1 for one in await caller.write("keep", wanted, at, blobs=blobs.all, once=True)]


async def notes(caller: Caller, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
    found = padded(keys, await caller.read("notes", space, list(keys), at)) if keys else ()
    return {key: _note_of(space, key, text) for key, text in found if text is not None}


async def notes_under(
    caller: Caller, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000
) -> list[Note]:
    found: list[Note] = []
    behind: str | None = after
    while behind is not None and len(found) < limit:
        keys, texts, *more = await caller.read("notes_under", space, prefix, at, behind, limit - len(found))
        found += [_note_of(space, key.decode(), text) for key, text in zip(keys, texts, strict=True)]
        behind = more[0].decode() if more else None
    return found


async def drop(caller: Caller, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
    return [one == 1 for one in await caller.write("drop", space, list(keys), at, once=True)]


async def sweep(caller: Caller, *, at: Instant, limit: int) -> int:
    return int(await caller.write("sweep", at, limit, once=True))
