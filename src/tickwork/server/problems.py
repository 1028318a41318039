"""Errors as answers: problem details (RFC 9457), one shape for everything that can go wrong."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tickwork.errors import (
    Conflict,
    InvalidBoard,
    InvalidDefinition,
    InvalidSetting,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StoreUnavailable,
    TickworkError,
    TooManyAttempts,
)
from tickwork.server.reporting import fault
from tickwork.server.requests import request_id

MEDIA_TYPE = "application/problem+json"
PLAIN = "jobsched"
"""The tag of routes whose errors are what that older scheduler's were."""

STATUS: Mapping[type[TickworkError], HTTPStatus] = {
    InvalidDefinition: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidSetting: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""By the error's class, the nearest of its bases first."""


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field of a request."""

    field: str
    """Where it stands: `body.timeout`, `query.limit`."""
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457)."""

    type: str
    """`/problems/<kind>`: stable, for programs."""
    title: str
    """The kind in words."""
    status: int
    detail: str
    """What, which value, and what to do next."""
    errors: list[FieldProblem] = []
    request: str | None = None
    """The id of the request, under which the server's log knows it."""


def answer(
    status: HTTPStatus,
    detail: str,
    *,
    kind: str = "",
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as a response."""
    problem = Problem(
        type=f"/problems/{kind or status.phrase.lower().replace(' ', '-')}",
        title=status.phrase,
        status=status,
        detail=detail,
        errors=list(errors),
        request=request_id.get(),
    )
    return Response(msgspec.json.encode(problem), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def status_of(error: TickworkError) -> HTTPStatus:
    found = (STATUS[base] for base in type(error).__mro__ if base in STATUS)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def install(app: FastAPI) -> None:
    """Let the app answer every error as a problem."""
    app.add_exception_handler(TickworkError, _tickwork_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _fault)


async def _tickwork_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, TickworkError)
    status = status_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="tickwork"'
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if isinstance(error, StoreUnavailable):
        headers["Retry-After"] = "1"
    if PLAIN in getattr(request.scope.get("route"), "tags", ()):
        return JSONResponse({"description": str(error)}, status_code=status, headers=headers)
    problems = error.problems if isinstance(error, InvalidBoard) else []
    fields = [FieldProblem(field=_field_of(problem), message=problem) for problem in problems]
    return answer(status, str(error), kind=kind_of(error), errors=fields, headers=headers)


def kind_of(error: TickworkError) -> str:
    """`InvalidDefinition` → `invalid-definition`."""
    name = type(error).__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _field_of(problem: str) -> str:
    """A board's problem begins with where it stands: `body:1: timeout: …`."""
    _place, _, rest = problem.partition(": ")
    path = rest.partition(": ")[0]
    return f"body.{path}" if path and " " not in path else "body"


async def _invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [_field_problem(one) for one in error.errors()]
    detail = "; ".join(f"{field.field}: {field.message}" for field in fields)
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="invalid-request", errors=fields)


def _field_problem(one: Mapping[str, Any]) -> FieldProblem:
    path = ".".join(str(part) for part in one["loc"])
    return FieldProblem(field=path, message=one["msg"])


async def _http_error(request: Request, error: Exception) -> Response:
    """What the router itself refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else f"{request.method} {request.url.path}: {status.phrase}"
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED and (methods := request.app.state.methods.of(request.url.path)):
        headers = {"Allow": ", ".join(methods)}
    return answer(status, detail, headers=headers)


async def _fault(request: Request, error: Exception) -> Response:
    """Nobody sees a traceback; the operator's log has it."""
    fault(request, error)
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"a fault of Tickwork's own; the server's log has it under this request's id ({request_id.get()})",
        kind="fault",
    )
