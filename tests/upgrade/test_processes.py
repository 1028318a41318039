"""The procedure of `docs/guides/upgrade.md` with real processes: a server and a worker are brought to the next version
and back while jobs run; none of these is lost, doubled or cut short."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.services.fleet import PATIENCE, free_port
from tests.services.mortal import mortal
from tests.upgrade import earlier
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


class Site:
    """A server and a worker that knows only its address, each of the older version (where it is at hand) or of this."""

    def __init__(self, folder: Path, store: Store, code: Path | None) -> None:
        self.folder = folder
        self.code = code
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

    def serve(self, code: Path | None) -> None:
        self._start("server", code, "server", "--store", self.store.url, "--port", str(self.port))

    def work(self, code: Path | None) -> None:
        where = ("--server", f"http://127.0.0.1:{self.port}", "--key-file", str(self.folder / "box.key"))
        self._start("worker", code, "worker", *where, "--name", "box", "--workers", "8", "--lease", "60")

    def _start(self, name: str, code: Path | None, *arguments: str) -> None:
        words, more = earlier.words(code)
        environment = {**os.environ, "TICKWORK_STORE": "memory://", "TICKWORK_SECRET_KEYS": "test", **more}
        with (self.folder / f"{name}.out").open("ab") as out:
            self.processes[name] = mortal(
                [*words, *arguments], stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=self.folder
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
    code = earlier.source(folder / "code")
    earlier.load_sqlite(folder / "store.db")  # a store that 0.1 has made, whoever works on it first
    await store.open()
    site = Site(folder, store, code)
    try:
        await site.prepare()
        yield site
    finally:
        for process in site.processes.values():
            process.send_signal(signal.SIGKILL)
            process.wait()
        await store.close()


async def test_server_and_worker_go_to_the_next_version_and_back_under_running_jobs(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.serve(site.code)
        site.work(site.code)
        for _ in range(2):
            await site.ops.runs.run("held")
        await site.until_running(2)

        site.kill("server")  # the worst way to stop it
        site.serve(None)
        await site.ops.runs.run("held")
        await site.until_running(3)  # by the worker before, from this server
        (tmp_path / "go").touch()
        await site.until(lambda runs: not any(run.job == "held" and run.state in LIVE for run in runs))
        (tmp_path / "go").unlink()

        await site.ended("worker")
        site.work(None)
        await site.fired_after()

        await site.ops.runs.run("held")
        await site.until_running(1)
        await site.ended("server")  # and back, the worker staying
        site.serve(site.code)
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
