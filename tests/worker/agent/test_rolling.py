"""A rolling deployment: workers with the old and the new code of an app beside each other, as real processes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from tests.worker.agent.fakes import Bench, until, until_await
from tests.worker.agent.test_links import a_backend
from tickwork.core.ids import JobId
from tickwork.core.model import SYSTEM, Call, Job, Overlap
from tickwork.core.people import KeyKind
from tickwork.core.states import State
from tickwork.operations import Operations
from tickwork.server.app import make_app
from tickwork.worker.agent import Agent
from tickwork.worker.http_link import HttpLink
from tickwork.worker.link import Link
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.processes import Preload
from tickwork.worker.store_link import StoreLink

TASK = """
from tickwork import task

@task
def {}(): ...
"""
OLD, NEW = TASK.format("tally") + TASK.format("gone"), TASK.format("tally") + TASK.format("fresh")


class Deployment:
    """Workers by the code that they have."""

    def __init__(self, bench: Bench, folder: Path, link: Callable[[str], Awaitable[Link]]) -> None:
        """`link`: of a worker of this name."""
        self.bench = bench
        self._link = link
        self.ops = Operations(store=bench.store, clock=bench.clock, ids=bench.ids, actor=SYSTEM)
        self._folder = folder

    async def worker(self, name: str, code: str) -> Agent:
        """Returns when it has said what it has."""
        folder = self._folder / name
        folder.mkdir()
        (folder / "shop.py").write_text(code)
        preload = Preload(modules=("shop",), apps=("shop",), paths=(str(folder),))
        processes = LocalProcesses(clock=self.bench.clock, preload=preload)
        agent = self.bench.worker(processes, name=name, link=await self._link(name), preload=preload)
        await until_await(lambda: self._is_introduced(name))
        return agent

    async def _is_introduced(self, name: str) -> bool:
        return any(one.worker == name and one.tasks for one in await self.bench.store.sessions())

    def change(self, name: str, code: str) -> None:
        (self._folder / name / "shop.py").write_text(code)

    async def run(self, function: str, n: int = 1) -> list[str]:
        job = Job(
            id=JobId(function), name=function, overlap=Overlap.ALLOW, task=Call(target=f"shop:{function}", app="shop")
        )
        await self.ops.jobs.apply(f"board-{function}", [job])
        return [(await self.ops.runs.run(function)).id for _ in range(n)]

    async def why(self, run: str) -> str:
        return (await self.ops.explain.run(run)).sentence


@pytest.fixture(params=["store", "http"])
async def shop(request: pytest.FixtureRequest, bench: Bench, tmp_path: Path) -> AsyncIterator[Deployment]:
    backend, opened = a_backend(bench), list[HttpLink]()
    asgi = httpx2.ASGITransport(app=make_app(backend)) if request.param == "http" else None

    async def link(name: str) -> Link:
        if asgi is None:
            return StoreLink(store=bench.store, clock=bench.clock, ids=bench.ids, telemetry=bench.telemetry)
        _key, secret = await backend.system.people.keys.create(name, kind=KeyKind.WORKER, pools=("default",))
        url = "http://localhost:8425"
        made = HttpLink(url=url, key=secret, clock=bench.clock, telemetry=bench.telemetry, transport=asgi)
        opened.append(made)
        return made

    yield Deployment(bench, tmp_path, link)
    for agent, _task in bench.agents:
        agent.stop()
    for agent, _task in bench.agents:
        await bench.stopped(agent)
    for one in opened:
        await one.close()
    backend.desk.close()


async def test_runs_of_a_function_go_only_to_workers_whose_code_has_it(bench: Bench, shop: Deployment) -> None:
    old = await shop.worker("old", OLD)
    fresh, gone = await shop.run("fresh", 8), await shop.run("gone", 8)
    # What only newer code has waits for it, and says so
    assert [(await bench.ended(run)).worker for run in gone] == ["old"] * 8
    assert "no live worker has the task shop:fresh (old has app shop" in await shop.why(fresh[0])
    await shop.worker("new", NEW)
    both = await shop.run("tally", 8)
    ended = [await bench.ended(run) for run in (*fresh, *both)]
    assert {run.state for run in ended} == {State.SUCCEEDED}
    assert {run.worker for run in ended[:8]} == {"new"}
    # What only older code has waits once that is gone, and says so
    old.stop()
    await bench.stopped(old)
    [left] = await shop.run("gone")
    assert "no live worker has the task shop:gone (new has app shop" in await shop.why(left)
    assert (await bench.run(left)).state is State.QUEUED


async def test_a_worker_that_reloads_its_code_takes_what_is_new_in_it_under_the_session_that_it_has(
    bench: Bench, shop: Deployment
) -> None:
    agent = await shop.worker("one", OLD)
    [before] = await bench.store.sessions()
    [fresh] = await shop.run("fresh")
    shop.change("one", NEW)
    agent.reload()
    assert (await bench.ended(fresh)).state is State.SUCCEEDED
    [after] = await bench.store.sessions()
    assert (after.id, after.tasks) == (before.id, ("shop:tally", "shop:fresh"))


async def test_a_worker_that_cannot_import_the_app_takes_none_of_its_runs_and_says_why(
    bench: Bench, shop: Deployment
) -> None:
    agent = await shop.worker("one", OLD)
    shop.change("one", "from nowhere_at_all import nothing")
    agent.reload()
    told = await until(lambda: [str(event) for event in bench.events if "cannot be imported" in str(event)])
    assert "No module named 'nowhere_at_all'" in told[0]

    async def has_nothing() -> bool:
        [session] = await bench.store.sessions()
        return session.tasks == ()

    await until_await(has_nothing)
    [run] = await shop.run("tally")
    assert "no live worker has the task shop:tally (one has app shop" in await shop.why(run)
    shop.change("one", NEW)
    agent.reload()
    assert (await bench.ended(run)).state is State.SUCCEEDED
