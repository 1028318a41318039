"""A whole worker that is stopped or killed takes everything with it that its runs have started."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.services.mortal import mortal
from tests.worker.agent.fakes import Bench
from tests.worker.processes.conftest import temp
from tests.worker.processes.test_escapes import (
    GRACE,
    KINDS,
    LEASE,
    MARGIN,
    all_escaped,
    assert_all_dead,
    canary,
    command,
    folder,
    living,
    rung,
)
from tickwork.core.clock import SECOND, Duration, SystemClock
from tickwork.core.containment import Containment
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import Job, Shell
from tickwork.store.sqlite import SqliteStore

__all__ = ["canary", "folder", "rung", "temp"]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = SqliteStore.from_url(f"sqlite:///{tmp_path / 'ledger.db'}", clock=clock, ids=ids)
    await store.open()
    yield Bench(store, clock, ids)
    await store.close()


def escape(kind: str, folder: Path) -> Job:
    line = " ".join(["exec", *command(kind)])
    grace = Duration(int(GRACE * SECOND))
    return Job(id=JobId(kind), name=kind, task=Shell(command=line), cwd=str(folder), grace=grace)


def worker(url: str, rung: Containment) -> subprocess.Popen[bytes]:
    program = str(Path(sys.executable).with_name("tickwork"))
    options = ("--containment", rung, "--lease", str(LEASE), "--grace", "0", "--workers", str(len(KINDS)))
    return mortal([program, "worker", "--store", url, *options], stdout=subprocess.DEVNULL, process_group=0)


def terminate(process: subprocess.Popen[bytes]) -> None:
    process.terminate()


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("end", [terminate, kill])
async def test_nothing_outlives_a_worker(
    bench: Bench, temp: Path, folder: Path, rung: Containment, end: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    for kind in KINDS:
        await bench.queue(escape(kind, folder))
    with worker(bench.store.url, rung) as process:
        try:
            await all_escaped(folder)
            assert len(living(folder)) >= len(KINDS)
            end(process)
            await assert_all_dead(folder, within=GRACE + MARGIN)
            assert await asyncio.to_thread(process.wait, 10) == (0 if end is terminate else -signal.SIGKILL)
        finally:
            process.kill()
