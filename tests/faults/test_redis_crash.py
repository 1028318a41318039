"""The Redis server dies under a working node and comes back: the node goes on by itself, nothing runs twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.test_kill_storm import until
from tests.faults.test_many_nodes import assert_no_doubles, opened, runs_of, up, wait_for
from tests.services.valkey import running
from tickwork.core.clock import SystemClock
from tickwork.core.states import HELD, State
from tickwork.operations import Operations
from tickwork.runtime.reaper import Reaper
from tickwork.telemetry import Telemetry

RESUME = 10.0
CRASHES = 3
BOARD = """
defaults: {{overlap: allow}}
jobs:
  once: {{shell: 'echo "$TICKWORK_JOB $TICKWORK_SLOT" >> {log}', every: 1s, delivery: at_most_once}}
  call: {{call: 'operator:add', args: [1, 2], every: 1s}}
"""


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fsync", ["always", "everysec"])
async def test_a_node_outlives_its_server(tmp_path: Path, fsync: str) -> None:
    (board := tmp_path / "board.yaml").write_text(BOARD.format(log=(log := tmp_path / "starts.log")))
    with running(fsync=fsync) as server:
        node = up(server.url, board, tmp_path, name="node")
        try:
            until(lambda: log.exists(), within=60, what="the first start")
            for _ in range(CRASHES):
                server.kill()
                server.start()
                started = len(log.read_text().splitlines())
                taken = until(starts_beyond(log, started + 1), within=60, what="starts after the crash")
                assert taken <= RESUME
                assert node.poll() is None
            node.send_signal(signal.SIGTERM)
            until(lambda: node.poll() == 0, within=60, what="the end of the node")
        finally:
            stop(node)

        async with opened(server.url) as ops:
            await settled(ops)
            await assert_no_doubles(ops, log)
            runs = await runs_of(ops)
            assert {run.state for run in runs} <= {State.SUCCEEDED, State.FAILED, State.QUEUED}
            if fsync == "always":  # whatever started is in the ledger
                slots = {run.nominal or run.slot for run in runs if run.job == "once" and run.started}
                assert len(log.read_text().splitlines()) <= len(slots)
        verify(server.url)


async def settled(ops: Operations) -> None:
    """A session that was lost with the tail of a server's writes holds its runs until its lease is over. If the node
    has ended before, the next one settles them."""
    reaper = Reaper(store=ops.store, clock=SystemClock(), telemetry=Telemetry())

    async def nobody_holds() -> bool:
        await reaper.tick()
        return all(run.state not in HELD for run in await runs_of(ops))

    await wait_for(nobody_holds, within=60, what="the settling of lost claims")


def starts_beyond(log: Path, n: int) -> Callable[[], bool]:
    return lambda: len(log.read_text().splitlines()) > n


def verify(url: str) -> None:
    """The command that counts the ledger over finds nothing."""
    program = [str(Path(sys.executable).with_name("tickwork")), "verify", "--json", "--store", url]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def stop(node: subprocess.Popen[bytes]) -> None:
    if node.poll() is None:
        os.killpg(node.pid, signal.SIGKILL)
        node.wait()
