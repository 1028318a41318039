import pytest

from tests.conformance.opening import factory
from tests.conformance.suite import SharedStoreConformance
from tests.services.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.postgres import PostgresStore


class TestPostgres(SharedStoreConformance):
    @pytest.fixture
    async def store_factory(self, postgres_url):  # noqa: F811
        clock = SystemClock()
        ids = Ids(clock=clock)
        async with factory(lambda: PostgresStore.from_url(postgres_url, clock=clock, ids=ids)) as opened:
            yield opened
