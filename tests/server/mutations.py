"""Requests in disguise: the ways to write one request otherwise that servers, proxies and routers have fallen for."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message

Header = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it stands on the wire."""

    method: str
    target: str
    """The path, percent-encoded, with its query."""
    headers: Sequence[Header] = ()
    body: bytes = b""


@dataclass(kw_only=True)
class Answered:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def ask(app: ASGIApp, asked: Asked, *, host: str = "localhost:8425", scheme: str = "http") -> Answered:
    """Put the request to the app as a server does, without a client that would tidy it up."""
    path, _, query = asked.target.partition("?")
    named = {name.lower() for name, _ in asked.headers}
    headers = list(asked.headers) if "host" in named else [("host", host), *asked.headers]
    if asked.body:
        headers = [("content-type", "application/json"), ("content-length", str(len(asked.body))), *headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": scheme,
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("192.0.2.7", 40000),
        "server": ("localhost", 8425),
    }
    answer = Answered()
    bodies = [asked.body]

    async def receive() -> Message:
        if not bodies:
            await asyncio.Event().wait()  # the client stays; a server tells no more until it leaves
        return {"type": "http.request", "body": bodies.pop(), "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


Mutation = Callable[[Asked], Asked]


def _target(change: Callable[[str], str]) -> Mutation:
    return lambda asked: replace(asked, target=change(asked.target))


def _method(change: Callable[[str], str]) -> Mutation:
    return lambda asked: replace(asked, method=change(asked.method))


def _headers(*added: Header) -> Mutation:
    return lambda asked: replace(asked, headers=[*asked.headers, *added])


def _last(change: Callable[[str], str]) -> Mutation:
    """Of the path's last part."""

    def changed(target: str) -> str:
        before, _, last = target.rpartition("/")
        return f"{before}/{change(last)}"

    return _target(changed)


_AUTHORIZATION = "authorization"


def _authorization(value: str) -> Mutation:
    """In front of what the caller shows, so that it is the first one."""
    return lambda asked: replace(asked, headers=[(_AUTHORIZATION, value), *asked.headers])


def _rewritten(change: Callable[[str], str]) -> Mutation:
    """The caller's own Authorization, otherwise written."""
    return lambda asked: replace(
        asked, headers=[(name, change(value) if name == _AUTHORIZATION else value) for name, value in asked.headers]
    )


PATHS: dict[str, Mutation] = {
    "a slash behind": _target(lambda path: path + "/"),
    "two slashes behind": _target(lambda path: path + "//"),
    "a suffix .json": _target(lambda path: path + ".json"),
    "a suffix .css": _target(lambda path: path + ".css"),
    "a parameter": _target(lambda path: path + ";x=1"),
    "a parameter in front": _target(lambda path: "/;x=1" + path),
    "a suffix that is public": _target(lambda path: path + "/../health/live"),
    "a public place in front": _target(lambda path: "/api/v1/health/live/../../.." + path),
    "a public place in front, encoded": _target(lambda path: "/api/v1/health/live/%2e%2e/%2e%2e/%2e%2e" + path),
    "the pages in front": _target(lambda path: "/ui/.." + path),
    "two slashes in front": _target(lambda path: "/" + path),
    "two slashes within": _target(lambda path: path.replace("/api/", "//api//")),
    "a dot within": _target(lambda path: path.replace("/v1/", "/./v1/./")),
    "there and back": _target(lambda path: path.replace("/v1/", "/v1/x/../")),
    "an encoded slash": _last(lambda last: "%2F" + last),
    "an encoded slash behind": _target(lambda path: path + "%2F"),
    "slashes encoded": _target(lambda path: "/" + path[1:].replace("/", "%2F")),
    "slashes encoded twice": _target(lambda path: "/" + path[1:].replace("/", "%252F")),
    "dots encoded": _target(lambda path: path.replace("/v1/", "/v1/%2e/")),
    "a NUL": _target(lambda path: path + "%00"),
    "a NUL and a suffix": _target(lambda path: path + "%00.json"),
    "a line break": _target(lambda path: path + "%0d%0aX-Admin:%201"),
    "a blank": _target(lambda path: path + "%20"),
    "a dot behind": _target(lambda path: path + "."),
    "a backslash": _target(lambda path: path.replace("/v1/", "/v1%5c")),
    "letters encoded": _target(lambda path: "/" + "".join(f"%{ord(letter):02x}" for letter in path[1:])),
    "letters encoded twice": _target(lambda path: quote(quote(path, safe="/").replace("i", "%69"), safe="/")),
    "upper case": _target(str.upper),
    "a capital": _target(lambda path: path.replace("/api/", "/Api/")),
    "wide letters": _target(lambda path: path.replace("/v1/", "/v1/%ef%bd%8a")),
    "overlong UTF-8": _target(lambda path: path.replace("/v1/", "/v1%c0%af")),
    "a fragment": _target(lambda path: path + "%23"),
    "a method in the query": _target(lambda path: path + "?_method=GET&method=OPTIONS"),
    "a key in the query": _target(lambda path: path + "?token=root&access_token=root&key=twk_root&superuser=true"),
    "another version": _target(lambda path: path.replace("/v1", "/v2")),
    "without the version": _target(lambda path: path.replace("/api/v1", "")),
}

METHODS: dict[str, Mutation] = {
    "HEAD": _method(lambda _: "HEAD"),
    "OPTIONS": _method(lambda _: "OPTIONS"),
    "TRACE": _method(lambda _: "TRACE"),
    "CONNECT": _method(lambda _: "CONNECT"),
    "PROPFIND": _method(lambda _: "PROPFIND"),
    "a method nobody knows": _method(lambda _: "JEFF"),
    "a method in lower case": _method(str.lower),
    "a method with a blank": _method(lambda method: method + " "),
}

HEADERS: dict[str, Mutation] = {
    "X-HTTP-Method-Override": _headers(("X-HTTP-Method-Override", "GET"), ("X-Method-Override", "OPTIONS")),
    "X-Original-URL": _headers(("X-Original-URL", "/api/v1/health/live"), ("X-Rewrite-URL", "/api/v1/health/live")),
    "X-Forwarded-For this machine": _headers(("X-Forwarded-For", "127.0.0.1"), ("X-Real-IP", "127.0.0.1")),
    "X-Forwarded-Proto": _headers(("X-Forwarded-Proto", "https"), ("X-Forwarded-Ssl", "on")),
    "X-Forwarded-Host": _headers(("X-Forwarded-Host", "localhost"), ("X-Forwarded-Prefix", "/api/v1/health/live")),
    "Forwarded": _headers(("Forwarded", 'for=127.0.0.1;proto=https;host="localhost"')),
    "X-Forwarded-User": _headers(("X-Forwarded-User", "root"), ("Remote-User", "root"), ("X-Remote-User", "root")),
    "a client's certificate": _headers(("X-Client-Cert", "CN=root"), ("X-SSL-Client-Verify", "SUCCESS")),
    "a foreign Host": _headers(("Host", "rebound.example")),
    "a Host with a user": _headers(("Host", "root@localhost")),
    "a Host with a dot": _headers(("Host", "localhost.:8425")),
    "no Host to speak of": _headers(("Host", "")),
    "Basic": _authorization("Basic cm9vdDpyb290"),
    "Digest": _authorization('Digest username="root"'),
    "Negotiate": _authorization("Negotiate YII="),
    "an empty Bearer": _authorization("Bearer "),
    "two Bearers in one": _authorization("Bearer twk_x, Bearer twk_root"),
    "a Bearer of nothing": _authorization("Bearer null"),
    "a Bearer of a run": _authorization("Bearer twr_" + "0" * 60),
    "a Bearer of an unsigned token": _authorization("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0."),
    "a Bearer with letters from elsewhere": _authorization("Bearer twk_\xe9\xff"),
    "a Bearer of great length": _authorization("Bearer twk_" + "x" * 8000),
    "their own, in upper case": _rewritten(str.upper),
    "their own, with blanks": _rewritten(lambda value: f"  {value.replace(' ', '   ')}  "),
    "their own, with a tab": _rewritten(lambda value: value.replace(" ", "\t")),
    "their own, twice": lambda asked: replace(asked, headers=[*asked.headers, *asked.headers]),
    "their own, and another": _headers((_AUTHORIZATION, "Bearer twk_root")),
    "their own, as a cookie": lambda asked: replace(
        asked,
        headers=[
            *asked.headers,
            *(("cookie", f"tickwork_session={value.split()[-1]}") for name, value in asked.headers if name != "cookie"),
        ],
    ),
    "a cookie of nobody's session": _headers(("cookie", "tickwork_session=x; __Host-tickwork_session=x")),
    "cookies with odd names": _headers(("cookie", "TICKWORK_SESSION=x; $tickwork_session=x; tickwork_session =x; =x")),
    "an empty cookie": _headers(("cookie", "tickwork_session=; tickwork_session=")),
    "a cookie in quotes": _headers(("cookie", 'tickwork_session="\\170"; superuser=1; role=admin')),
    "our own pages as the Origin": _headers(("origin", "http://localhost:8425"), ("sec-fetch-site", "same-origin")),
    "a preflight": _headers(("origin", "http://localhost:8425"), ("access-control-request-method", "DELETE")),
    "an odd Content-Type": _headers(("content-type", "application/x-www-form-urlencoded")),
    "an upgrade": _headers(("connection", "Upgrade"), ("upgrade", "websocket")),
    "a hop by hop Authorization": _headers(("connection", "close, authorization, cookie, host")),
}
