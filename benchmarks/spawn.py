"""Programs through the whole path, against a bare loop of fork and exec.

    python benchmarks/spawn.py [--runs 1000] [--seats 8] [--store sqlite|postgres|redis|URL] [--rung cgroup]…

Each run is `true`, started by its own supervisor in a session of its own, tracked from claim to exit code, on each rung
of containment. The bare loop starts and collects `true` with `posix_spawn`, one after the other.
"""

import argparse
import asyncio
import os
import shutil
import time

import noop
from draining import drained
from measuring import machine, store_url

from tickwork.core.containment import Containment
from tickwork.core.model import Command

RUNGS = [rung.value for rung in Containment if rung is not Containment.AUTO]
TRUE = shutil.which("true") or "/bin/true"


def bare(runs: int) -> float:
    began = time.perf_counter()
    for _ in range(runs):
        os.waitpid(os.posix_spawn(TRUE, [TRUE], {}), 0)
    return runs / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seats", type=int, default=8)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--rung", action="append", choices=RUNGS, help="only this one (may be given several times)")
    options = parser.parse_args()
    print(machine())
    job = noop.job(Command(program=TRUE))
    for rung in map(Containment, options.rung or RUNGS):
        alone = bare(options.runs)
        with store_url(options.store) as url:
            found = asyncio.run(drained(url, job=job, runs=options.runs, seats=options.seats, containment=rung))
        print(f"{rung:12}  {found}; bare loop {alone:,.0f}/s, the whole path is {found.rate / alone:.0%} of it")


if __name__ == "__main__":
    main()
