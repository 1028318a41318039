"""How routes are declared: what they return, and that no handler runs before its rule in `permissions` is met."""

import asyncio
import functools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ParamSpec, get_args, get_origin
from urllib.parse import quote

import msgspec
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from tickwork.errors import QueryTooLong
from tickwork.server.call import Call
from tickwork.server.document.headers import LINK
from tickwork.server.guard import authorize
from tickwork.server.methods import PREFIX
from tickwork.server.paging import Page
from tickwork.server.permissions import rule_of

P = ParamSpec("P")
Endpoint = Callable[P, Awaitable[Any]]
LOOK_SECONDS = 10.0
"""How long the answer to a look may take."""
_NO_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What an operation answers with, as far as its handler's code does not say it: for the OpenAPI document."""

    status: HTTPStatus
    view: Any
    """Of its JSON; None: it has none."""
    text: str | None
    """The media type of an answer that is text, beside the view or instead of it."""
    also: Sequence[HTTPStatus]
    """Other statuses that come with the same."""
    errors: Sequence[HTTPStatus]
    """Beside those that every route can answer."""
    headers: Sequence[str]
    """Names out of `document/headers.py`."""


class GuardedRoute(APIRoute):
    """Asks whether the caller may before the request's body is even read, and takes no word of a query twice that is
    there for one value."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        assert self.operation_id is not None
        rule = rule_of(self.operation_id)  # an unlisted route does not start
        handle = super().get_route_handler()
        single = frozenset(_single(self.dependant))

        async def guarded(request: Request) -> Response:
            request.state.call = await authorize(request, rule)
            _refuse_repeated(request, single)
            return await handle(request)

        return guarded


def _single(asked: Dependant) -> Iterator[str]:
    """Names in the query that stand for one value."""
    for field in asked.query_params:
        if not _several(field.field_info.annotation):
            yield field.alias
    for more in asked.dependencies:
        yield from _single(more)


def _several(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(_several, get_args(annotation)))


def _refuse_repeated(request: Request, single: frozenset[str]) -> None:
    """Which of the values was meant nobody knows. Raises `RequestValidationError`."""
    if len(request.query_params) == len(given := request.query_params.multi_items()):
        return
    repeated = [name for name, times in Counter(name for name, _ in given).items() if times > 1 and name in single]
    if repeated:
        told = "it takes one value, and is given several times"
        raise RequestValidationError([{"loc": ("query", name), "msg": told, "type": "repeated"} for name in repeated])


class Routes:
    """The routes of one noun. A handler returns a view (or None), or a response where it must set headers."""

    def __init__(self, tag: str, *, prefix: str = PREFIX) -> None:
        self.router = APIRouter(
            prefix=prefix,
            tags=[tag],
            route_class=GuardedRoute,
            strict_content_type=False,  # `browsers.py` asks for JSON, with a problem as its answer
        )
        self.answers: dict[str, Answers] = {}
        """By operation."""

    def get(
        self, path: str, *, returns: Any, patient: bool = False, **more: Any
    ) -> Callable[[Endpoint[P]], Endpoint[P]]:
        """`patient`: it may wait for something; the others are looks, which have a limit of time."""
        return self._route("GET", path, returns=returns, limited=not patient, **more)

    def post(
        self, path: str, *, returns: Any, status: HTTPStatus = HTTPStatus.OK, **more: Any
    ) -> Callable[[Endpoint[P]], Endpoint[P]]:
        return self._route("POST", path, returns=returns, status=status, **more)

    def put(
        self, path: str, *, returns: Any, status: HTTPStatus = HTTPStatus.OK, **more: Any
    ) -> Callable[[Endpoint[P]], Endpoint[P]]:
        return self._route("PUT", path, returns=returns, status=status, **more)

    def patch(self, path: str, *, returns: Any, **more: Any) -> Callable[[Endpoint[P]], Endpoint[P]]:
        return self._route("PATCH", path, returns=returns, **more)

    def delete(
        self, path: str, *, returns: Any = None, answers: HTTPStatus | None = None, **more: Any
    ) -> Callable[[Endpoint[P]], Endpoint[P]]:
        status = answers or (HTTPStatus.NO_CONTENT if returns is None else HTTPStatus.OK)
        return self._route("DELETE", path, returns=returns, status=status, **more)

    def _route(
        self,
        method: str,
        path: str,
        *,
        returns: Any,
        status: HTTPStatus = HTTPStatus.OK,
        text: str | None = None,
        also: Sequence[HTTPStatus] = (),
        errors: Sequence[HTTPStatus] = (),
        headers: Sequence[str] = (),
        limited: bool = False,
        **more: Any,
    ) -> Callable[[Endpoint[P]], Endpoint[P]]:
        """See `Answers` for what the document is told; `more` is FastAPI's."""
        if returns is None and text is None and method in {"POST", "PUT"} and status is HTTPStatus.OK:
            status = HTTPStatus.NO_CONTENT

        def declare(endpoint: Endpoint[P]) -> Endpoint[P]:
            operation = endpoint.__name__
            self.answers[operation] = Answers(
                status=status,
                view=returns,
                text=text,
                also=also,
                errors=errors,
                headers=(*headers, LINK) if get_origin(returns) is Page else headers,
            )
            self.router.add_api_route(
                path,
                _answering(endpoint, status, limited=limited),
                methods=[method],
                operation_id=operation,
                response_model=None,
                status_code=status,
                **more,
            )
            return endpoint

        return declare


def json_response(
    value: Any, status: HTTPStatus = HTTPStatus.OK, *, etag: str | None = None, location: str | None = None
) -> Response:
    """A view as an answer. `etag`: what `If-Match` is compared with later; `location`: where what was made is found,
    below /api/v1/."""
    headers = {} if etag is None else {"etag": f'"{etag}"'}
    if location is not None:
        headers["location"] = f"{PREFIX}/{quote(location, safe='/:')}"
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json", headers=headers)


async def _in_time(answer: Awaitable[Any]) -> Any:
    """Raises `QueryTooLong`: what one asks for must not keep the store from the others for long."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await answer
    except TimeoutError:
        raise QueryTooLong(
            f"this took more than {LOOK_SECONDS:g} s; ask for less: one job or project, a shorter stretch of time, a "
            "smaller page"
        ) from None


def _page_response(page: Page[Any], call: Any) -> Response:
    response = json_response(page)
    if page.next is not None:
        assert isinstance(call, Call)
        follows = call.url.include_query_params(cursor=page.next)
        response.headers[LINK] = f'<{follows.path}?{follows.query}>; rel="next"'
    return response


def _answering(endpoint: Endpoint[P], status: HTTPStatus, *, limited: bool) -> Endpoint[P]:
    @functools.wraps(endpoint)
    async def answering(*args: P.args, **kwargs: P.kwargs) -> Response:
        asked = endpoint(*args, **kwargs)
        answer = await (_in_time(asked) if limited else asked)
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, Page):
            return _page_response(answer, kwargs["call"])
        if answer is None:
            return Response(status_code=status if status in _NO_BODY else HTTPStatus.NO_CONTENT)
        return json_response(answer, status)

    return answering
