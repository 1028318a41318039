"""Check-in URLs: made and revoked by editors of the job, called by whatever runs it elsewhere with just curl."""

import hashlib
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tickwork.errors import InvalidDefinition, NotFound
from tickwork.operations.checkins import MadeCheckin, Word
from tickwork.operations.views import CheckinView
from tickwork.server.authentication import address_of
from tickwork.server.call import Call, Caller
from tickwork.server.reporting import CHECKIN
from tickwork.server.routing import Routes

routes = Routes("check-ins")
doors = Routes("check-ins", prefix="")
"""At the root: a URL in a crontab is to be short."""
_LARGEST_STATUS: Final = 255
_WORDS: Final = {"start": None, "success": 0, "fail": 1}
_ERRORS: Final = (HTTPStatus.TOO_MANY_REQUESTS,)


@routes.get("/jobs/{job}/checkin", returns=CheckinView)
async def get_checkin(call: Caller) -> CheckinView:
    """Since when it has a check-in URL, and who made it. The URL itself cannot be looked up."""
    found = await call.ops.checkins.show(call.job.id)
    if found is None:
        raise NotFound(f"job {call.job.id} has no check-in URL")
    return found


@routes.post("/jobs/{job}/checkin", returns=MadeCheckin, status=HTTPStatus.CREATED)
async def make_checkin(call: Caller, request: Request) -> MadeCheckin:
    """Make its check-in URL, which is shown this once. One that it had is good for nothing from now on."""
    token = await call.ops.checkins.make(call.job.id)
    at = (call.backend.settings.public_url or str(request.base_url)).rstrip("/")
    return MadeCheckin(job=call.job.id, url=f"{at}{CHECKIN}{token}")


@routes.delete("/jobs/{job}/checkin")
async def revoke_checkin(call: Caller) -> None:
    """Its check-in URL is good for nothing from now on."""
    await call.ops.checkins.revoke(call.job.id)


@doors.post("/checkin/{token}", returns=None, text="text/plain", errors=_ERRORS)
async def check_in(call: Caller, request: Request, token: str) -> Response:
    """It has run, and succeeded. The body, if there is one, is its output."""
    return await _taken(call, request, token, 0)


@doors.post("/checkin/{token}/{word}", returns=None, text="text/plain", errors=_ERRORS)
async def check_in_with(call: Caller, request: Request, token: str, word: str) -> Response:
    """`start`: it begins. `success`, `fail`, or its exit status (0 … 255): it is over. The body is its output."""
    return await _taken(call, request, token, _exit_code(word))


@doors.get("/checkin/{token}", returns=None, text="text/plain", errors=_ERRORS)
async def check_in_by_get(call: Caller, request: Request, token: str) -> Response:
    """The same for what can only ask."""
    return await _taken(call, request, token, 0)


@doors.get("/checkin/{token}/{word}", returns=None, text="text/plain", errors=_ERRORS)
async def check_in_with_by_get(call: Caller, request: Request, token: str, word: str) -> Response:
    """The same for what can only ask."""
    return await _taken(call, request, token, _exit_code(word))


async def _taken(call: Call, request: Request, token: str, exit_code: int | None) -> Response:
    """The id of the run, as a line of text."""
    host = address_of(request)
    call.backend.checkins.take(hashlib.sha256(token.encode()).hexdigest(), what="this job checks in too often")
    output = await request.body() if request.method == "POST" else b""
    word = Word(exit_code=exit_code, output=output, host=host)
    try:
        taken = await call.backend.system.checkins.take(token, word)
    except NotFound:
        call.backend.strangers.take(host, what="too many check-ins with URLs that are unknown")
        raise
    return PlainTextResponse(f"{taken.run}\n")


def _exit_code(word: str) -> int | None:
    """Raises `InvalidDefinition`."""
    if word in _WORDS:
        return _WORDS[word]
    if word.isascii() and word.isdecimal() and int(word[:4]) <= _LARGEST_STATUS:
        return int(word)
    raise InvalidDefinition(f"{word!r} is no check-in: start, success, fail, or an exit status from 0 to 255")
