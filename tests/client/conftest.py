"""A client of a site without a network, and ways to lose what goes between them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx2
import pytest

from tests.server.conftest import Site, a_site
from tickwork.client import AsyncClient
from tickwork.core.roles import SCOPES, Role
from tickwork.server.app import make_app

URL = "http://localhost:8425"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with a_site() as site:
        yield site


class Direct(httpx2.AsyncBaseTransport):
    """Straight into the application, noting what goes there; what it is told to lose, it loses."""

    def __init__(self, site: Site) -> None:
        self._inner = httpx2.ASGITransport(app=make_app(site.backend), raise_app_exceptions=False)
        self.asked: list[httpx2.Request] = []
        self.lose_answers = 0
        self.lose_requests = 0
        self.answers: list[httpx2.Response] = []
        """What is answered instead of asking."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self.lose_requests:
            self.lose_requests -= 1
            raise httpx2.ConnectError("refused")
        if self.answers:
            return self.answers.pop(0)
        answer = await self._inner.handle_async_request(request)
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx2.ReadError("reset")
        return answer


class OnLoop(httpx2.BaseTransport):
    """`Direct` for a client on another thread."""

    def __init__(self, direct: Direct, loop: asyncio.AbstractEventLoop) -> None:
        self._direct = direct
        self._loop = loop

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop).result(30)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        asked = httpx2.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await self._direct.handle_async_request(asked)
        body = await answer.aread()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=body)


@dataclass
class Doors:
    """Makes clients of a site."""

    site: Site
    transport: Direct
    open: list[AsyncClient] = field(default_factory=list)

    async def key(self, name: str, *, superuser: bool = False, roles: dict[str, Role] | None = None) -> str:
        http = await self.site.person(name, superuser=superuser, roles=roles, scopes=SCOPES)
        return http.headers["authorization"].removeprefix("Bearer ")

    def client(self, key: str = "") -> AsyncClient:
        client = AsyncClient(URL, key, transport=self.transport)
        self.open.append(client)
        return client

    async def person(self, name: str, **roles: Role) -> AsyncClient:
        return self.client(await self.key(name, roles=roles))


@pytest.fixture
async def doors(site: Site) -> AsyncIterator[Doors]:
    doors = Doors(site=site, transport=Direct(site))
    yield doors
    for client in doors.open:
        await client.close()


@pytest.fixture
async def root(doors: Doors) -> AsyncClient:
    """Who may do everything."""
    return doors.client(await doors.key("root", superuser=True))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between two tries."""
    monkeypatch.setattr("tickwork.client.asynchronous.http.PAUSES", (0.0, 0.0, 0.0))
