"""Loops that two edits close together, each of which alone would be fine."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.house import ANN, job
from tests.runtime.linked import following, needing
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import Job
from tickwork.errors import InvalidDefinition
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Store


class Meeting:
    """A store whose first `put` waits until another one's is there: both have then read, and none has written."""

    def __init__(self, store: Store, barrier: asyncio.Barrier) -> None:
        self._store = store
        self._barrier = barrier
        self._met = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def put(self, *args: Any, **kwargs: Any) -> list[int]:
        if not self._met:
            self._met = True
            await self._barrier.wait()
        return await self._store.put(*args, **kwargs)


@pytest.fixture
async def stores(tmp_path: Path):
    """Two connections to one store."""
    stores = [make_store(f"sqlite:///{tmp_path / 't.db'}", clock=SystemClock()) for _ in range(2)]
    for store in stores:
        await store.open()
    yield stores
    for store in stores:
        await store.close()


def ops(store: Any) -> Operations:
    return Operations(store=store, clock=SystemClock(), ids=Ids(clock=SystemClock()), actor=ANN)


@pytest.mark.parametrize(
    ("one", "other", "loop"),
    [
        (following("a", b="success"), following("b", a="failure"), {"a → b → a", "b → a → b"}),
        (needing("a", "b"), following("b", a="any"), {"a → b → a", "b → a → b"}),
    ],
)
async def test_of_two_edits_that_close_a_loop_together_one_is_refused_with_the_way_around(
    stores: list[Store], one: Job, other: Job, loop: set[str]
) -> None:
    await ops(stores[0]).jobs.apply("plain", [job("a"), job("b")])
    await ops(stores[0]).jobs.apply("plain", [])
    barrier = asyncio.Barrier(2)
    racing = [ops(Meeting(store, barrier)) for store in stores]
    async with asyncio.timeout(30):
        ends = await asyncio.gather(racing[0].jobs.save(one), racing[1].jobs.save(other), return_exceptions=True)
    refused = [end for end in ends if isinstance(end, BaseException)]
    [error] = refused
    assert isinstance(error, InvalidDefinition)
    assert any(way in str(error) for way in loop), error
    saved = [document.id for document in await ops(stores[0]).jobs.all()]
    assert len(saved) == 1
