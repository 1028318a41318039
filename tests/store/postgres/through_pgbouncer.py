"""The whole contract through PgBouncer in transaction mode. `.ci/run` names this file where Debian's package is
installed; by itself the suite does not collect it, so that no machine skips it in silence."""

from collections.abc import Iterator

import pytest

from tests.conformance.limiting import LimitingTogether
from tests.conformance.opening import factory
from tests.conformance.suite import StoreConformance
from tests.services.pgbouncer import pooling
from tests.services.postgres import PostgresServer, empty, running, schema_url
from tests.store.postgres.conftest import opened_worlds, postgres
from tests.store.postgres.test_many_servers import side_by_side

SCHEMA = "emptied"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running(durable=False) as server:  # the disk is not what is tested here
        yield server


@pytest.fixture(scope="module")
def pooler(server: PostgresServer) -> Iterator[str]:
    with pooling(server) as url:
        yield url


class TestThroughPgBouncer(StoreConformance, LimitingTogether):
    """All but hints from one server to another: nobody can listen through it."""

    @pytest.fixture
    async def store_factory(self, server: PostgresServer, pooler: str):
        empty(server.url, SCHEMA)
        async with factory(lambda: postgres(schema_url(pooler, SCHEMA))) as opened:
            yield opened


async def test_servers_and_workers_side_by_side(pooler: str) -> None:
    async with opened_worlds(*[schema_url(pooler, "side_by_side")] * 3) as worlds:
        await side_by_side(worlds)
