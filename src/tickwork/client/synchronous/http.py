"""Asking a server: one request, its answer as a view or its problem as an error, again where an answer was lost."""

import ssl
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final, TypeVar
from urllib.parse import quote

import httpx2
import msgspec

from tickwork.client.refusals import refusal
from tickwork.client.shapes import Page
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.reaching import unanswered
from tickwork.errors import InvalidSetting, NotFound, StoreUnavailable

T = TypeVar("T")

PAUSES: Final = (0.1, 0.3, 1.0)
"""Seconds before the second, the third and the last try."""
CONNECT: Final = 5.0
_KEY_BITS = 130
_PAGE = 500
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})


def path(*parts: str) -> str:
    """`path("jobs", "etl:load", "why")`, with each part quoted."""
    return "/api/v1/" + "/".join(quote(part, safe="") for part in parts)


class Connection:
    """To one server, with one key. It may be used by many threads at a time."""

    def __init__(
        self,
        url: str,
        *,
        key: str,
        timeout: float,
        verify: ssl.SSLContext | bool,
        transport: httpx2.BaseTransport | None,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise InvalidSetting(f"{url!r} is no server's address; write it like https://tickwork.example")
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._ids = Ids(clock=SystemClock())
        headers = {"user-agent": f"tickwork-client/{version('tickwork')}", "content-type": "application/json"}
        self._client = httpx2.Client(
            base_url=self.url,
            headers={**headers, **({"authorization": f"Bearer {key}"} if key else {})},
            verify=verify,
            transport=transport,
        )

    def close(self) -> None:
        self._client.close()

    def once(self) -> dict[str, str]:
        """A header that lets a request be repeated without doing the thing twice."""
        return {"idempotency-key": self._ids.secret(_KEY_BITS)}

    def ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        wait: float = 0.0,
    ) -> T:
        """The answer as `kind`. `query`: None is left out. `wait`: seconds that the server may take by request.

        A request that may come twice (GET, PUT, DELETE, one that is `once`, and what is said to be `repeatable`) is
        repeated while the server does not answer, four times in all; any other only where it did not even get there.
        Raises `StoreUnavailable` then, and what the verb raises over a store.
        """
        headers = headers or {}
        again = repeatable or "idempotency-key" in headers or (method in _REPEATABLE and "if-match" not in headers)
        asked = self._client.build_request(
            method,
            path,
            params={name: value for name, value in (query or {}).items() if value is not None},
            content=None if body is None else msgspec.json.encode(body),
            headers=headers,
            timeout=httpx2.Timeout(self._timeout + wait, connect=CONNECT),
        )
        lost = False
        for pause in (*PAUSES, None):
            try:
                return self._read(self._client.send(asked), kind)
            except (httpx2.TransportError, StoreUnavailable) as error:
                sent = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
                lost = lost or sent
                if pause is None or (sent and not again):
                    raise self._unavailable(error) from None
                time.sleep(pause)
            except NotFound:
                if method == "DELETE" and kind is type(None) and lost:  # an earlier try did it, and its answer was lost
                    return msgspec.convert(None, kind)
                raise
        raise AssertionError("the last try returns or raises")

    def pages(
        self, path: str, kind: type[Page[T]], *, query: Mapping[str, Any], limit: int | None = None
    ) -> Iterator[T]:
        """The items of a list, page by page; at most `limit`."""
        cursor, left = query.get("cursor"), limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            page = self.ask("GET", path, kind, query={**query, "limit": size, "cursor": cursor})
            for item in page.items:
                yield item
            if page.next is None:
                return
            cursor, left = page.next, None if left is None else left - len(page.items)

    def _read(self, answer: httpx2.Response, kind: type[T]) -> T:
        if answer.is_success:
            if answer.status_code == HTTPStatus.NO_CONTENT or not answer.content:
                return msgspec.convert(None, kind)
            if kind is str:
                return msgspec.convert(answer.text, kind)
            try:
                return msgspec.json.decode(answer.content, type=kind)
            except msgspec.MsgspecError as error:
                raise refusal(answer.status_code, b"", url=self.url, retry_after=None) from error
        retry_after = answer.headers.get("retry-after")
        raise refusal(answer.status_code, answer.content, url=self.url, retry_after=retry_after)

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        if isinstance(error, StoreUnavailable):
            return error
        return StoreUnavailable(unanswered(self.url, error))
