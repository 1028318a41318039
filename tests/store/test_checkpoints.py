"""What was written comes into the file by itself, and no commit waits for it."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest

from tests.conformance.world import at
from tests.store.conftest import sqlite
from tests.worker.agent.fakes import until
from tickwork.store.protocol import Keep, Note
from tickwork.store.sqlite import checkpoints
from tickwork.store.sqlite.store import SqliteStore

BODY = b"x" * 100_000
"""25 pages."""


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = sqlite(path)
    await store.open()
    yield store
    await store.close()


async def write(store: SqliteStore, n: int) -> None:
    """Each a commit, one after the other."""
    for key in range(n):
        await store.keep([Keep(note=Note(space="s", key=str(key), body=BODY))], at=at(0))


def size(path: Path, suffix: str = "") -> int:
    return path.with_name(path.name + suffix).stat().st_size


async def test_a_long_log_is_brought_into_the_file_by_another_thread(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_PAGES", 300)
    before = size(path)
    await write(store, 3)
    assert size(path) == before
    assert not [one for one in threading.enumerate() if one.name.startswith("checkpoints")]
    await write(store, 40)
    await until(lambda: size(path) > before + 10 * len(BODY))
    assert [one for one in threading.enumerate() if one.name.startswith("checkpoints")]
    await store.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("checkpoints")]


async def test_the_log_begins_anew_and_does_not_grow_for_ever(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_PAGES", 150)
    for _ in range(10):
        await write(store, 10)
        await until(lambda: all_is_over(path))
    assert size(path, "-wal") < 40 * len(BODY)


async def test_a_commit_does_it_if_the_thread_does_not_keep_up(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_PAGES", 10**9)
    monkeypatch.setattr(checkpoints, "_TOO_MANY", 200)
    await write(store, 60)
    assert size(path, "-wal") < 20 * len(BODY)


def all_is_over(path: Path) -> bool:
    """Whether the file has all of the log."""
    db = apsw.Connection(str(path))
    try:
        pages, done = db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    except apsw.BusyError:
        return False
    finally:
        db.close()
    return pages == done
