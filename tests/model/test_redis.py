"""The state machine of `test_store.py`, on Redis."""

import pytest
from hypothesis import HealthCheck, settings

from tests.model.test_store import StoreMachine
from tests.services.valkey import forget, valkey_url
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.redis import RedisStore

__all__ = ["valkey_url"]


class RedisMachine(StoreMachine):
    server = ""

    def open(self) -> None:
        clock = SystemClock()
        url = f"{self.server}?prefix={self.folder.name}"
        self.store = RedisStore.from_url(url, clock=clock, ids=Ids(clock=clock))
        self.wait(self.store.open())

    def teardown(self) -> None:
        super().teardown()
        forget(self.server, self.folder.name)


@pytest.fixture(scope="module", autouse=True)
def server(valkey_url: str) -> None:
    RedisMachine.server = valkey_url


TestRedis = RedisMachine.TestCase
TestRedis.settings = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
