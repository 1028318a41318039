"""A site for tests: the whole application over a store in memory, with people who have keys, and no network."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpx2
import pytest
from starlette.types import ASGIApp

from tests.house import House, a_house, job
from tests.services.hashing import cheap_hashes
from tickwork.config import Settings
from tickwork.core.people import KeyKind
from tickwork.core.roles import SCOPES, Permission, Role
from tickwork.core.timing.schedule import Schedule
from tickwork.keyring import Keyring
from tickwork.server.app import make_app
from tickwork.server.backend import Backend

HOST = "http://localhost:8425"
PASSWORD = "correct horse battery staple"


@dataclass
class Site:
    """A server that nothing listens for: requests go straight into the application."""

    house: House
    backend: Backend
    open_clients: list[httpx2.AsyncClient] = field(default_factory=list)

    @cached_property
    def app(self) -> ASGIApp:
        return make_app(self.backend)

    def client(self, key: str | None = None) -> httpx2.AsyncClient:
        """Somebody with this key, or nobody."""
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(transport=transport, base_url=f"{HOST}/api/v1/", headers=headers)
        self.open_clients.append(client)
        return client

    async def person(
        self,
        name: str,
        *,
        superuser: bool = False,
        roles: dict[str, Role] | None = None,
        scopes: Iterable[Permission] = SCOPES,
        project: str | None = None,
    ) -> httpx2.AsyncClient:
        """A user who is something in projects, by a key that may all that they may."""
        people = self.backend.system.people
        await people.users.create(name, superuser=superuser)
        if roles:
            await people.groups.create(f"{name}s", members=[name], roles=roles)
        _key, secret = await people.keys.create("test", owner=name, scopes=scopes, project=project)
        return self.client(secret)

    async def superuser(self) -> httpx2.AsyncClient:
        return await self.person("root", superuser=True)

    async def worker(self, *pools: str) -> httpx2.AsyncClient:
        _key, secret = await self.backend.system.people.keys.create("test", kind=KeyKind.WORKER, pools=pools)
        return self.client(secret)

    async def browser(self, name: str = "ann", *, superuser: bool = True) -> httpx2.AsyncClient:
        """Somebody who is signed in with a cookie, and whose browser says where its requests come from."""
        await self.backend.system.people.users.create(name, password=PASSWORD, superuser=superuser)
        client = self.client()
        client.headers["origin"] = HOST
        answer = await client.post("session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def job(self, id: str = "backup", *schedules: Schedule, project: str = "default", **fields) -> None:
        await self.house.ops.jobs.save(job(id, *schedules, project=project, **fields))


@asynccontextmanager
async def a_site(**fields) -> AsyncIterator[Site]:
    """`fields`: settings."""
    with cheap_hashes():
        async with a_house() as house:
            settings = Settings(store="memory://", **fields)
            backend = Backend(
                store=house.store, clock=house.clock, ids=house.ids, settings=settings, keyring=Keyring(texts=["test"])
            )
            site = Site(house=house, backend=backend)
            yield site
            for client in site.open_clients:
                await client.aclose()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with a_site() as site:
        yield site
