import pytest

from tests.conformance.opening import factory
from tests.conformance.suite import SharedStoreConformance
from tests.services.postgres import emptied_postgres_url, lasting_schema, postgres_server  # noqa: F401 (fixtures)
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.postgres import PostgresStore


class TestPostgres(SharedStoreConformance):
    @pytest.fixture
    async def store_factory(self, emptied_postgres_url):  # noqa: F811
        clock = SystemClock()
        ids = Ids(clock=clock)
        async with factory(lambda: PostgresStore.from_url(emptied_postgres_url, clock=clock, ids=ids)) as opened:
            yield opened
