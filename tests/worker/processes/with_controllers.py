"""Limits that the kernel's controllers keep, for a run as a whole. They need control groups that nobody else arranges:
`.ci/run` runs this file in a Linux of its own (tests/services/uml.py) where there is one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.worker.processes.test_terms import CONTROLLER, MB, ended, python, resource_limits
from tests.worker.processes.watching import Watcher, call
from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.core.states import Reason, State
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.process.rungs.groups import place_of
from tickwork.worker.processes import ChildSpec

PLACE = place_of(Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text())


@pytest.fixture
async def controlled(temp: Path) -> AsyncIterator[LocalProcesses]:
    """Nothing of it is left."""
    local = LocalProcesses(clock=SystemClock(), containment=Containment.CGROUP)
    await local.open()
    yield local
    await local.close()
    assert list(PLACE.glob("tickwork-*")) == []


async def test_controllers_are_what_keeps_the_limits(controlled: LocalProcesses) -> None:
    assert controlled.keepers == {"memory": CONTROLLER, "processes": "the pids controller"}


async def test_a_program_that_takes_more_memory_is_ended_for_that(controlled: LocalProcesses, watcher: Watcher) -> None:
    over = await ended(
        controlled, watcher, python("bytearray(b'x' * 200_000_000)", resources=Resources(memory=64 * MB))
    )
    assert (over.outcome.state, over.outcome.reason) == (State.FAILED, Reason.RESOURCE)
    assert over.outcome.error == "it hit its limit: 64 MB of memory"
    assert over.survivors == ()


TOGETHER = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        held = bytearray(b"x" * 30_000_000)
        time.sleep(1000)
time.sleep(1000)
"""


async def test_processes_of_a_run_share_its_limit_and_die_together(
    controlled: LocalProcesses, watcher: Watcher
) -> None:
    over = await ended(controlled, watcher, python(TOGETHER, resources=Resources(memory=64 * MB)))
    assert over.outcome.error == "it hit its limit: 64 MB of memory"
    assert over.survivors == ()


async def test_what_is_only_reserved_is_not_counted(controlled: LocalProcesses, watcher: Watcher) -> None:
    text = "import mmap; held = mmap.mmap(-1, 500_000_000); print(len(held))"
    over = await ended(controlled, watcher, python(text, resources=Resources(memory=64 * MB)))
    assert (over.outcome.state, watcher.log()) == (State.SUCCEEDED, b"500000000\n")


async def test_a_call_that_takes_more_memory_fails_for_that(controlled: LocalProcesses, watcher: Watcher) -> None:
    child = await controlled.child(ChildSpec(env={}, terms=resource_limits(memory=128 * MB)), watcher)
    child.call([call("operator:mul", b"x", 400_000_000, run="big")])
    over = await watcher.over("big")
    assert (over.outcome.reason, over.outcome.error) == (Reason.RESOURCE, "it hit its limit: 128 MB of memory")
    await watcher.gone()


async def test_more_processes_than_allowed_are_not_made(controlled: LocalProcesses, watcher: Watcher) -> None:
    text = """
import os, signal
made = 0
try:
    while os.fork() != 0: made += 1
    signal.pause()
except BlockingIOError:
    print(made, flush=True)
    os.kill(0, 9)
"""
    over = await ended(controlled, watcher, python(text, resources=Resources(processes=20)))
    assert watcher.log() == b"19\n"
    assert over.outcome.error == "it hit its limit: 20 processes"
