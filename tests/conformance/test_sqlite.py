import pytest

from tests.conformance.opening import factory
from tests.conformance.suite import SharedStoreConformance
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.sqlite import SqliteStore


class TestSqlite(SharedStoreConformance):
    @pytest.fixture
    async def store_factory(self, tmp_path):
        clock = SystemClock()
        async with factory(lambda: SqliteStore(path=tmp_path / "t.db", clock=clock, ids=Ids(clock=clock))) as opened:
            yield opened
