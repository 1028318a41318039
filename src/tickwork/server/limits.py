"""How large and how deep a request may be. What exceeds it is refused before anybody parses it."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tickwork.server.problems import answer

LARGEST_BODY = 8 * 1024 * 1024
DEEPEST = 100
_OPENING, _CLOSING = b"[{", b"]}"


class Limits:
    """Around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            detail = f"the body is larger than {LARGEST_BODY // 1024 // 1024} MB"
            await answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)(scope, receive, send)
        elif _is_json(scope) and depth_of(body) > DEEPEST:
            detail = f"the body is nested deeper than {DEEPEST} levels"
            await answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)


async def _whole(receive: Receive) -> bytes | None:
    """The body; None: it is too large (the rest is not read)."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _is_json(scope: Scope) -> bool:
    return any(name == b"content-type" and b"json" in value for name, value in scope["headers"])


def depth_of(text: bytes) -> int:
    """How deep lists and tables lie in each other, at most; what stands in strings is counted, too, which only errs
    on the careful side."""
    if text.count(b"[") + text.count(b"{") <= DEEPEST:
        return 0
    depth = deepest = 0
    for letter in text:
        if letter in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif letter in _CLOSING:
            depth -= 1
    return deepest
