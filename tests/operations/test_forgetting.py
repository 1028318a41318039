"""Deleting much keeps nobody waiting long: batches follow from how long they take, on whatever store that is."""

import pytest

from tickwork.core.clock import Instant
from tickwork.operations.forgetting import Forgetting
from tickwork.testing.clock import FakeClock


class Slow:
    """A store that takes some seconds for a transaction, and some for each run."""

    def __init__(self, clock: FakeClock, *, each: float, always: float = 0.0) -> None:
        self.clock, self.each, self.always = clock, each, always
        self.batches: list[tuple[int, float]] = []

    async def forget(self, runs: list[str]) -> int:
        took = self.always + self.each * len(runs)
        self.clock.advance(took)
        self.batches.append((len(runs), took))
        return len(runs)


async def deleted(forgetting: Forgetting, store: Slow, n: int) -> list[tuple[int, float]]:
    """What so many batches were, and how long they took."""
    store.batches.clear()
    for _ in range(n):
        await forgetting.forget(["run"] * forgetting.size)
    return store.batches


@pytest.mark.parametrize(
    ("each", "always"), [(0.000_01, 0.002), (0.000_04, 0.01), (0.000_2, 0.02), (0.000_01, 0.035), (0.001, 0.0)]
)
async def test_no_batch_takes_a_tenth_of_a_second_on_any_store(each: float, always: float):
    clock = FakeClock(Instant(0))
    store = Slow(clock, each=each, always=always)
    batches = await deleted(Forgetting(store=store, clock=clock), store, 30)
    assert max(took for _, took in batches) < 0.1
    last, took = batches[-1]
    assert took > 0.03 or last == 2000, "nor does it delete less than it may"


async def test_one_batch_at_most_is_too_long_when_the_store_gets_slow():
    clock = FakeClock(Instant(0))
    store = Slow(clock, each=0.000_01)
    forgetting = Forgetting(store=store, clock=clock)
    assert (await deleted(forgetting, store, 10))[-1] == (2000, pytest.approx(0.02))
    store.each *= 20
    first, *rest = await deleted(forgetting, store, 10)
    assert first[1] > 0.1
    assert max(took for _, took in rest) < 0.05


async def test_the_store_is_left_to_others_for_as_long_as_a_batch_took():
    clock = FakeClock(Instant(0))
    forgetting = Forgetting(store=Slow(clock, each=0.002), clock=clock)
    assert await forgetting.forget(["run"] * 50) == pytest.approx(0.1)
    forgetting = Forgetting(store=Slow(clock, each=0.0), clock=clock)
    assert await forgetting.forget(["run"]) == pytest.approx(0.02)
