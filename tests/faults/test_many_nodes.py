"""Three whole nodes on one PostgreSQL or Redis: no doubles, all work, one is killed and the others go on at once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.test_kill_storm import until
from tests.services.mortal import mortal
from tests.services.postgres import postgres_server, postgres_url
from tests.services.valkey import redis_url, valkey_url
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM
from tickwork.core.states import State
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Kind, Order, RunFilter

__all__ = ["postgres_server", "postgres_url", "redis_url", "valkey_url"]

NODES = 3
TAKEOVER = 5.0
BOARD = """
project: fleet
defaults: {{overlap: allow}}
jobs:
  a: {{shell: 'echo "$TICKWORK_JOB $TICKWORK_SLOT" >> {log}', every: 1s, delivery: at_most_once}}
  b: {{shell: 'echo "$TICKWORK_JOB $TICKWORK_SLOT" >> {log}', every: 1s, delivery: at_most_once}}
  c: {{call: 'operator:add', args: [1, 2], every: 1s}}
"""


@pytest.fixture(params=["postgres_url", "redis_url"])
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture
def nodes(url: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    board = tmp_path / "fleet.yaml"
    board.write_text(BOARD.format(log=tmp_path / "starts.log"))
    processes = [up(url, board, tmp_path, name=f"node{n}") for n in range(NODES)]
    yield processes
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def up(url: str, board: Path, folder: Path, *, name: str) -> subprocess.Popen[bytes]:
    program = str(Path(sys.executable).with_name("tickwork"))
    with (folder / f"{name}.log").open("ab") as log:
        return mortal(
            [program, "up", str(board), "--store", url, "--name", name, "--workers", "2"],
            start_new_session=True,
            stdout=log,
            stderr=log,
        )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Operations]:
    clock = SystemClock()
    store = make_store(url, clock=clock)
    await store.open()
    try:
        yield Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM)
    finally:
        await store.close()


async def runs_of(ops: Operations):
    return await ops.store.runs(RunFilter(order=Order.OLDEST), limit=5000)


async def wait_for(condition, *, within: float, what: str) -> float:
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < within, f"{what}: not within {within} s"
        time.sleep(0.05)  # other processes are watched from outside: there is nothing to be woken by
    return time.monotonic() - began


@pytest.mark.timeout(180)
async def test_three_nodes_share_the_work_and_survive_the_loss_of_one(url: str, nodes, tmp_path: Path):
    async with opened(url) as ops:

        async def all_work() -> bool:
            return {run.worker for run in await runs_of(ops) if run.state is State.SUCCEEDED} >= {
                f"node{n}" for n in range(NODES)
            }

        await wait_for(all_work, within=60, what="a succeeded run on each node")

        os.killpg(nodes[0].pid, signal.SIGKILL)
        nodes[0].wait()
        killed = ops.jobs._context.clock.now()

        async def others_start_due_work() -> bool:
            return any(run.slot and run.slot > killed and run.started for run in await runs_of(ops))

        assert await wait_for(others_start_due_work, within=15, what="a start after the kill") <= TAKEOVER

        async def dead_is_settled() -> bool:
            return not any(run.worker == "node0" and run.state is State.RUNNING for run in await runs_of(ops))

        await wait_for(dead_is_settled, within=40, what="the settling of the dead node's runs")

        for process in nodes[1:]:
            process.send_signal(signal.SIGTERM)
        until(lambda: all(process.poll() == 0 for process in nodes[1:]), within=60, what="the end of the others")

        await assert_no_doubles(ops, tmp_path / "starts.log")


async def assert_no_doubles(ops: Operations, log: Path) -> None:
    starts = Counter(log.read_text().splitlines())
    assert max(starts.values()) == 1, "a slot was started twice"
    for document in await ops.store.find(Kind.JOB):
        job = JobId(document.id)
        runs = [run for run in await runs_of(ops) if run.job == job]
        assert max(Counter(run.slot for run in runs).values()) == 1
        (row,) = await ops.store.timetable([job])
        entries = await ops.ledger.entries(job, start=runs[0].slot, end=row.cursor + 1)
        assert not [entry for entry in entries if entry.entry in {"pending", "planned"}]
