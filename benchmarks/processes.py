"""What processes cost: `python benchmarks/processes.py` prints starts per second, calls per second and memory."""

import asyncio
import os
import sys
import time
from pathlib import Path

import psutil

from tickwork.core.clock import SystemClock
from tickwork.core.ids import RunId
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.processes import CallSpec, ChildSpec, Over, ProcessEvent, SpawnSpec

SPAWNS, AT_ONCE = 1_000, 8
CALLS, BATCH, AHEAD = 60_000, 500, 4
ENV = {f"TICKWORK_{name}": "x" * 20 for name in ("RUN_ID", "JOB", "PROJECT", "SLOT", "ATTEMPT", "FENCE", "PARAMS")}


class Ends:
    """Counts ended runs."""

    def __init__(self) -> None:
        self.seen = 0
        self._news = asyncio.Event()

    def __call__(self, event: ProcessEvent) -> None:
        if isinstance(event, Over):
            self.seen += 1
            self._news.set()

    async def reach(self, n: int) -> None:
        while self.seen < n:
            self._news.clear()
            await self._news.wait()


async def spawns(processes: LocalProcesses) -> str:
    ends = Ends()
    cpu, began = cpu_seconds(processes), time.perf_counter()
    for n in range(SPAWNS):
        await ends.reach(n - AT_ONCE)
        await processes.spawn(SpawnSpec(run=RunId(f"{n}"), argv=("/bin/true",), env={}, cwd="/"), ends)
    await ends.reach(SPAWNS)
    rate = SPAWNS / (time.perf_counter() - began)
    each = (cpu_seconds(processes) - cpu) / SPAWNS
    return f"{rate:,.0f}/s, {each * 1000:.1f} ms of CPU each"


def cpu_seconds(processes: LocalProcesses) -> float:
    """Of this process, of the launcher, and of all that it has collected."""
    times = psutil.Process(processes.launcher_pid).cpu_times()
    return sum(times[:4]) + sum(os.times()[:2])


async def calls(processes: LocalProcesses) -> float:
    ends = Ends()
    child = await processes.child(ChildSpec(env={}, max_calls=10 * CALLS), ends)
    child.call([CallSpec(run=RunId("warm"), target="time:time", args=(), kwargs={}, env=ENV)])
    await ends.reach(1)
    began = time.perf_counter()
    for first in range(0, CALLS, BATCH):
        await ends.reach(first - AHEAD * BATCH)
        runs = [RunId(f"{first + n:020d}") for n in range(BATCH)]
        child.call([CallSpec(run=run, target="gc:isenabled", args=(), kwargs={}, env=ENV) for run in runs])
    await ends.reach(CALLS)
    rate = CALLS / (time.perf_counter() - began)
    child.retire()
    return rate


def weights(process: psutil.Process) -> str:
    full = process.memory_full_info()
    return f"RSS {full.rss / 1e6:.1f} MB, of its own {full.uss / 1e6:.1f} MB"


async def memory(processes: LocalProcesses) -> None:
    launcher = psutil.Process(processes.launcher_pid)
    print(f"launcher               {weights(launcher)}")
    while launcher.children():
        await asyncio.sleep(0.01)
    sleeper = await processes.spawn(SpawnSpec(run=RunId("s"), argv=("/bin/sleep", "60"), env={}, cwd="/"), Ends())
    while not (supervisors := launcher.children()) or not supervisors[0].children():
        await asyncio.sleep(0.01)
    print(f"supervisor, program    {weights(supervisors[0])}")
    sleeper.stop("cancel", grace=0)
    while launcher.children():
        await asyncio.sleep(0.01)
    ends = Ends()
    child = await processes.child(ChildSpec(env={}), ends)
    child.call([CallSpec(run=RunId("r"), target="time:time", args=(), kwargs={}, env={})])
    await ends.reach(1)
    supervisor = launcher.children()[0]
    print(f"supervisor, child      {weights(supervisor)}")
    print(f"warm child             {weights(supervisor.children()[0])}")
    child.retire()


async def main() -> None:
    load = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load}")
    processes = LocalProcesses(clock=SystemClock())
    began = time.perf_counter()
    await processes.open()
    ends = Ends()
    await processes.spawn(SpawnSpec(run=RunId("first"), argv=("/bin/true",), env={}, cwd="/"), ends)
    await ends.reach(1)
    print(f"first program over     {(time.perf_counter() - began) * 1000:,.0f} ms after open()")
    await memory(processes)
    print(f"/bin/true              {await spawns(processes)}")
    print(f"no-op calls, one child {await calls(processes):,.0f}/s")
    await processes.close()


asyncio.run(main())
