"""What protects people who are signed in with a browser from the other pages they have open.

* The Host must be one of ours: a foreign name that resolves to this machine (DNS rebinding) gets nothing.
* An unsafe method, and every socket, must come from our own pages if a browser says where it comes from; and must say
  so if the browser signed it with a cookie (`authentication.py`).
* A body is JSON: what a form of another page can send is not even read (but for check-ins, whose URL is a secret).
"""

from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from tickwork.server.problems import answer
from tickwork.server.reporting import CHECKIN

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_OWN_SITE = frozenset({"same-origin", "none"})
POLICY_VIOLATION = 1008

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_EVERYWHERE = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NO_STORE = (b"cache-control", b"no-store")


class Browsers:
    """Around the whole app."""

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str]) -> None:
        """`hosts`: the names that this server answers to, without ports; `*`: any."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif (refusal := self._refusal(scope)) is None:
            await self._app(scope, receive, _with_headers(scope, send))
        elif scope["type"] == "websocket":
            await WebSocketClose(code=POLICY_VIOLATION, reason=refusal[1])(scope, receive, send)
        else:
            await answer(*refusal)(scope, receive, _with_headers(scope, send))

    def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", "")):
            told = f"this server does not answer to {headers.get('host', '')!r}; name it in the setting `hosts`"
            return HTTPStatus.MISDIRECTED_REQUEST, told
        if scope["type"] == "http" and scope["method"] in SAFE:
            return None
        if is_foreign(HTTPConnection(scope)):
            return HTTPStatus.FORBIDDEN, "this came from a page of another site"
        if scope["type"] == "http" and _has_body(headers) and not _is_json(headers) and not _takes_anything(scope):
            told = f"send JSON (Content-Type: application/json), not {headers.get('content-type', 'nothing')!r}"
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, told
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()
        return "*" in self._hosts or name in self._hosts or (name in LOOPBACK_NAMES)


def is_foreign(connection: HTTPConnection) -> bool:
    """Whether a browser says that this comes from elsewhere."""
    headers = connection.headers
    if any(site not in _OWN_SITE for site in headers.getlist("sec-fetch-site")):
        return True
    return any(not _is_own(origin, connection) for origin in headers.getlist("origin"))


def says_own_origin(connection: HTTPConnection) -> bool:
    """Whether a browser says that this comes from our own pages."""
    return "origin" in connection.headers and not is_foreign(connection)


def _is_own(origin: str, connection: HTTPConnection) -> bool:
    """A page over TLS may stand behind a proxy that speaks to us without; one without TLS is never a page of TLS's."""
    scheme, _, name = origin.lower().partition("://")
    fit = scheme == "https" or (scheme == "http" and not is_secure(connection))
    return fit and bool(name) and name == connection.headers.get("host", "").lower()


def is_secure(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in {"https", "wss"}


def is_loopback(host: str) -> bool:
    """Whether nobody else can reach what listens there."""
    if host in {"localhost", ""}:
        return host == "localhost"
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _takes_anything(scope: Scope) -> bool:
    """A check-in URL is a secret itself: no other page knows it, and no cookie is needed for it."""
    return str(scope["path"]).startswith(CHECKIN)


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _is_json(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in {"application/json", "application/msgpack"} or kind.endswith("+json")


def _with_headers(scope: Scope, send: Send) -> Send:
    if scope["type"] == "websocket":
        return send
    no_store = not scope["path"].startswith("/ui/")

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _value in message["headers"]}
            added = [pair for pair in _EVERYWHERE if pair[0] not in given]
            if no_store and _NO_STORE[0] not in given:
                added.append(_NO_STORE)
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return sending
