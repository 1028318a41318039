"""Real processes; after each test none of them, no folder and no descriptor of theirs is left."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from tests.worker.processes.watching import Watcher, eventually
from tickwork.core.clock import SystemClock
from tickwork.worker.process.launching import LocalProcesses


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The temporary folder of everything that is started."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.glob("tickwork-*")) == []


@pytest.fixture
async def processes(temp: Path) -> AsyncIterator[LocalProcesses]:
    me, fds = psutil.Process(), set(os.listdir("/proc/self/fd"))
    others = set(me.children())  # the database servers of other tests may be among them
    local = LocalProcesses(clock=SystemClock())
    await local.open()
    yield local
    await local.close()
    await eventually(lambda: set(me.children()) <= others)
    assert set(os.listdir("/proc/self/fd")) == fds


@pytest.fixture
async def watcher() -> Watcher:
    return Watcher()
