from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.conformance.opening import factory
from tests.conformance.world import World
from tests.services.postgres import PostgresServer, admin, postgres_server, postgres_url, running  # noqa: F401 (fixtures)
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.postgres import PostgresStore


def postgres(url: str) -> PostgresStore:
    clock = SystemClock()
    return PostgresStore.from_url(url, clock=clock, ids=Ids(clock=clock))


@asynccontextmanager
async def opened_worlds(*urls: str) -> AsyncIterator[list[World]]:
    """A world for each URL; the first one makes the job `backup`."""
    stores = iter([postgres(url) for url in urls])
    async with factory(lambda: next(stores)) as opened:
        worlds = [World(await opened()) for _ in urls]
        await worlds[0].job()
        yield worlds


@pytest.fixture
async def world(postgres_url: str) -> AsyncIterator[World]:  # noqa: F811
    async with opened_worlds(postgres_url) as [world]:
        yield world


@pytest.fixture(scope="session")
def server_of_this_process() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


@pytest.fixture
def own_server(server_of_this_process: PostgresServer) -> PostgresServer:
    """One that a test may crash, and is alone with. It is empty."""
    theirs = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$)'"
    with admin(server_of_this_process.url) as db:
        db.execute("SET client_min_messages = warning")
        for [schema] in db.execute(theirs).fetchall():
            db.execute(f"DROP SCHEMA {schema} CASCADE")
        db.execute("SELECT pg_stat_reset()")
    return server_of_this_process
