"""The messages of workers: raw MessagePack in and out, no models in between."""

import gzip
import zlib
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tickwork.errors import InvalidDefinition
from tickwork.server.call import Call, Caller
from tickwork.server.link.desk import Desk
from tickwork.server.routing import Routes
from tickwork.worker.wire import (
    MEDIA_TYPE,
    WORTH_IT,
    Answer,
    Bye,
    ClaimAsk,
    Claims,
    Done,
    Hello,
    OrdersAsk,
    OrdersHint,
    ReportAsk,
    decode,
    encode,
)

T = TypeVar("T")
routes = Routes("workers' link")
_LONGEST_WAIT: Final = 30.0
_LONGEST_CLAIM: Final = 5.0
"""A key that is revoked meanwhile is given nothing after it."""
_LARGEST: Final = 64 * 1024 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_HIDDEN: Mapping[str, Any] = {"include_in_schema": False}


@routes.post("/worker/hello", returns=None, **_HIDDEN)
async def worker_hello(call: Caller, request: Request) -> Response:
    """Open a session."""
    return _told(request, await _desk(call).hello(call.who, await _message(request, Hello)))


@routes.post("/worker/claim", returns=None, **_HIDDEN)
async def worker_claim(call: Caller, request: Request) -> Response:
    """Runs for free seats; waits for the first."""
    ask = await _message(request, ClaimAsk)
    wait = min(max(ask.wait, 0.0), _LONGEST_CLAIM)
    claims = await _desk(call).claim(
        call.who, ask.session, free=max(ask.free, 0), wait=wait, knows=ask.knows, said=ask.said
    )
    return _told(request, Claims(claims=claims))


@routes.post("/worker/report", returns=None, **_HIDDEN)
async def worker_report(call: Caller, request: Request) -> Response:
    """What became of claims; durable when it is answered."""
    ask = await _message(request, ReportAsk)
    return _told(request, await _desk(call).report(call.who, ask.session, ask.batch, renew=ask.renew))


@routes.post("/worker/orders", returns=None, **_HIDDEN)
async def worker_orders(call: Caller, request: Request) -> Response:
    """Whether orders may be waiting; waits for them."""
    ask = await _message(request, OrdersAsk)
    wait = min(max(ask.wait, 0.0), _LONGEST_WAIT)
    return _told(request, OrdersHint(waiting=await _desk(call).orders(call.who, ask.session, wait=wait)))


@routes.post("/worker/bye", returns=None, **_HIDDEN)
async def worker_bye(call: Caller, request: Request) -> Response:
    """End the session."""
    await _desk(call).bye(call.who, (await _message(request, Bye)).session)
    return _told(request, Done())


def _desk(call: Call) -> Desk:
    return call.backend.desk


async def _message(request: Request, kind: type[T]) -> T:
    body = await request.body()
    if request.headers.get("content-encoding") == "gzip":
        body = _unpacked(body)
    try:
        return decode(body, kind)
    except msgspec.DecodeError as error:
        raise InvalidDefinition(f"body: this is no {kind.__name__} of a worker: {error}") from None


def _unpacked(body: bytes) -> bytes:
    """No more than is allowed, however well it was packed."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        data = unpacker.decompress(body, _LARGEST)
    except zlib.error as error:
        raise InvalidDefinition(f"body: this is not gzip: {error}") from None
    if unpacker.unconsumed_tail:
        raise InvalidDefinition(f"body: unpacked it is larger than {_LARGEST // 1024 // 1024} MB")
    return data


def _told(request: Request, answer: Answer) -> Response:
    body = encode(answer)
    if len(body) < WORTH_IT or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(body, media_type=MEDIA_TYPE)
    packed = gzip.compress(body, compresslevel=1)
    return Response(packed, media_type=MEDIA_TYPE, headers={"content-encoding": "gzip"})
