"""What many jobs cost a server that has nothing to do: `tickwork apply` of a big board, then `tickwork up`.

    python benchmarks/idle.py [--jobs 100000] [--store sqlite|postgres|redis|URL] [--seconds 30]

All jobs are `every: 1h`. Measured is the whole tree of `up` (scheduler, worker, launcher) once it has settled.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

from measuring import cpu_of, machine, pss_of, rss_of, size_of, store_url, tickwork, tree

SETTLE = 10
"""Seconds after the start until the server counts as idle."""


def apply(url: str, jobs: int, folder: Path) -> None:
    board = folder / "board.yaml"
    lines = "".join(f'  job-{n:06d}: {{shell: "true", every: 1h}}\n' for n in range(jobs))
    board.write_text(f"project: big\njobs:\n{lines}", encoding="utf-8")
    began = time.perf_counter()
    process = tickwork("apply", str(board), "--store", url, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    took = time.perf_counter() - began
    cpu = usage.ru_utime + usage.ru_stime
    print(f"apply     {jobs:,} jobs in {took:.1f} s ({cpu:.1f} s of CPU, {usage.ru_maxrss / 1e3:,.0f} MB)", flush=True)


def idle(url: str, seconds: float) -> None:
    began = time.perf_counter()
    server = tickwork("up", "--store", url, stdout=subprocess.PIPE)
    assert server.stdout is not None
    server.stdout.readline()
    print(f"ready     {time.perf_counter() - began:.1f} s after the start of `tickwork up`")
    time.sleep(SETTLE)
    processes = tree(server.pid)
    before = cpu_of(processes)
    time.sleep(seconds)
    used = cpu_of(processes) - before
    print(f"idle      {used / seconds:.2%} of a core over {seconds:.0f} s")
    print(f"memory    {rss_of(server.pid):.0f} MB RSS of the server, {pss_of(processes):.0f} MB PSS of the whole tree")
    server.terminate()
    server.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    print(machine())
    with store_url(options.store) as url, tempfile.TemporaryDirectory() as folder:
        apply(url, options.jobs, Path(folder))
        print(f"size      {size_of(url)}")
        idle(url, options.seconds)
    print(machine())


if __name__ == "__main__":
    main()
