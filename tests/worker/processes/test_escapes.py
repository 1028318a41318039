"""Whatever a job does to outlive its run, nothing of it is left when the run was killed, and nobody else is hit.

All kinds run on one worker at once, for each way in which a run is killed and each rung that this machine has.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.worker.processes.jobs.escaping import FOR_ROOT, RESTLESS, ROLES
from tests.worker.processes.watching import Watcher, eventually, program
from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.ids import RunId
from tickwork.core.lease import deadlines
from tickwork.errors import InvalidSetting
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.process.tree import look_up
from tickwork.worker.processes import Over, SpawnSpec, Stop, Supervised

GRACE, LEASE, MARGIN = 1.0, 1.0, 2.0
TRACE = 0.3
"""Seconds for which a trace tells that who left it lives: they leave one every few milliseconds."""
KINDS = {kind.__name__: roles for kind, roles in (ROLES | (FOR_ROOT if os.geteuid() == 0 else {})).items()}


def works(rung: Containment) -> bool:
    """Whether this machine has the rung, by trying."""

    async def tried() -> bool:
        local = LocalProcesses(clock=SystemClock(), containment=rung)
        try:
            await local.open()
        except InvalidSetting:
            return False
        await local.close()
        return True

    return asyncio.run(tried())


RUNGS = [rung for rung in Containment if rung is not Containment.AUTO and works(rung)]


def command(kind: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", str(Path(__file__).parent / "jobs" / "escaping.py"), kind)


def specs(folder: Path, *, timeout: float | None = None) -> list[SpawnSpec]:
    return [program(*command(kind), run=RunId(kind), cwd=str(folder), grace=GRACE, timeout=timeout) for kind in KINDS]


def living(folder: Path) -> dict[int | str, str]:
    """Processes, other than dead ones, that work in the folder; and the files of those who only leave traces."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    traces = {path.name: "fresh" for role in RESTLESS for path in folder.glob(f"*.{role}") if is_fresh(path)}
    return {pid: command_line(pid) for pid in pids if works_in(pid, folder)} | traces


def is_fresh(path: Path) -> bool:
    return time.time() - path.stat().st_mtime < TRACE


def works_in(pid: int, folder: Path) -> bool:
    try:
        place = os.readlink(f"/proc/{pid}/cwd")
    except OSError:  # it is gone, or only its exit status is left; or its main thread ended
        place = next(iter(places_of_threads(pid)), "")
    return place == str(folder) and (found := look_up(pid)) is not None and not found.dead


def places_of_threads(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                yield os.readlink(f"/proc/{pid}/task/{thread}/cwd")


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "escapes"
    made.mkdir(mode=0o777)
    made.chmod(0o777)
    return made


@pytest.fixture(autouse=True)
def canary(tmp_path: Path) -> Iterator[None]:
    """A process outside of every run."""
    with subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True) as process:
        yield
        assert process.poll() is None
        process.kill()


@pytest.fixture(params=RUNGS)
def rung(request: pytest.FixtureRequest) -> Containment:
    return request.param


@pytest.fixture
async def contained(temp: Path, rung: Containment) -> AsyncIterator[LocalProcesses]:
    local = LocalProcesses(clock=SystemClock(), containment=rung)
    await local.open()
    yield local
    await local.close()


async def all_escaped(folder: Path) -> None:
    wanted = {f"{kind}.{role}" for kind, roles in KINDS.items() for role in roles}
    await eventually(lambda: wanted <= {entry.name for entry in folder.iterdir()})


async def start(processes: LocalProcesses, watcher: Watcher, runs: list[SpawnSpec]) -> dict[str, Supervised]:
    return {spec.run: await processes.spawn(spec, watcher) for spec in runs}


async def assert_all_dead(folder: Path, *, within: float) -> None:
    try:
        await eventually(lambda: not living(folder), patience=within)
    except TimeoutError:
        pytest.fail(f"got away: {living(folder)}; {sorted(entry.name for entry in folder.iterdir())}")


def cancel(_local: LocalProcesses, handles: dict[str, Supervised]) -> None:
    for handle in handles.values():
        handle.stop(Stop.CANCEL)


def lose_lease(local: LocalProcesses, handles: dict[str, Supervised]) -> None:
    local.renew(deadlines(sent=SystemClock().monotonic(), lease=LEASE))
    for handle in handles.values():
        handle.stop(Stop.CANCEL, grace=1000)  # wakes it: until now there was no lease; it dies of its end


def kill_supervisors(local: LocalProcesses, _handles: dict[str, Supervised]) -> None:
    for supervisor in psutil.Process(local.launcher_pid).children():
        supervisor.kill()


@pytest.mark.parametrize("end", [cancel, lose_lease, kill_supervisors])
async def test_nothing_outlives_the_end_of_its_run(
    contained: LocalProcesses, watcher: Watcher, folder: Path, end: Callable[..., None]
) -> None:
    handles = await start(contained, watcher, specs(folder))
    await all_escaped(folder)
    assert len(living(folder)) >= len(KINDS)
    end(contained, handles)
    await assert_all_dead(folder, within=GRACE + MARGIN)
    await watcher.until(lambda: {over.run for over in watcher.find(Over)} == set(KINDS))
    assert [over for over in watcher.find(Over) if over.survivors] == []


async def test_nothing_outlives_its_time_out(contained: LocalProcesses, watcher: Watcher, folder: Path) -> None:
    started = asyncio.create_task(start(contained, watcher, specs(folder, timeout=3.0)))
    await all_escaped(folder)
    await started
    await watcher.until(lambda: any(b"SIGTERM (timeout)" in watcher.log(kind) for kind in KINDS))
    await assert_all_dead(folder, within=3.0 + GRACE + MARGIN)
    await watcher.until(lambda: {over.run for over in watcher.find(Over)} == set(KINDS))
    assert {over.stop for over in watcher.find(Over)} == {Stop.TIMEOUT}
