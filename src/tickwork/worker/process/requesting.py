"""A request over HTTP, made in a warm child like any call: stopped, timed and limited as those are.

Every hop of it is checked (core/urls.py), and its connection is made to the very addresses that were.
"""

import base64
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin, urlsplit

from tickwork.core.urls import Allowed, pinned, target_of
from tickwork.pinned import PinnedConnection, addresses_of

MOST_HOPS = 5
MAX_BODY = 131_072
"""Bytes of a response that are kept."""
SILENCE = 60.0
"""Seconds without a byte after which a server is given up; how long all may take is the job's timeout."""
_SHOWN = 500
"""Characters of an unexpected response that its error shows."""
_KEPT = ("content-type", "content-length", "date", "etag", "last-modified", "location", "retry-after", "server")
_AGAIN = {301, 302, 303, 307, 308}
_SAME_METHOD = {307, 308}
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class RequestError(Exception):
    """There was no response. Says what was called and what went wrong."""


class RefusedTarget(RequestError):
    """The request would have gone where this worker may not call."""


class UnexpectedStatus(RequestError):
    """A response of a status that is no success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


def request(
    url: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: str | None = None,
    expect: Sequence[int] = (),
    allow: Sequence[str] = (),
) -> dict[str, Any]:
    """The response: `status`, `url` (the last one), `headers` (those that say something about the body), the body as
    `json`, `text` or `base64`; `truncated` if that is not all of it.

    `${NAME}` in the URL, a header or the body is the run's variable of that name. Redirects are followed; to another
    origin they go without the headers given here.
    """
    hop = _Hop(
        method=method,
        url=_filled(url),
        headers={name: _filled(text) for name, text in (headers or {}).items()},
        body=None if body is None else _filled(body).encode(),
    )
    allowed = Allowed.parse(allow)
    for _ in range(MOST_HOPS + 1):
        response, data = _sent(hop, allowed)
        following = _following(hop, response)
        if following is None:
            return _result(hop, response, data, expect)
        hop = following
    raise RequestError(f"{method} {url} was redirected more than {MOST_HOPS} times")


def _filled(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in os.environ:
            raise RequestError(f"${{{name}}}: the run has no variable {name}; give it in env or as a secret")
        return os.environ[name]

    return _VARIABLE.sub(value, text)


def _sent(hop: _Hop, allowed: Allowed) -> tuple[HTTPResponse, bytes]:
    """The response and what is kept of its body. Raises `RequestError`."""
    told = f"{hop.method} {_without_query(hop.url)}"
    try:
        target = target_of(hop.url)
        connection = PinnedConnection(target, pinned(target, addresses_of(target), allowed), silence=SILENCE)
        headers = {"User-Agent": f"tickwork/{version('tickwork')}", "Accept-Encoding": "identity", **hop.headers}
        connection.request(
            hop.method,
            urlsplit(hop.url)._replace(scheme="", netloc="", fragment="").geturl() or "/",
            body=hop.body,
            headers=headers,
        )
        response = connection.getresponse()
        data = response.read(MAX_BODY + 1) if hop.method != "HEAD" else b""
        connection.close()
    except PermissionError as error:
        raise RefusedTarget(f"{told}: {error}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise RequestError(f"{told}: {_words(error)}") from None
    print(f"{told} → {response.status} {response.reason}")
    return response, data


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"it said nothing for {SILENCE:g} s"
    return str(error) or type(error).__name__


def _following(hop: _Hop, response: HTTPResponse) -> _Hop | None:
    """Where a redirect leads; None for any other response."""
    place = response.getheader("location")
    if response.status not in _AGAIN or place is None:
        return None
    url = urljoin(hop.url, place)
    if _origin(url)[0] != "https" and _origin(hop.url)[0] == "https":
        raise RefusedTarget(f"{hop.method} {_without_query(hop.url)} was redirected to {url}, without TLS")
    headers = hop.headers if _origin(url) == _origin(hop.url) else {}
    if response.status in _SAME_METHOD or hop.method in {"GET", "HEAD"}:
        return replace(hop, url=url, headers=headers)
    return replace(hop, method="GET", url=url, headers=headers, body=None)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _without_query(url: str) -> str:
    """What may be told: keys and tokens are in queries more often than not."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _result(hop: _Hop, response: HTTPResponse, data: bytes, expect: Sequence[int]) -> dict[str, Any]:
    kept = {name: text for name in _KEPT if (text := response.getheader(name)) is not None}
    body = _body(data[:MAX_BODY], response.getheader("content-type") or "", whole=len(data) <= MAX_BODY)
    result = {"status": response.status, "url": hop.url, "headers": kept, **body}
    if response.status in expect or (not expect and 200 <= response.status < 300):  # noqa: PLR2004 (the successes)
        return result
    shown = str(body.get("text") or json.dumps(body.get("json", "")))[:_SHOWN]
    raise UnexpectedStatus(
        f"{hop.method} {_without_query(hop.url)} answered {response.status} {response.reason}: {shown}"
    )


def _body(data: bytes, kind: str, *, whole: bool) -> dict[str, Any]:
    cut: dict[str, Any] = {} if whole else {"truncated": True}
    if not data:
        return cut
    if whole and kind.partition(";")[0].strip().lower().endswith(("/json", "+json")):
        try:
            return {"json": json.loads(data)}
        except ValueError:
            pass  # it is kept as what it is
    try:
        text = data.decode("utf-8", "strict" if whole else "ignore")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode(), **cut}
    return {"text": text, **cut}
