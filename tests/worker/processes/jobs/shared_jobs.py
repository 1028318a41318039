"""Functions for children that make several calls at a time."""

import asyncio
import logging
import os
import signal
import subprocess
import threading
import time

from tickwork import Skip, current_run, report_progress

log = logging.getLogger("shared")
_together = threading.Barrier(3, timeout=10)
_met = 0


def meet(n):
    """Returns only if three of them are made at a time."""
    _together.wait()
    return [n, current_run.id, threading.current_thread() is threading.main_thread()]


async def meet_later(n):
    global _met
    _met += 1
    async with asyncio.timeout(10):
        while _met < 3:
            await asyncio.sleep(0)
    return [n, current_run.id]


def talk(word):
    for _ in range(50):
        print(word, end=" ")
        time.sleep(0)
    print()
    log.info("record of %s", word)
    report_progress(None, 1, 2, word)


async def talk_later(word):
    for _ in range(50):
        print(word, end=" ")
        await asyncio.sleep(0)
    log.info("record of %s", word)
    report_progress(None, 1, 2, word)


def raw(word):
    os.write(1, word.encode())
    subprocess.run(["/bin/echo", "from a program"], check=True)


def obeys(word="hanging"):
    print(word)
    while not current_run.cancelled:
        time.sleep(0.005)
    print("saw it")


def hangs(word="hanging"):
    print(word)
    time.sleep(1000)


async def hangs_later(word="hanging"):
    print(word)
    try:
        await asyncio.sleep(1000)
    finally:
        print("tidied up")


async def hangs_stubbornly(word="hanging"):
    print(word)
    while True:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            print("not me")


def waits(seconds):
    time.sleep(seconds)
    return seconds


async def waits_later(seconds):
    await asyncio.sleep(seconds)
    return seconds


def dies():
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


async def dies_later():
    dies()


async def counting(n):
    for at in range(n):
        yield at


def skips():
    raise Skip("nothing new")


async def skips_later():
    raise Skip("nothing new")


def breaks(name="x"):
    raise ValueError(name)


async def breaks_later(name="x"):
    raise ValueError(name)


async def asks(secret):
    return {"job": current_run.job, "in environment": "TICKWORK_JOB" in os.environ, "secret": secret}
