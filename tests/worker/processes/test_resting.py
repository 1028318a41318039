"""A supervisor whose program ended as it should has the next one; any other is over with it."""

import os
import signal

import psutil

from tests.worker.processes.watching import Watcher, alive, eventually, sh
from tickwork.core.model import Resources
from tickwork.core.states import Reason, State
from tickwork.worker.process import reserve
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.processes import Began, SpawnSpec, Stop, Terms


def supervisors(processes: LocalProcesses) -> list[int]:
    return [child.pid for child in psutil.Process(processes.launcher_pid).children()]


async def had(processes: LocalProcesses, watcher: Watcher, spec: SpawnSpec) -> int:
    """The supervisor that had this program, which is over and was the only one."""
    await processes.spawn(spec, watcher)
    await watcher.over(spec.run)
    [supervisor] = supervisors(processes)
    return supervisor


async def test_programs_that_follow_each_other_have_the_same_supervisor(processes, watcher) -> None:
    first = await had(processes, watcher, sh("echo one; exit 3", run="one"))
    assert await had(processes, watcher, sh("cat; echo two", run="two", stdin=b"in ")) == first
    assert await had(processes, watcher, sh("echo $0", run="three", script=b"")) == first
    assert [watcher.log(run) for run in ("one", "two")] == [b"one\n", b"in two\n"]
    assert [(await watcher.over(run)).outcome.exit_code for run in ("one", "two", "three")] == [3, 0, 0]


async def test_several_at_a_time_have_one_each(processes, watcher, tmp_path) -> None:
    for n in range(3):
        await processes.spawn(sh(f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done", run=f"r{n}"), watcher)
    for n in range(3):
        await watcher.began(f"r{n}")
    assert len(supervisors(processes)) == 3
    (tmp_path / "go").touch()
    for n in range(3):
        assert (await watcher.over(f"r{n}")).outcome.state is State.SUCCEEDED


async def test_one_that_rests_is_let_go_after_a_moment(processes, watcher, monkeypatch) -> None:
    monkeypatch.setattr(reserve, "MOMENT", 0.05)
    await processes.spawn(sh("exit 0"), watcher)
    await watcher.over()
    await eventually(lambda: not supervisors(processes))


async def test_a_program_with_limits_has_one_of_its_own(processes, watcher) -> None:
    await had(processes, watcher, sh("exit 0", run="before"))
    limits = Terms(resources=Resources(files=64))
    await processes.spawn(sh("ulimit -n", run="limited", terms=limits), watcher)
    await watcher.over("limited")
    assert watcher.log("limited") == b"64\n"
    await eventually(lambda: len(supervisors(processes)) == 1)
    await processes.spawn(sh("ulimit -n", run="after"), watcher)
    await watcher.over("after")
    assert watcher.log("after") != b"64\n"


async def test_one_whose_program_was_stopped_or_left_something_does_not_rest(processes, watcher) -> None:
    handle = await processes.spawn(sh("sleep 1000", run="stopped"), watcher)
    await watcher.began("stopped")
    handle.stop(Stop.CANCEL)
    await watcher.over("stopped")
    await processes.spawn(sh("sleep 1000 & exit 0", run="leaving"), watcher)
    [left] = (await watcher.over("leaving")).survivors
    before = set(supervisors(processes))
    await processes.spawn(sh("exit 0", run="next"), watcher)
    await watcher.over("next")
    assert set(supervisors(processes)) - before
    assert alive(left)
    os.kill(left, signal.SIGKILL)


async def test_a_stop_that_is_meant_for_the_program_before_hits_nobody(processes, watcher) -> None:
    first = await processes.spawn(sh("exit 0", run="one"), watcher)
    await watcher.over("one")
    second = await processes.spawn(sh("read line; sleep 0.1", run="two", stdin=b"\n"), watcher)
    first.stop(Stop.CANCEL, grace=0)
    assert (await watcher.over("two")).outcome.state is State.SUCCEEDED
    second.stop(Stop.CANCEL)  # nor one that finds none


async def test_of_a_program_whose_resting_supervisor_was_killed_it_is_said_that_it_never_began(
    processes, watcher
) -> None:
    supervisor = await had(processes, watcher, sh("exit 0", run="one"))
    os.kill(supervisor, signal.SIGKILL)
    await processes.spawn(sh("exit 0", run="two"), watcher)  # before anybody here can have noticed
    assert (await watcher.over("two")).outcome.reason is Reason.LOST
    assert watcher.find(Began, "two") == []
    await processes.spawn(sh("exit 0", run="three"), watcher)
    assert (await watcher.over("three")).outcome.state is State.SUCCEEDED


async def test_after_its_launcher_was_killed_none_is_taken_up(processes, watcher) -> None:
    supervisor = await had(processes, watcher, sh("exit 0", run="one"))
    first = processes.launcher_pid
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: not alive(first))
    await processes.spawn(sh("exit 0", run="two"), watcher)
    assert (await watcher.over("two")).outcome.state is State.SUCCEEDED
    assert processes.launcher_pid != first
    await eventually(lambda: not alive(supervisor))
