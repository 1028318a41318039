import pytest

from tests.conformance.opening import factory
from tests.conformance.suite import StoreConformance
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.sqlite import SqliteStore


class TestMemory(StoreConformance):
    @pytest.fixture
    async def store_factory(self):
        clock = SystemClock()
        async with factory(lambda: SqliteStore(path=None, clock=clock, ids=Ids(clock=clock))) as opened:
            yield opened
