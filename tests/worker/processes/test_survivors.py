"""A process that the worker may not signal: the stronger rungs end it all the same, the weakest one tells of it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.worker.processes.jobs.escaping import NOBODY
from tests.worker.processes.test_escapes import RUNGS, command, folder, living
from tests.worker.processes.watching import Watcher, alive, eventually, program
from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.states import State
from tickwork.store.protocol import Stream
from tickwork.worker.process import launching
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.processes import Over, Stop

__all__ = ["folder"]


@pytest.fixture(params=RUNGS)
async def powerless(
    temp: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LocalProcesses]:
    assert os.geteuid() == 0, "this needs two users: run it as root"
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setattr(launching, "_LAUNCHER", "tests.worker.processes.jobs.powerless_launcher")
    local = LocalProcesses(clock=SystemClock(), containment=request.param)
    await local.open()
    yield local
    await local.close()


async def test_who_may_not_be_signalled_is_ended_by_the_kernel_or_named(
    powerless: LocalProcesses, watcher: Watcher, folder: Path
) -> None:
    handle = await powerless.spawn(program(*command("another_user"), cwd=str(folder)), watcher)
    await eventually((folder / "another_user.asked").exists)
    await eventually(lambda: NOBODY in owners(folder))
    handle.stop(Stop.CANCEL, grace=0.1)
    over = await watcher.over()
    assert over.outcome.state is State.CANCELLED
    if powerless.containment == Containment.SUBREAPER:
        tell_tale(over, watcher)
    else:
        await eventually(lambda: not living(folder), patience=3)


def owners(folder: Path) -> set[int]:
    found = set()
    for pid in living(folder):
        with suppress(OSError):  # it ended
            found.add(os.stat(f"/proc/{pid}").st_uid)
    return found


def tell_tale(over: Over, watcher: Watcher) -> None:
    (survivor,) = over.survivors
    assert alive(survivor)
    assert over.outcome.remark == f"did not die of KILL: {survivor}"
    assert f"[tickwork: did not die of KILL: {survivor}]\n".encode() in watcher.log("run", Stream.SYSTEM)
    os.kill(survivor, signal.SIGKILL)
