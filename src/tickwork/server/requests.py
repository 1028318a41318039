"""Every request gets an id, which its answer, its problem and our log carry; how it went is told."""

import re
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.server.methods import PREFIX
from tickwork.telemetry import RequestAnswered, Telemetry

HEADER = b"x-request-id"
_FIT = re.compile(rb"[\w.:-]{1,64}")
_GONE: Final = 499
"""What is told as the status of a request whose client did not wait for an answer (nginx' word for it)."""
request_id: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""Of the request that is being answered."""


class Requests:
    """Around the whole app."""

    def __init__(self, app: ASGIApp, *, clock: Clock, ids: Ids, telemetry: Telemetry) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = _given(scope["headers"]) or self._ids.run().encode()
        scope["tickwork.request_id"] = identity.decode()
        status, begun = _GONE, self._clock.monotonic()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (HEADER, identity)]}
            await send(message)

        token = request_id.set(identity.decode())
        try:
            await self._app(scope, receive, sending)
        finally:
            request_id.reset(token)
            self._tell(scope, status, self._clock.monotonic() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        self._telemetry.emit(
            RequestAnswered(
                request=scope["tickwork.request_id"],
                method=scope["method"],
                route=getattr(scope.get("route"), "path", "").removeprefix(PREFIX) or "other",
                status=int(status),
                seconds=seconds,
            )
        )


def _given(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """One that a proxy in front of us has made, where it is fit to be logged."""
    found = next((value for name, value in headers if name == HEADER), b"")
    return found if _FIT.fullmatch(found) else None
