"""The procedure of `docs/guides/upgrade.md` with real processes, each from a wheel: a server and a worker of 0.1 are
brought to this version and back while jobs run; none of these is lost, doubled or cut short."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.services.fleet import PATIENCE, free_port
from tests.services.mortal import mortal
from tests.upgrade import earlier
from tests.upgrade.wheels import built, installed
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Job, Overlap, Shell
from tickwork.core.people import KeyKind
from tickwork.core.states import LIVE, State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import RunFilter, Store

HELD = "echo $$ >> {folder}/began; while [ ! -e {folder}/go ]; do sleep 0.05; done; echo done"
SECOND = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Where the `tickwork` of each is installed, and the wheel that this one came from."""

    before: Path
    this: Path
    wheel: Path


class Site:
    """A server and a worker that knows only its address, each of either version."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.ops = Operations(store=store, clock=SystemClock(), ids=Ids(clock=SystemClock()), actor=SYSTEM)
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    async def prepare(self) -> None:
        _key, secret = await self.ops.people.keys.create("box", kind=KeyKind.WORKER, pools=["default"])
        key_file = self.folder / "box.key"
        key_file.touch(mode=0o600)
        key_file.write_text(secret)
        often = Schedule(key="main", trigger=Every(interval=SECOND))
        held = HELD.format(folder=self.folder)
        for job in (
            Job(id=JobId("often"), name="often", task=Shell(command="true"), schedules=(often,)),
            Job(id=JobId("held"), name="held", task=Shell(command=held), overlap=Overlap.ALLOW),
        ):
            await self.ops.jobs.save(job)

    def serve(self, program: Path) -> None:
        self._start("server", program, "server", "--store", self.store.url, "--port", str(self.port))

    def work(self, program: Path) -> None:
        where = ("--server", f"http://127.0.0.1:{self.port}", "--key-file", str(self.folder / "box.key"))
        self._start("worker", program, "worker", *where, "--name", "box", "--workers", "8", "--lease", "60")

    def _start(self, name: str, program: Path, *arguments: str) -> None:
        environment = {**os.environ, "TICKWORK_STORE": "memory://", "TICKWORK_SECRET_KEYS": "test"}
        with (self.folder / f"{name}.out").open("ab") as out:
            self.processes[name] = mortal(
                [program, *arguments], stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=self.folder
            )

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    async def ended(self, name: str) -> None:
        """Asked to stop, it lets its runs finish."""
        self.processes[name].terminate()
        assert await asyncio.to_thread(self.processes[name].wait, PATIENCE) == 0, self.said()

    async def until_running(self, n: int) -> None:
        await self.until(lambda runs: sum(run.state is State.RUNNING and run.job == "held" for run in runs) == n)

    async def until(self, holds) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(await self.store.runs(RunFilter(), limit=1000)):
                    await asyncio.sleep(0.1)  # rarely enough to leave the processor to the processes
        except TimeoutError:
            raise AssertionError(self.said()) from None

    async def fired_after(self) -> None:
        """The schedule goes on: something that became due just now has succeeded."""
        now = SystemClock().now()
        await self.until(
            lambda runs: any(run.slot is not None and run.slot > now and run.state is State.SUCCEEDED for run in runs)
        )

    def said(self) -> str:
        return "\n".join((self.folder / f"{name}.out").read_text() for name in self.processes)


@asynccontextmanager
async def a_site(folder: Path) -> AsyncIterator[Site]:
    store = make_store(f"sqlite:///{folder / 'store.db'}", clock=SystemClock())
    earlier.load_sqlite(folder / "store.db")  # a store that 0.1 has made, whoever works on it first
    await store.open()
    site = Site(folder, store)
    try:
        await site.prepare()
        yield site
    finally:
        for process in site.processes.values():
            process.send_signal(signal.SIGKILL)
            process.wait()
        await store.close()


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    folder = tmp_path_factory.mktemp("versions")
    earlier_wheel = built(earlier.source(folder / "code"), folder / "earlier_wheel")
    wheel = built(earlier.ROOT, folder / "wheel")
    return Versions(
        before=installed(earlier_wheel, folder / "0.1"), this=installed(wheel, folder / "this"), wheel=wheel
    )


async def test_server_and_worker_go_to_the_next_version_and_back_under_running_jobs(
    tmp_path: Path, versions: Versions
) -> None:
    async with a_site(tmp_path) as site:
        site.serve(versions.before)
        site.work(versions.before)
        for _ in range(2):
            await site.ops.runs.run("held")
        await site.until_running(2)

        site.kill("server")  # the worst way to stop it
        site.serve(versions.this)
        await site.ops.runs.run("held")
        await site.until_running(3)  # by the worker before, from this server
        (tmp_path / "go").touch()
        await site.until(lambda runs: not any(run.job == "held" and run.state in LIVE for run in runs))
        (tmp_path / "go").unlink()

        await site.ended("worker")
        site.work(versions.this)
        await site.fired_after()

        await site.ops.runs.run("held")
        await site.until_running(1)
        await site.ended("server")  # and back, the worker staying
        site.serve(versions.before)
        await site.fired_after()
        (tmp_path / "go").touch()
        await site.until(lambda runs: not any(run.job == "held" and run.state in LIVE for run in runs))
        await site.ended("worker")
        await site.ended("server")

        held = await site.store.runs(RunFilter(job=JobId("held")), limit=100)
        assert [run.state for run in held] == ["succeeded"] * 4
        assert [run.attempt for run in held] == [1] * 4
        assert len((tmp_path / "began").read_text().split()) == 4, "nothing began twice"
        assert (await site.ops.verify.check()).findings == []


def test_the_wheel_has_all_of_the_package_and_nothing_else(versions: Versions) -> None:
    package = earlier.ROOT / "src"
    files = {str(path.relative_to(package)) for path in (package / "tickwork").rglob("*") if path.is_file()}
    packed = set(ZipFile(versions.wheel).namelist())
    assert {name for name in packed if not name.startswith("tickwork-")} == {
        name for name in files if not name.endswith(".pyc")
    }
    assert {"tickwork/py.typed", "tickwork/store/sqlite/queries/claim.sql"} <= packed


def test_each_version_is_the_one_of_its_wheel(versions: Versions) -> None:
    where = "import tickwork; print(tickwork.__file__)"
    for program in (versions.before, versions.this):
        said = subprocess.run([program.with_name("python"), "-c", where], capture_output=True, text=True, check=True)
        assert Path(said.stdout.strip()).is_relative_to(program.parents[1])
