"""Every request gets an id, which its answer and our log carry."""

import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids

HEADER = b"x-request-id"
_FIT = re.compile(rb"[\w.:-]{1,64}")


class Requests:
    """Around the whole app."""

    def __init__(self, app: ASGIApp, *, clock: Clock, ids: Ids) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = _given(scope["headers"]) or self._ids.run().encode()
        scope["tickwork.request_id"] = identity.decode()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (HEADER, identity)]}
            await send(message)

        await self._app(scope, receive, sending)


def _given(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """One that a proxy in front of us has made, where it is fit to be logged."""
    found = next((value for name, value in headers if name == HEADER), b"")
    return found if _FIT.fullmatch(found) else None
