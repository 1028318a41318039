"""The fleet at full size, as real processes over HTTP: how evenly workers share, what `on: all` makes, what a server
that is away for a minute costs. Prints one line a measure; ends with an assertion where a promise is not kept.

    python -m benchmarks.fleet [--scripts 500] [--runs 200] [--away 60]
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.services.fleet import Fleet, a_fleet
from tickwork.core.ids import JobId
from tickwork.core.model import Everywhere, Job, Shell
from tickwork.core.states import State

WORKERS = (("w1", "web"), ("w2", "web"), ("b1", "batch"))


async def shared(folder: Path, scripts: int) -> None:
    """Two thirds of the scripts go to the pool of two workers."""
    async with a_fleet(folder, WORKERS) as fleet:
        began = time.perf_counter()
        await fleet.queue("web", "sleep 0.3", scripts * 2 // 3, pool="web")
        await fleet.queue("batch", "sleep 0.3", scripts - scripts * 2 // 3, pool="batch")
        runs = await fleet.over()
        took = time.perf_counter() - began
        load = Counter(attempt.worker for attempt in await fleet.attempts())
        ratio = max(load.values()) / min(load.values())
        print(f"shared: {len(runs)} scripts in {took:.1f} s, {dict(load)}, max/min {ratio:.2f}")
        assert {run.state for run in runs} == {State.SUCCEEDED}
        assert ratio <= 1.3
        await everywhere(fleet)


async def everywhere(fleet: Fleet) -> None:
    job = Job(id=JobId("patch"), name="patch", task=Shell(command="true"), pool="web", on=Everywhere.ALL)
    await fleet.ops.jobs.save(job)
    await fleet.ops.runs.run("patch")
    await fleet.over()
    patched = {run.id for run in await fleet.runs(job=job.id)}
    ran = sorted(attempt.worker for attempt in await fleet.attempts() if attempt.run in patched)
    print(f"on all: {ran}")
    assert ran == ["w1", "w2"]


async def away(folder: Path, runs: int, seconds: float) -> None:
    """The server is killed while the runs talk, and is back after so many seconds."""
    talk = "for n in $(seq 1000); do echo line $n; done; sleep 2; echo done"
    said = b"".join(b"line %d\n" % (n + 1) for n in range(1000)) + b"done\n"
    async with a_fleet(folder, [("w1", "default")], seats=runs, lease=max(2 * seconds, 120.0) * 2) as fleet:
        await fleet.queue("talk", talk, runs)
        while not await fleet.runs(states=(State.RUNNING,)):
            await asyncio.sleep(0.05)
        fleet.kill("server")
        await asyncio.sleep(seconds)
        fleet.serve()
        back = time.perf_counter()
        ended = await fleet.over()
        print(f"away {seconds:.0f} s: all {len(ended)} results {time.perf_counter() - back:.1f} s after it was back")
        assert [run.state for run in ended] == [State.SUCCEEDED] * runs
        assert len(await fleet.attempts()) == runs
        for run in ended:
            assert await fleet.log_of(run) == said


async def measure(scripts: int, runs: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        await shared(Path(one), scripts)
        await away(Path(other), runs, seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scripts", type=int, default=500)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--away", type=float, default=60.0)
    given = parser.parse_args()
    asyncio.run(measure(given.scripts, given.runs, given.away))
