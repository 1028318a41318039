"""The live feed over a WebSocket: one client, from its accepting to its end."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from tickwork.errors import Conflict, InvalidDefinition, StoreUnavailable
from tickwork.server.live.events import PING, Message, Refused, encoded
from tickwork.server.live.hub import Hub
from tickwork.server.live.subscription import Sight, parsed
from tickwork.server.live.watcher import Watcher

LONGEST_REQUEST: Final = 64 * 1024
"""Bytes of a client's message. Give the server the same limit, so that it reads no more either."""
PING_SECONDS: Final = 20.0
SLOW_SECONDS: Final = 30.0
"""A client that has taken nothing for so long is closed."""
CHECK_SECONDS: Final = 0.5
"""How often it is asked whether a client is still let in."""
_CLOSE_SECONDS: Final = 1.0


class Viewer(Sight, Protocol):
    """Somebody who was let in."""

    async def still_valid(self) -> bool:
        """Whether they still are: not signed out, not deactivated, the key neither revoked nor expired."""
        ...


class CloseCode(IntEnum):
    """What a client is closed with, where it did not go by itself."""

    NOT_TEXT = 1003
    TOO_BIG = 1009
    TRY_LATER = 1013
    SIGNED_OUT = 4401
    TOO_SLOW = 4408


@dataclass(frozen=True, slots=True)
class _Closing:
    code: CloseCode
    reason: str


async def serve(socket: WebSocket, *, hub: Hub, viewer: Viewer) -> None:
    """Accept the socket and tell the viewer what they ask for and may see, until one of the sides ends it."""
    await socket.accept()
    try:
        watcher = hub.join(viewer)
    except Conflict as error:
        await _close(socket, _Closing(CloseCode.TRY_LATER, str(error)))
        return
    try:
        closing = await _first_of(_send(socket, watcher), _receive(socket, hub, watcher), _check(viewer))
    finally:
        hub.leave(watcher)
    if closing is not None:
        await _close(socket, closing)


async def _first_of(*parts: Coroutine[Any, Any, _Closing | None]) -> _Closing | None:
    """What the first of them to end says; the others end with it."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return done.pop().result()


async def _send(socket: WebSocket, watcher: Watcher) -> _Closing | None:
    while True:
        message = await _next(watcher)
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                await socket.send_text(message.text)
        except TimeoutError:
            return _Closing(CloseCode.TOO_SLOW, f"nothing was read for {SLOW_SECONDS:.0f} seconds")
        except WebSocketDisconnect:
            return None


async def _next(watcher: Watcher) -> Message:
    try:
        async with asyncio.timeout(PING_SECONDS):
            return await watcher.next()
    except TimeoutError:
        return PING


async def _receive(socket: WebSocket, hub: Hub, watcher: Watcher) -> _Closing | None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text = message.get("text")
        if text is None:
            return _Closing(CloseCode.NOT_TEXT, "write JSON as text")
        if len(text) > LONGEST_REQUEST:
            return _Closing(CloseCode.TOO_BIG, f"a message has at most {LONGEST_REQUEST} bytes")
        await _answer(hub, watcher, text)


async def _answer(hub: Hub, watcher: Watcher, text: str) -> None:
    watcher.messages += 1
    try:
        await hub.answer(watcher, parsed(text))
    except (InvalidDefinition, StoreUnavailable) as error:
        watcher.outbox.put("refused", encoded(Refused(subscription=None, why=str(error))))


async def _check(viewer: Viewer) -> _Closing:
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        with suppress(StoreUnavailable):  # nobody can say; and nothing new can be read either
            if not await viewer.still_valid():
                return _Closing(CloseCode.SIGNED_OUT, "sign in again")


async def _close(socket: WebSocket, closing: _Closing) -> None:
    """A client that reads nothing does not even take this; its connection ends with the endpoint."""
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close(closing.code, closing.reason)
