"""Logs of runs: as chunks, as text, followed while the run goes on (`curl -N`), as a file."""

from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tickwork.operations.viewing import chunk_view
from tickwork.operations.views import ChunkView
from tickwork.server.call import Caller
from tickwork.server.document.headers import DISPOSITION
from tickwork.server.live.following import follow_text
from tickwork.server.live.route import Onlooker
from tickwork.server.live.subscription import LARGEST_SEQ
from tickwork.server.live.text import whole_text
from tickwork.server.routing import Routes, json_response
from tickwork.store.protocol import Stream

routes = Routes("logs")
Attempt = Annotated[
    int | None, Query(ge=1, le=LARGEST_SEQ, description="Of this attempt (default: the newest that has a log).")
]
_LOOK = 1000
_TEXT = "text/plain"
_MEDIA_TYPE = f"{_TEXT}; charset=utf-8"


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    chunks: list[ChunkView]
    next: int
    """`after` of the next page."""
    more: bool
    """Whether there is more at once; else whatever comes later."""


class Format(StrEnum):
    JSON = "json"
    TEXT = "text"


@routes.get("/runs/{run}/log", returns=LogPage, text=_TEXT)
async def get_run_log(
    call: Caller,
    request: Request,
    attempt: Attempt = None,
    after: Annotated[int, Query(ge=-1, le=LARGEST_SEQ, description="From behind this chunk on.")] = -1,
    limit: Annotated[int, Query(ge=1, le=10_000, description="So many chunks.")] = _LOOK,
    format: Annotated[Format, Query(description="`text`: the plain lines.")] = Format.JSON,
    follow: Annotated[bool, Query(description="As text, and go on until the run is over: curl -N.")] = False,
) -> Response:
    """Its log: a page of it as JSON, or as text, all of it or as it comes."""
    if follow:
        onlooker = Onlooker(request, who=call.who, backend=call.backend)
        texts = follow_text(call.backend.hub, call.run, viewer=onlooker, clock=call.backend.clock, attempt=attempt)
        return StreamingResponse(texts, media_type=_MEDIA_TYPE)
    if format is Format.TEXT:
        chunks = call.ops.runs.log(call.run.id, attempt=attempt)
        return StreamingResponse(whole_text(chunks), media_type=_MEDIA_TYPE)
    found = await call.ops.store.read_log(call.run.id, attempt=attempt, after=after, limit=limit)
    shown = [chunk_view(chunk) for chunk in found if chunk.stream is not Stream.FRAMES]
    last = found[-1].seq if found else after
    return json_response(LogPage(chunks=shown, next=last, more=len(found) == limit))


@routes.get("/runs/{run}/log/download", returns=None, text=_TEXT, headers=(DISPOSITION,))
async def download_run_log(call: Caller, attempt: Attempt = None) -> Response:
    """Its log as a text file."""
    chunks = call.ops.runs.log(call.run.id, attempt=attempt)
    name = f"{call.run.id}.log"
    return StreamingResponse(
        whole_text(chunks),
        media_type=_MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
