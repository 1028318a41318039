"""Who asks: a bearer token, else a session's cookie, else nobody (under `--no-auth`: whoever is at this machine)."""

from starlette.requests import HTTPConnection

from tickwork.core.model import Actor
from tickwork.core.people import ANONYMOUS, Principal, local
from tickwork.errors import NotAllowed, NotSignedIn
from tickwork.server.backend import Backend
from tickwork.server.browsers import SAFE, is_secure, says_own_origin

COOKIE = "tickwork_session"
SECURE_COOKIE = "__Host-tickwork_session"
"""Its name under TLS: browsers then see to it that nobody else can set it."""


async def authenticate(connection: HTTPConnection, backend: Backend) -> Principal:
    """Raises `NotSignedIn` for a token or a session that is not (or no longer) good: it is not taken for nobody's."""
    where = address_of(connection)
    if (token := bearer_of(connection)) is not None:
        who = await backend.principals.of_token(token, where=where)
        if who is None:
            raise NotSignedIn(
                "this key or token is not good (any more): unknown, expired, revoked, or its owner is off"
            )
        return who
    if (session := session_of(connection)) is not None:
        who = await backend.principals.of_session(session, where=where)
        if who is not None:
            _refuse_unclear_origin(connection)
            return who
    if backend.open_to_all:
        return local(Actor(kind="person", name=f"anybody@{where}"))
    return ANONYMOUS


def bearer_of(connection: HTTPConnection) -> str | None:
    """The token of `Authorization: Bearer …`. Raises `NotSignedIn` for another scheme."""
    header = connection.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(f"Authorization: {scheme!r} is not understood; send Bearer and a key")
    return token.strip()


def session_of(connection: HTTPConnection) -> str | None:
    name = SECURE_COOKIE if is_secure(connection) else COOKIE
    return connection.cookies.get(name) or None


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client is not None else "local"


def _refuse_unclear_origin(connection: HTTPConnection) -> None:
    """A cookie comes along with whatever a browser sends; so what it signs must say that it comes from our pages."""
    unsafe = connection.scope["type"] == "websocket" or connection.scope["method"] not in SAFE
    if unsafe and not says_own_origin(connection):
        raise NotAllowed("with a session's cookie this takes the Origin header of our own pages; programs use a key")
