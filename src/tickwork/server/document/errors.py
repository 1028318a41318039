"""Errors that operations answer with: problem details, one shared answer per status, with an example of each."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec

from tickwork.server.document.headers import AUTHENTICATE, RETRY_AFTER, referred
from tickwork.server.problems import MEDIA_TYPE, FieldProblem, Problem

DESCRIBED: Final = "JobschedError"
"""The shape of errors at the paths of the Jobsched scheduler."""
DESCRIBED_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "description": "What went wrong, in the words of the Jobsched scheduler.",
    "required": ["description"],
    "properties": {"description": {"type": "string"}},
    "additionalProperties": False,
    "examples": [{"description": "there is no task 'backup' in the catalogue; see /catalog"}],
}

EVERY_ROUTE: Final = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Unauthorized also where nobody is asked who they are: for a key that is not good."""
HAS_BODY: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


class _Error(msgspec.Struct, frozen=True, kw_only=True):
    """A status, when it comes, and what it looks like then."""

    when: str
    kind: str
    detail: str
    errors: list[FieldProblem] = []
    headers: tuple[str, ...] = ()


_ERRORS: Final[Mapping[HTTPStatus, _Error]] = {
    HTTPStatus.BAD_REQUEST: _Error(
        when="The request cannot be read.", kind="bad-request", detail="There was an error parsing the body"
    ),
    HTTPStatus.UNAUTHORIZED: _Error(
        when="Nobody knows who asks, or the key or session is not good (any more).",
        kind="not-signed-in",
        detail="sign in first, or send a key: Authorization: Bearer twk_…",
        headers=(AUTHENTICATE,),
    ),
    HTTPStatus.FORBIDDEN: _Error(
        when="The caller may not, or the request came from another site's page.",
        kind="not-allowed",
        detail="this takes the role operator in the project 'etl'; an admin of it can give it",
    ),
    HTTPStatus.NOT_FOUND: _Error(
        when="It does not exist, or the caller does not see it.", kind="not-found", detail="there is no job 'etl:laod'"
    ),
    HTTPStatus.CONFLICT: _Error(
        when="It exists already, was changed meanwhile, or is in use.",
        kind="conflict",
        detail="job 'etl:load' is at revision 4, not 3: somebody changed it meanwhile; read it again",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _Error(
        when="The body is larger or nested deeper than is read.",
        kind="content-too-large",
        detail="the body is larger than 8 MB",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _Error(
        when="The body is not JSON.",
        kind="unsupported-media-type",
        detail="send JSON (Content-Type: application/json), not 'text/plain'",
    ),
    HTTPStatus.MISDIRECTED_REQUEST: _Error(
        when="The server does not answer to the name that it was called by.",
        kind="misdirected-request",
        detail="this server does not answer to 'tickwork.example'; name it in the setting `hosts`",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: _Error(
        when="A field is not what it should be: `invalid-request` by its shape, else by its meaning.",
        kind="invalid-request",
        detail="query.limit: Input should be less than or equal to 1000",
        errors=[FieldProblem(field="query.limit", message="Input should be less than or equal to 1000")],
    ),
    HTTPStatus.TOO_MANY_REQUESTS: _Error(
        when="So many tries failed that nobody may try for a while.",
        kind="too-many-attempts",
        detail="too many failed sign-ins; try again in 30 s",
        headers=(RETRY_AFTER,),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: _Error(
        when="The store does not answer now, or not in time; the same request may work later.",
        kind="store-unavailable",
        detail="tickwork.db is locked by another program for more than 5 s; end that one, or try again",
        headers=(RETRY_AFTER,),
    ),
}


def shared() -> dict[str, Any]:
    """The component answers of the document, by name."""
    return {_name(status): _answer(status) for status in _ERRORS}


def referred_error(status: HTTPStatus) -> dict[str, Any]:
    """What stands for it in an operation."""
    return {"$ref": f"#/components/responses/{_name(status)}"}


def described(status: HTTPStatus) -> dict[str, Any]:
    """The same at Jobsched's paths: in its words from the scheduler, as a problem from what stands before it."""
    answer = _answer(status)
    schema = {"$ref": f"#/components/schemas/{DESCRIBED}"}
    example = {"description": _ERRORS[status].detail}
    answer["content"]["application/json"] = {"schema": schema, "example": example}
    return answer


def with_view(status: HTTPStatus, content: Mapping[str, Any]) -> dict[str, Any]:
    """An error of that status that comes as a problem, or as a view."""
    answer = _answer(status)
    return answer | {"content": {**content, **answer["content"]}, "headers": referred(())}


def _answer(status: HTTPStatus) -> dict[str, Any]:
    error = _ERRORS[status]
    problem = Problem(
        type=f"/problems/{error.kind}",
        title=status.phrase,
        status=status,
        detail=error.detail,
        errors=error.errors,
    )
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        "description": error.when,
        "headers": referred(error.headers),
        "content": {MEDIA_TYPE: {"schema": schema, "example": msgspec.to_builtins(problem)}},
    }


def _name(status: HTTPStatus) -> str:
    return "".join(word.capitalize() for word in status.name.split("_"))
