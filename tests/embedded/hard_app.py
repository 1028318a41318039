"""Functions that are hard on whoever runs them."""

import ctypes
import logging
import os
import resource
import signal
import time
from pathlib import Path

from tickwork import current_run, task
from tickwork.app.definition import JobFunction


@task(overlap="allow")
def neighbour(mark: str, begun: str | None = None) -> int:
    """Returns when the mark is there; which attempt it is tells whether somebody touched it."""
    if begun is not None:
        Path(begun).touch()
    while not Path(mark).exists():
        time.sleep(0.01)
    return current_run.attempt


@task
def segfaults() -> None:
    ctypes.string_at(0)


@task
def vanishes() -> None:
    os._exit(3)


@task
def is_killed() -> None:
    """What the kernel does to who allocates more than the machine has."""
    os.kill(os.getpid(), signal.SIGKILL)


@task
def allocates_until_its_limit() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, hard))
    try:
        hoard = []
        while True:
            hoard.append(bytearray(64 << 20))
    finally:
        del hoard
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@task(resources={"memory": "512 MB"})
def allocates_until_it_is_stopped() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


@task(timeout="300ms", grace="200ms")
def blocks_term() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    time.sleep(1000)


@task
def returns_100_mb() -> str:
    return "x" * 100_000_000


@task
def logs(records: int) -> int:
    log = logging.getLogger("loud")
    for n in range(records):
        log.info("record %d", n)
    return records


@task
def recurses(depth: int = 0) -> None:
    recurses.function(depth + 1)


# --- the same where calls share a process ---


def in_a_thread(one: JobFunction[..., object], **policies: object) -> JobFunction[..., object]:
    return task(name=f"{one.name}_in_a_thread", mode="thread", **policies)(one.function)


neighbour_in_a_thread = in_a_thread(neighbour, overlap="allow")
segfaults_in_a_thread = in_a_thread(segfaults)
vanishes_in_a_thread = in_a_thread(vanishes)
allocates_in_a_thread = in_a_thread(allocates_until_it_is_stopped, resources={"memory": "512 MB"})
sleeps_in_a_thread = in_a_thread(blocks_term, timeout="300ms", grace="200ms")
returns_100_mb_in_a_thread = in_a_thread(returns_100_mb)


@task(mode="async")
async def segfaults_on_the_loop() -> None:
    segfaults.function()


@task(mode="async")
async def vanishes_on_the_loop() -> None:
    vanishes.function()


@task(mode="async", resources={"memory": "512 MB"})
async def allocates_on_the_loop() -> None:
    allocates_until_it_is_stopped.function()


@task(mode="async", timeout="300ms", grace="200ms")
async def holds_up_the_loop() -> None:
    blocks_term.function()


@task(mode="async")
async def returns_100_mb_from_the_loop() -> str:
    return returns_100_mb.function()
