"""A store is for its owner: it holds the environments, arguments, results and logs of jobs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.world import World


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "t.db"


def modes(folder: Path) -> dict[str, int]:
    return {item.name: item.stat().st_mode & 0o777 for item in folder.iterdir()}


async def test_nobody_else_can_read_a_new_store(world: World, path: Path):
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert modes(path.parent) == {"t.db": 0o600, "t.db-wal": 0o600, "t.db-shm": 0o600, "t.db-wake": 0o700}
