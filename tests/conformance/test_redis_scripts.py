"""Servers that have no functions (Redis 6): every verb is a script of its own."""

from dataclasses import replace

import pytest

from tests.conformance.opening import factory
from tests.conformance.suite import SharedStoreConformance
from tests.services.valkey import redis_url, valkey_url  # noqa: F401 (fixtures)
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.redis import RedisStore, caller, server


class TestRedisByScripts(SharedStoreConformance):
    @pytest.fixture
    async def store_factory(self, redis_url, monkeypatch):  # noqa: F811
        found = server.examine
        monkeypatch.setattr(caller, "examine", lambda wire: replace(found(wire), functions=False))
        clock = SystemClock()
        async with factory(lambda: RedisStore.from_url(redis_url, clock=clock, ids=Ids(clock=clock))) as opened:
            yield opened
