"""Looking into indexes that earlier versions did not keep (functions/lib/indexing.lua): whoever finds that what they
have left is not entered yet does that first."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from tickwork.store.protocol import Document, Kind, Said, ScheduleRow
from tickwork.store.redis import packing, replies
from tickwork.store.redis.documents import document_of

Call = Callable[..., Awaitable[Any]]
_STEP: Final = 500
"""Documents that are entered in one call: during it nobody else is answered."""


class Indexes:
    """`read`, `write`: how the server is asked."""

    def __init__(self, *, read: Call, write: Call) -> None:
        self._read = read
        self._write = write

    async def saying(self, kind: Kind, what: Said, *, after: str, limit: int) -> list[Document]:
        found: list[Document] = []
        behind: str | None = after
        while behind is not None and len(found) < limit:
            ids, texts, *more = await self._look("saying", kind, what, behind, limit - len(found))
            found += [document_of(kind, id_.decode(), text) for id_, text in zip(ids, texts, strict=True)]
            behind = more[0].decode() if more else None
        return found

    async def idle(self, projects: Any, *, after: str, limit: int) -> list[ScheduleRow]:
        """`projects`: as the server reads it."""
        found: list[ScheduleRow] = []
        behind: str | None = after
        while behind is not None and len(found) < limit:
            rows, gaps, *more = await self._look("idle", projects, behind, limit - len(found))
            found += [packing.schedule_of(row, gap) for row, gap in replies.padded(rows, gaps)]
            behind = more[0].decode() if more else None
        return found

    async def _look(self, verb: str, *args: Any) -> Any:
        while (found := await self._read(verb, *args)) is None:
            await self._complete()
        return found

    async def _complete(self) -> None:
        for kind in Kind:
            reached: bytes | None = b""
            while reached is not None:
                reached = await self._write("index", kind, reached.decode(), _STEP)
        await self._write("index", packing.field(None), "", 0)
