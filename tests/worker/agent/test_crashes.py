"""A worker that is killed at every hand-over: nothing is lost, and nothing that may run once runs twice."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.worker.agent.fakes import Bench, ShiftedClock, once, shell
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import Call, Job, Overlap, Shell
from tickwork.core.states import Reason, State
from tickwork.store.sqlite import SqliteStore

HAND_OVERS = [
    "worker.claimed",
    "worker.launch.before",
    "worker.launch.after",
    "worker.calls.before",
    "worker.event.over",
    "worker.report.before",
    "worker.report.started",
    "worker.report.finished",
    "worker.report.after",
]


@pytest.fixture
async def on_disk(tmp_path: Path):
    clock = ShiftedClock()
    ids = Ids(clock=clock)
    store = SqliteStore.from_url(f"sqlite:///{tmp_path / 'ledger.db'}", clock=clock, ids=ids)
    await store.open()
    yield Bench(store, clock, ids)
    await store.close()


async def worker(store: SqliteStore, *, crash_at: str | None = None) -> int:
    """A worker process from its start to its end; its exit status."""
    env = os.environ | ({"TICKWORK_CRASH_AT": crash_at} if crash_at else {})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.worker.agent.crashing", store.url, env=env
    )
    try:
        async with asyncio.timeout(30):
            return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()


@pytest.mark.parametrize("point", HAND_OVERS)
async def test_no_run_is_lost_or_doubled_by_a_kill_at(on_disk: Bench, tmp_path: Path, point: str) -> None:
    # Given runs of every kind
    marks = tmp_path / "marks"
    marking = Shell(command=f"echo run >> {marks}")
    [careful] = await on_disk.queue(once(replace(shell("careful"), task=marking)))
    plain = await on_disk.queue(shell("plain"), 2)
    call = Job(id=JobId("call"), name="call", task=Call(target="operator:neg", args=(1,)), overlap=Overlap.ALLOW)
    calls = await on_disk.queue(call, 5)
    # When their worker is killed, settled, and another one comes
    assert await worker(on_disk.store, crash_at=point) == -signal.SIGKILL
    await on_disk.settle()
    assert await worker(on_disk.store) == 0
    # Then all have run, and the careful one at most once
    for run in (*plain, *calls):
        assert (await on_disk.run(run)).state is State.SUCCEEDED
    entry = await on_disk.run(careful)
    assert (entry.state, entry.reason) in {(State.SUCCEEDED, None), (State.FAILED, Reason.LOST)}
    ran = len(marks.read_text().splitlines()) if marks.exists() else 0
    assert ran <= 1
    assert ran == 1 or entry.state is State.FAILED
