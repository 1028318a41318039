"""Looking into indexes that earlier versions did not keep (functions/lib/indexing.lua): whoever finds that what they
have left is not entered yet does that first."""

from typing import Any, Final

from tickwork.store.protocol import Kind
from tickwork.store.redis import packing
from tickwork.store.redis.caller import Caller

_STEP: Final = 500
"""Documents that are entered in one call: during it nobody else is answered."""


async def look(caller: Caller, verb: str, *args: Any) -> Any:
    """The reply of a function that reads such an index."""
    while (found := await caller.read(verb, *args)) is None:
        await _complete(caller)
    return found


async def _complete(caller: Caller) -> None:
    for kind in Kind:
        reached: bytes | None = b""
        while reached is not None:
            reached = await caller.write("index", kind, reached.decode(), _STEP)
    await caller.write("index", packing.field(None), "", 0)
