"""The fleet at full size: a server and workers as real processes, over HTTP.

    python benchmarks/fleet.py [--scripts 500] [--runs 200] [--away 60] [--only shared|away|killed]

How evenly workers share, what `on: all` makes, what a worker that is told to stop leaves; what is there of runs whose
server was away for a minute, and of a worker that was killed while it uploads. Ends with an assertion where a promise
is not kept.
"""

import argparse
import asyncio
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from measuring import machine

from tests.services.fleet import Fleet, a_fleet
from tickwork.core.ids import JobId
from tickwork.core.model import Everywhere, Job, Pool, Run, Shell
from tickwork.core.states import State

WORKERS = (("w1", "web"), ("w2", "web"), ("b1", "batch"))
TALK = "for n in $(seq 1000); do echo line $n; done; sleep 2; echo done"
SAID = b"".join(b"line %d\n" % (n + 1) for n in range(1000)) + b"done\n"


async def shared(folder: Path, options: argparse.Namespace) -> None:
    """Two thirds of the scripts go to the pool of two workers."""
    scripts = options.scripts
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
        await stopped(fleet, scripts // 5)


async def everywhere(fleet: Fleet) -> None:
    job = Job(id=JobId("patch"), name="patch", task=Shell(command="true"), pool="web", on=Everywhere.ALL)
    await fleet.ops.jobs.save(job)
    await fleet.ops.runs.run("patch")
    await fleet.over()
    patched = {run.id for run in await fleet.runs(job=job.id)}
    ran = sorted(attempt.worker for attempt in await fleet.attempts() if attempt.run in patched)
    print(f"on all: {ran}")
    assert ran == ["w1", "w2"]


async def stopped(fleet: Fleet, scripts: int) -> None:
    """One of two workers is told to stop in the middle of it."""
    await fleet.queue("more", "sleep 1", scripts, pool="web")

    async def in_the_middle() -> bool:
        at_work = await fleet.runs(job=JobId("more"), worker="w1", states=(State.RUNNING,))
        return bool(at_work) and len(await fleet.runs(job=JobId("more"), states=(State.SUCCEEDED,))) > scripts // 4

    await fleet.until(in_the_middle)
    began = time.perf_counter()
    fleet.processes["w1"].send_signal(signal.SIGTERM)
    code = await fleet.ended("w1")
    took = time.perf_counter() - began
    runs = await fleet.over()
    attempts = await fleet.attempts()
    failed = [attempt for attempt in attempts if attempt.outcome is not State.SUCCEEDED]
    print(f"TERM: w1 ended with {code} after {took:.1f} s; {len(failed)} of {len(attempts)} attempts failed")
    assert code == 0
    assert not failed
    assert {run.state for run in runs} == {State.SUCCEEDED}


async def away(folder: Path, options: argparse.Namespace) -> None:
    """The server is killed while the runs talk, and is back after so many seconds. The lease is the pool's."""
    seconds, lease = options.away, 2 * options.away
    async with a_fleet(folder, []) as fleet:
        await fleet.ops.pools.put(Pool(name="default", lease=lease))
        await fleet.work("w1", "default", seats=options.runs, lease=15.0)
        await fleet.connected("w1")
        await fleet.queue("talk", TALK, options.runs)
        await fleet.until(lambda: _some(fleet, State.RUNNING))
        fleet.kill("server")
        await asyncio.sleep(seconds)
        known = [run for run in await fleet.runs() if run.state is State.SUCCEEDED]
        fleet.serve()
        back = time.perf_counter()
        ended = await fleet.over()
        took = time.perf_counter() - back
        print(
            f"away {seconds:g} s, lease {lease:g} s: {len(ended) - len(known)} of {len(ended)} results were still to "
            f"come, all were there {took:.1f} s after the server was started again"
        )
        assert [run.state for run in ended] == [State.SUCCEEDED] * options.runs
        assert len(await fleet.attempts()) == options.runs
        for run in ended:
            assert await fleet.log_of(run) == SAID


async def killed(folder: Path, options: argparse.Namespace) -> None:
    """One of two workers is killed in the middle of its reports; what the ledger has of its runs stays as it is."""
    async with a_fleet(folder, [("w1", "default"), ("w2", "default")], lease=10.0) as fleet:
        await fleet.queue("talk", TALK, options.runs // 5)
        await fleet.until(lambda: _some(fleet, State.SUCCEEDED))
        known = {run.id: (run, await fleet.log_of(run)) for run in await fleet.runs()}
        fleet.kill("w1")
        ended = await fleet.over()
        lost = [attempt for attempt in await fleet.attempts() if attempt.outcome is not State.SUCCEEDED]
        for run in ended:
            await _is_kept(fleet, run, *known[run.id])
        print(f"killed: {len(lost)} attempts were lost and made again, {len(ended)} results, each once")
        assert {run.state for run in ended} == {State.SUCCEEDED}
        assert lost
        assert {attempt.worker for attempt in lost} == {"w1"}


async def _is_kept(fleet: Fleet, run: Run, before: Run, log: bytes) -> None:
    attempts = await fleet.store.attempts(run.id)
    first = b"".join([chunk.data for chunk in await fleet.store.read_log(run.id, attempt=1, limit=100_000)])
    assert first.startswith(log)
    assert sum(attempt.outcome is State.SUCCEEDED for attempt in attempts) == 1
    if before.state is State.SUCCEEDED:
        assert len(attempts) == 1
        assert log == SAID


async def _some(fleet: Fleet, state: State) -> bool:
    return bool(await fleet.runs(states=(state,)))


MEASURES: dict[str, Callable[[Path, argparse.Namespace], Awaitable[None]]] = {
    "shared": shared,
    "away": away,
    "killed": killed,
}


async def measure(options: argparse.Namespace) -> None:
    for name in options.only or MEASURES:
        with tempfile.TemporaryDirectory(prefix="tw-fleet-") as folder:
            await MEASURES[name](Path(folder), options)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scripts", type=int, default=500)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--away", type=float, default=60.0)
    parser.add_argument("--only", action="append", choices=MEASURES)
    given = parser.parse_args()
    print(machine())
    asyncio.run(measure(given))
    print(machine())
