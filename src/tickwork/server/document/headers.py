"""Headers of answers."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

ETAG: Final = "ETag"
LOCATION: Final = "Location"
LINK: Final = "Link"
ALLOW: Final = "Allow"
REQUEST_ID: Final = "X-Request-Id"
RETRY_AFTER: Final = "Retry-After"
SET_COOKIE: Final = "Set-Cookie"
DISPOSITION: Final = "Content-Disposition"
AUTHENTICATE: Final = "WWW-Authenticate"


def _header(description: str, example: str, *, pattern: str | None = None, always: bool = True) -> dict[str, Any]:
    schema = {"type": "string"} | ({} if pattern is None else {"pattern": pattern})
    return {"description": description, "required": always, "schema": schema, "example": example}


HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    ETAG: _header("The revision that this is: send it back as `If-Match`.", '"3"', pattern=r'^"\d+"$'),
    LOCATION: _header("Where what was made is found.", "/api/v1/jobs/etl:load"),
    LINK: _header(
        "The page that follows (RFC 8288), where there is one.",
        '</api/v1/runs?limit=100&cursor=MDFrNg>; rel="next"',
        pattern=r'^<[^>]+>; rel="next"$',
        always=False,
    ),
    REQUEST_ID: _header("Under which the server's log has this request.", "01k6z7w8x9abcdefghjk"),
    RETRY_AFTER: _header("Seconds after which the same may be asked again.", "1", pattern=r"^\d+$"),
    SET_COOKIE: _header("The session, or its end.", "tickwork_session=…; HttpOnly; Max-Age=1209600; Path=/"),
    DISPOSITION: _header("The name for the file.", 'attachment; filename="01k6z7w8x9abcdefghjk.log"'),
    AUTHENTICATE: _header("How to say who asks.", 'Bearer realm="tickwork"'),
}
"""By name: OpenAPI header objects."""


def referred(names: Iterable[str]) -> dict[str, Any]:
    """The headers of an answer; every answer has its request's id."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, REQUEST_ID)}
