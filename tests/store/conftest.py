from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance.opening import factory
from tests.conformance.world import World
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.sqlite import SqliteStore


def sqlite(path: Path | None) -> SqliteStore:
    clock = SystemClock()
    return SqliteStore(path=path, clock=clock, ids=Ids(clock=clock))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


@pytest.fixture
async def world(path: Path) -> AsyncIterator[World]:
    """An open store on `path` that knows the job `backup`."""
    async with factory(lambda: sqlite(path)) as opened:
        world = World(await opened())
        await world.job()
        yield world
