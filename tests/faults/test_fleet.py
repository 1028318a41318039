"""A fleet over HTTP, as real processes: shared work, a worker that leaves, a server that was killed, a killed worker.
`benchmarks/fleet.py` does the same at full size."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.services.fleet import Fleet, a_fleet
from tickwork.core.ids import JobId
from tickwork.core.model import Everywhere, Job, Pool, Run, Shell
from tickwork.core.states import State

WORKERS = (("w1", "web"), ("w2", "web"), ("b1", "batch,spare"))


def loads(attempts) -> Counter[str]:
    return Counter(attempt.worker for attempt in attempts)


@pytest.mark.timeout(400)
async def test_three_workers_in_two_pools_share_the_work_and_one_leaves_without_a_failure(tmp_path: Path) -> None:
    async with a_fleet(tmp_path, WORKERS) as fleet:
        await fleet.queue("web", "sleep 0.3", 40, pool="web")
        await fleet.queue("batch", "sleep 0.3", 20, pool="batch")
        assert {run.state for run in await fleet.over()} == {State.SUCCEEDED}
        load = loads(await fleet.attempts())
        assert max(load.values()) / min(load.values()) <= 1.3, load

        # A worker of two pools takes runs of both
        await fleet.queue("spare", "true", 2, pool="spare")
        await fleet.over()
        [spare] = {
            attempt.worker
            for run in await fleet.runs(job=JobId("spare"))
            for attempt in await fleet.store.attempts(run.id)
        }
        assert spare == "b1"

        # `on: all` is one run per worker of the pool
        await fleet.ops.jobs.save(_everywhere("patch", "web"))
        await fleet.ops.runs.run("patch")
        await fleet.over()
        patched = {run.id for run in await fleet.runs(job=JobId("patch"))}
        ran = [attempt.worker for attempt in await fleet.attempts() if attempt.run in patched]
        assert sorted(ran) == ["w1", "w2"]

        # A worker that is told to stop ends what it has, and what it has not gets the others
        await fleet.queue("more", "sleep 1", 12, pool="web")
        await fleet.until(lambda: _works(fleet, "w1"))
        fleet.processes["w1"].send_signal(signal.SIGTERM)
        assert await fleet.ended("w1") == 0
        assert {run.state for run in await fleet.over()} == {State.SUCCEEDED}
        assert all(attempt.outcome is State.SUCCEEDED for attempt in await fleet.attempts())


def _everywhere(name: str, pool: str) -> Job:
    return Job(id=JobId(name), name=name, task=Shell(command="true"), pool=pool, on=Everywhere.ALL)


async def _works(fleet: Fleet, worker: str) -> bool:
    return any(run.state is State.RUNNING for run in await fleet.runs(job=JobId("more"), worker=worker))


LINES = 200
TALK = f"for n in $(seq {LINES}); do echo line $n; done; sleep 1; echo done"
SAID = b"".join([b"line %d\n" % (n + 1) for n in range(LINES)]) + b"done\n"


@pytest.mark.timeout(400)
async def test_a_server_that_was_killed_and_comes_back_finds_everything_that_happened_meanwhile(tmp_path: Path) -> None:
    async with a_fleet(tmp_path, []) as fleet:
        # The pool has a lease that is longer than any outage of this test; the worker's own would be too short
        await fleet.ops.pools.put(Pool(name="default", lease=300.0))
        await fleet.work("w1", "default", seats=8, lease=5.0)
        await fleet.connected("w1")
        await fleet.queue("talk", TALK, 24)
        await fleet.until(lambda: _running(fleet, 8))
        fleet.kill("server")
        await fleet.until(lambda: _has_noticed(fleet))
        fleet.serve()
        runs = await fleet.over()
        assert [run.state for run in runs] == [State.SUCCEEDED] * 24
        assert len(await fleet.attempts()) == 24
        for run in runs:
            assert await fleet.log_of(run) == SAID


async def _running(fleet: Fleet, n: int) -> bool:
    return len(await fleet.runs(states=(State.RUNNING,))) >= n


async def _has_noticed(fleet: Fleet) -> bool:
    return "does not answer" in fleet.said("w1")


@pytest.mark.timeout(400)
async def test_of_a_worker_that_is_killed_while_it_uploads_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    async with a_fleet(tmp_path, [("w1", "default")], lease=8.0) as fleet:
        await fleet.queue("endless", "i=0; while true; do i=$((i+1)); echo line $i; done", 1)
        [run] = await fleet.runs()
        await fleet.until(lambda: _has_said(fleet, run, 50_000))
        known = await fleet.log_of(run)
        fleet.kill("w1")
        # Its run is settled, and what had been taken of it is there
        await fleet.until(lambda: _settled(fleet, run))
        [attempt] = await fleet.store.attempts(run.id)
        assert "no sign of life" in (attempt.error or "")
        kept = b"".join([chunk.data for chunk in await fleet.store.read_log(run.id, attempt=1, limit=100_000)])
        head = known[: known.index(b"\nline 1000\n")]
        assert kept.startswith(head)


async def _has_said(fleet: Fleet, run: Run, size: int) -> bool:
    return len(await fleet.log_of(run)) > size


async def _settled(fleet: Fleet, run: Run) -> bool:
    return len(await fleet.store.attempts(run.id)) > 0
