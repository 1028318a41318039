"""How long verbs take is measured, whatever they answer; everything else is the store's own."""

import pytest

from tests.house import FakeClock
from tickwork.core.ids import Ids
from tickwork.core.spent import Spent
from tickwork.errors import StoreUnavailable
from tickwork.store.measuring import Measuring, measuring
from tickwork.store.protocol import Kind, Losing, PlainClients
from tickwork.store.redis import RedisStore
from tickwork.store.sqlite import SqliteStore
from tickwork.testing import FaultStore


def test_what_took_as_long_as_a_bound_is_within_it() -> None:
    spent = Spent(bounds=(0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7.0):
        spent.add(seconds)
    assert list(spent.buckets()) == [(0.1, 2), (1.0, 3), (float("inf"), 4)]
    assert (spent.count, spent.seconds) == (4, pytest.approx(7.65))


async def test_each_call_is_measured_and_a_failed_one_is_told_apart() -> None:
    clock = FakeClock()
    inner = FaultStore(SqliteStore(path=None, clock=clock, ids=Ids(clock=clock)))
    store = measuring(Slow(inner, clock), clock=clock)
    assert isinstance(store, Measuring)
    assert store.url == "memory://"
    await store.open()
    try:
        assert await store.get(Kind.MARK, "nothing") is None
        inner.fail("get")
        with pytest.raises(StoreUnavailable):
            await store.get(Kind.MARK, "nothing")
    finally:
        await store.close()
    assert set(store.measured) == {"get"}, "what is no verb is not measured"
    got = store.measured["get"]
    assert (got.spent.count, got.spent.seconds, got.failed) == (2, 0.5, 1)


def test_what_else_a_store_can_do_can_be_seen_through_it() -> None:
    clock = FakeClock()
    redis = measuring(RedisStore.from_url("redis://h", clock=clock, ids=Ids(clock=clock)), clock=clock)
    assert isinstance(redis, Losing)
    assert isinstance(redis, PlainClients)
    sqlite = measuring(SqliteStore(path=None, clock=clock, ids=Ids(clock=clock)), clock=clock)
    assert not isinstance(sqlite, Losing)


class Slow:
    """A store whose `get` takes a quarter of a second."""

    def __init__(self, store: FaultStore, clock: FakeClock) -> None:
        self.url, self.capabilities = store.url, store.capabilities
        self.open, self.close = store._store.open, store._store.close
        self._store, self._clock = store, clock

    async def get(self, kind: Kind, id: str) -> object:
        self._clock.advance(0.25)
        return await self._store.get(kind, id)
