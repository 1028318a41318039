"""The rungs of containment: which one is taken, what is seen of it, and what it leaves alone."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from tests.worker.processes.test_escapes import RUNGS, living
from tests.worker.processes.watching import Watcher, alive, call, eventually, sh
from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.core.states import Reason, State
from tickwork.errors import InvalidSetting
from tickwork.worker.process import launching, tree
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.process.rungs import cgroup, choosing, groups
from tickwork.worker.process.rungs.rung import Cell, Rung
from tickwork.worker.processes import ChildSpec, Stop

JOBS = str(Path(__file__).parent / "jobs")
ROOT = str(Path(__file__).parents[3])


@pytest.fixture(params=RUNGS)
async def contained(temp: Path, request: pytest.FixtureRequest) -> AsyncIterator[LocalProcesses]:
    local = LocalProcesses(clock=SystemClock(), containment=request.param)
    await local.open()
    yield local
    await local.close()


@pytest.mark.usefixtures("temp")
async def test_the_strongest_rung_that_works_is_in_force() -> None:
    local = LocalProcesses(clock=SystemClock())
    await local.open()
    await local.close()
    assert local.containment == RUNGS[0]
    assert set(local.refused) == {rung for rung in Containment if rung is not Containment.AUTO} - set(RUNGS)


async def test_a_rung_that_is_demanded_is_in_force(contained: LocalProcesses) -> None:
    assert contained.containment in RUNGS
    assert contained.refused == {}


@pytest.fixture
def no_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", ROOT)
    monkeypatch.setattr(launching, "_LAUNCHER", "tests.worker.processes.jobs.groupless_launcher")


@pytest.mark.usefixtures("temp", "no_groups")
async def test_a_rung_that_does_not_work_is_refused_naming_why() -> None:
    local = LocalProcesses(clock=SystemClock(), containment=Containment.CGROUP)
    with pytest.raises(InvalidSetting, match=r"containment cgroup does not work here: .*no cgroup2"):
        await local.open()


@pytest.mark.usefixtures("temp", "no_groups")
async def test_auto_goes_on_to_the_next_rung(watcher: Watcher) -> None:
    local = LocalProcesses(clock=SystemClock())
    await local.open()
    assert local.containment == next(rung for rung in RUNGS if rung is not Containment.CGROUP)
    assert "no cgroup2" in local.refused[Containment.CGROUP]
    await local.spawn(sh("exit 7"), watcher)
    assert (await watcher.over()).outcome.exit_code == 7
    await local.close()


async def test_the_pid_of_a_program_is_the_one_that_everybody_sees(contained: LocalProcesses, watcher: Watcher) -> None:
    handle = await contained.spawn(sh("sleep 1000; echo tickwork-was-here"), watcher)
    began = await watcher.began()
    await eventually(lambda: "tickwork-was-here" in " ".join(psutil.Process(began.pid).cmdline()))
    handle.stop(Stop.CANCEL, grace=0)
    await watcher.over()


async def test_the_pid_of_a_call_is_the_one_that_everybody_sees(contained: LocalProcesses, watcher: Watcher) -> None:
    child = await contained.child(ChildSpec(env={}, path=(JOBS,)), watcher)
    child.call([call("time:sleep", 1000)])
    began = await watcher.began()
    os.kill(began.pid, signal.SIGKILL)
    assert (await watcher.over()).outcome.reason is Reason.SIGNAL


async def test_a_daemon_that_a_job_leaves_behind_lives_on_and_is_named(
    contained: LocalProcesses, watcher: Watcher
) -> None:
    await contained.spawn(sh("setsid sleep 1000 & exit 0"), watcher)
    over = await watcher.over()
    (left,) = over.survivors
    assert over.outcome.state is State.SUCCEEDED
    assert over.outcome.remark == f"left processes behind: {left}"
    await eventually(lambda: psutil.Process(left).name() == "sleep")
    await contained.close()  # it does not wait for it
    assert alive(left)
    psutil.Process(left).kill()
    await eventually(lambda: not alive(left))


async def test_a_time_out_in_a_call_takes_its_whole_tree(contained: LocalProcesses, watcher: Watcher, tmp_path) -> None:
    mark = str(tmp_path)
    child = await contained.child(ChildSpec(env={}, path=(JOBS,)), watcher)
    line = f"cd {mark}; setsid sh -c 'trap \"\" TERM; sleep 1000; :' & sleep 1000"
    child.call([call("os:system", line, timeout=1.0, grace=0.2)])
    over = await watcher.over()
    assert over.stop is Stop.TIMEOUT
    assert living(tmp_path) == {}


async def test_a_call_sees_what_its_rung_shows(contained: LocalProcesses, watcher: Watcher) -> None:
    child = await contained.child(ChildSpec(env={}, path=(JOBS,)), watcher)
    child.call([call("os:getpid")])
    over = await watcher.over()
    inside = int(over.outcome.result)
    assert (inside == (await watcher.began()).pid) is (contained.containment != Containment.PIDNS)
    child.retire()
    await watcher.gone()


# -- control groups --


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """What a group with controllers looks like."""
    folder = tmp_path / "group"
    folder.mkdir()
    for name in ("cgroup.procs", "memory.max", "memory.swap.max", "memory.oom.group", "pids.max"):
        (folder / name).touch()
    return folder


def opened(group: Path, resources: Resources) -> tuple[cgroup.CgroupCell, Resources]:
    brood = tree.Brood(clock=SystemClock())
    brood.forget()
    cell = cgroup.CgroupCell(brood=brood, group=groups.Group(group))
    remaining = cell.limit(resources)
    return cell, remaining


def test_controllers_keep_the_limits_that_they_can(group: Path) -> None:
    _, remaining = opened(group, Resources(memory=2**26, processes=7, files=50))
    assert remaining == Resources(files=50)
    assert (group / "memory.max").read_text() == str(2**26)
    assert (group / "memory.swap.max").read_text() == "0"
    assert (group / "memory.oom.group").read_text() == "1"
    assert (group / "pids.max").read_text() == "7"


def test_without_controllers_all_limits_are_kept_otherwise(tmp_path: Path) -> None:
    _, remaining = opened(tmp_path, Resources(memory=2**26, processes=7))
    assert remaining == Resources(memory=2**26, processes=7)


@pytest.mark.parametrize(
    ("file", "text", "hit"),
    [
        ("memory.events", "low 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 1\n", "memory"),
        ("memory.events", "low 0\nmax 9\noom 0\noom_kill 0\n", None),
        ("pids.events", "max 3\n", "processes"),
        ("pids.events", "max 0\n", None),
    ],
)
def test_controllers_know_what_was_hit(group: Path, file: str, text: str, hit: str | None) -> None:
    cell, _ = opened(group, Resources(memory=2**26, processes=7))
    (group / file).write_text(text)
    assert cell.hit() == hit


@pytest.mark.parametrize("rung", [rung for rung in RUNGS if rung is Containment.CGROUP])
async def test_what_a_killed_launcher_and_supervisor_left_is_ended_by_the_next(
    temp: Path, watcher: Watcher, rung: Containment
) -> None:
    first = LocalProcesses(clock=SystemClock(), containment=rung)
    await first.open()
    line = "setsid sh -c 'echo up; sleep 1000; :' & exec sleep 1000"
    await first.spawn(sh("setsid sleep 1000 & exit 0", run="leaving"), watcher)
    await first.spawn(sh(line), watcher)
    (left,) = (await watcher.over("leaving")).survivors
    await watcher.printed("up")
    main = psutil.Process((await watcher.began()).pid)
    supervisor = main.parent()
    [orphan] = main.children()
    for killed in (first.launcher_pid, supervisor.pid):
        os.kill(killed, signal.SIGKILL)
    await eventually(lambda: not alive(main.pid))
    assert alive(orphan.pid)
    await first.close()
    second = LocalProcesses(clock=SystemClock(), containment=rung)
    await second.open()
    assert not alive(orphan.pid)
    assert alive(left)
    os.kill(left, signal.SIGKILL)
    await second.close()


MOUNTS = """\
24 1 0:22 / /sys rw shared:7 - sysfs sysfs rw
32 24 0:28 {root} {place} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
"""


@pytest.mark.parametrize(
    ("root", "own", "delegated", "place"),
    [
        ("/", "/", False, ""),
        ("/", "/system.slice/worker.service", False, "system.slice/worker.service"),
        ("/", "/system.slice/worker.service/worker", True, "system.slice/worker.service"),
        ("/docker/abc", "/docker/abc/inner", False, "inner"),
    ],
)
def test_groups_are_made_where_the_worker_is_or_where_that_was_delegated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str, own: str, delegated: bool, place: str
) -> None:
    monkeypatch.setattr(groups, "is_delegated", lambda folder: delegated and folder.name == "worker.service")
    found = groups.place_of(MOUNTS.format(root=root, place=tmp_path), f"4:memory:/x\n0::{own}\n")
    assert found == tmp_path / place


def test_a_group_that_is_not_visible_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not visible"):
        groups.place_of(MOUNTS.format(root="/", place=tmp_path), "0::/../outside\n")


# -- probing --


class Sieve(Cell):
    """Holds nothing."""

    def kill(self) -> tuple[int, ...]:
        Path(os.environ["SIEVE"]).write_text(" ".join(map(str, self.living())))
        return ()


class Leaky(Rung):
    def cell(self, number: int, brood: tree.Brood) -> Cell:
        del number
        return Sieve(brood=brood)


def test_a_rung_that_does_not_hold_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_MOMENT", 0.1)
    monkeypatch.setenv("SIEVE", str(tmp_path / "pids"))
    assert choosing.failure(Leaky()) == "a process that it was to hold got away"
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        os.kill(pid, signal.SIGKILL)
