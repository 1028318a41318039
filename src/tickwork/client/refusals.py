"""From a server's problem to the error that the same verb raises over a store."""

from collections.abc import Iterator
from http import HTTPStatus

import msgspec

from tickwork import errors
from tickwork.client.shapes import Problem
from tickwork.errors import (
    Conflict,
    InvalidBoard,
    InvalidDefinition,
    InvalidRequest,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StoreUnavailable,
    TickworkError,
    TooManyAttempts,
)

_PREFIX = "/problems/"
_BY_STATUS: dict[int, type[TickworkError]] = {
    HTTPStatus.BAD_REQUEST: InvalidDefinition,
    HTTPStatus.UNAUTHORIZED: NotSignedIn,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.UNPROCESSABLE_ENTITY: InvalidDefinition,
    HTTPStatus.BAD_GATEWAY: StoreUnavailable,
    HTTPStatus.SERVICE_UNAVAILABLE: StoreUnavailable,
    HTTPStatus.GATEWAY_TIMEOUT: StoreUnavailable,
}
"""What proxies and the router itself answer."""


def refusal(status: int, body: bytes, *, url: str, retry_after: str | None) -> TickworkError:
    """The error that an answer stands for. What is no answer of a Tickwork server is told with its address."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.MsgspecError:
        kind = _BY_STATUS.get(status, TickworkError)
        return kind(f"{url} answered {status}, and that as no Tickwork server does; is the address right?")
    name = problem.type.removeprefix(_PREFIX)
    told = problem.detail or problem.title
    if name == "invalid-request":
        return InvalidRequest(told, fields={error["field"]: error["message"] for error in problem.errors})
    if name == "invalid-board":
        return InvalidBoard([error["message"] for error in problem.errors] or [told])
    if name == "too-many-attempts":
        return TooManyAttempts(told, retry_after=int(retry_after or 1))
    return _KINDS.get(name, _BY_STATUS.get(status, TickworkError))(told)


def _kinds() -> Iterator[tuple[str, type[TickworkError]]]:
    """By the name that a problem's type has: those that are made of a message alone."""
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, TickworkError) and "__init__" not in vars(kind):
            yield "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-"), kind


_KINDS = dict(_kinds())
