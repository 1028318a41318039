"""How fast one worker drains no-op Python runs, tracked from claim to result; and how fast others do it.

    python benchmarks/throughput.py [--runs 50000] [--store sqlite|postgres|redis] [--mode process|thread|async]
        [--seats 4] [--repeat 3] [--peers]

The runs are queued first; the clock runs from the worker's start (its launcher and children included) until the last
run has ended in the ledger. Each keeps its start, end, attempt and result, each write carries its fence.

With `--peers` the others that use such a store do the same in the same run, each on a server of its own and configured
for speed (see `peers/`; they need the dependency group `bench`). Their clock starts with their first finished task,
because some need seconds to get there.
"""

import argparse
import asyncio
import importlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import noop
from draining import drained
from measuring import machine, store_url

from tickwork.core.model import Mode

PEERS = {"sqlite": ("huey",), "postgres": ("pgqueuer", "procrastinate"), "redis": ("huey", "dramatiq", "celery")}
FOLDER = Path(__file__).with_name("peers")
BEGUN = 100
"""Finished tasks from which on a peer is measured: the broker keeps some keys of its own, too."""
PEER_RUNS = 10_000
"""So many are enough for a rate: some need a minute and more for 50,000."""
POLL = 0.25
TOO_LONG = 120.0
"""Seconds after which a peer is given up."""


def theirs(name: str, url: str, *, runs: int, seats: int) -> float:
    """In a process of its own: a peer reads its URL when it is imported."""
    words = [sys.executable, __file__, "--peer", name, "--runs", str(runs), "--seats", str(seats)]
    env = os.environ | {"BENCH_URL": url.partition("?schema=")[0].partition("&schema=")[0]}
    done = subprocess.run(words, env=env, stdout=subprocess.PIPE, text=True, check=True)
    enqueued, rate = map(float, done.stdout.split())
    print(f"{name:<13} {rate:>7,.0f}/s, enqueued {enqueued:>7,.0f}/s", flush=True)
    return rate


def measure_peer(name: str, *, runs: int, seats: int) -> None:
    os.chdir(FOLDER)
    sys.path.insert(0, str(FOLDER))
    peer = importlib.import_module(f"{name}_peer")
    began = time.perf_counter()
    peer.enqueue(runs)
    enqueued = runs / (time.perf_counter() - began)
    program, *words = peer.worker(seats)
    worker = subprocess.Popen(
        [str(Path(sys.executable).with_name(program)), *words],
        env=os.environ | {"PYTHONPATH": str(FOLDER)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        first, began = reached(peer.finished, BEGUN)
        last, ended = reached(peer.finished, runs)
    finally:
        os.killpg(worker.pid, 9)
        worker.wait()
    print(enqueued, (last - first) / (ended - began))


def reached(finished, goal: int) -> tuple[int, float]:
    """How many were finished when, once there are so many."""
    until = time.monotonic() + TOO_LONG
    while (n := finished()) < goal:
        assert time.monotonic() < until, f"given up at {n}"
        time.sleep(POLL)
    return n, time.perf_counter()


def compare(kind: str, *, modes: Sequence[Mode], runs: int, seats: int, repeat: int, peers: bool) -> None:
    rates: dict[str, list[float]] = {}
    for _ in range(repeat):
        for mode in modes:
            with store_url(kind) as url:
                ours = asyncio.run(drained(url, job=noop.JOBS[mode], runs=runs, seats=seats))
                print(f"{mode:<13} {ours}", flush=True)
                rates.setdefault(mode, []).append(ours.rate)
        for name in PEERS[kind] if peers else ():
            with store_url(kind) as url:
                rates.setdefault(name, []).append(theirs(name, url, runs=min(runs, PEER_RUNS), seats=seats))
    own = statistics.median(rates[modes[0]])
    for name, found in rates.items():
        median = statistics.median(found)
        print(f"median        {name:<13} {median:>7,.0f}/s   mode {modes[0]} / {name}: {own / median:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=50_000)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--mode", choices=tuple(Mode), action="append", help="may be repeated; default: all three")
    parser.add_argument("--seats", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        measure_peer(options.peer, runs=options.runs, seats=options.seats)
        return
    print(machine())
    compare(
        options.store,
        modes=[Mode(mode) for mode in options.mode or Mode],
        runs=options.runs,
        seats=options.seats,
        repeat=options.repeat,
        peers=options.peers,
    )
    print(machine())


if __name__ == "__main__":
    main()
