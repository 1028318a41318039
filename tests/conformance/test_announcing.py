import pytest

from tests.conformance.opening import factory
from tests.conformance.suite import StoreConformance
from tickwork.core.clock import SystemClock
from tickwork.node import make_store


class TestAnnouncing(StoreConformance):
    """In front of a store it is that store."""

    @pytest.fixture
    async def store_factory(self):
        async with factory(lambda: make_store("memory://", clock=SystemClock())) as opened:
            yield opened
