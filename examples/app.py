"""A small app: `tickwork up --app examples.app` from the root of the project, or `--app app` from this folder.

tickwork run primes -p below=1000000 --wait
tickwork run pages -p 'urls=["a", "b"]' --wait
"""

import asyncio
import time

from tickwork import Skip, current_run, every, job, report_progress, task
from tickwork.app.progress import tqdm


@job(schedule=every("10s"), timeout="30s")
def primes(below: int = 200_000) -> dict[str, int]:
    """Counts primes, and says how far it is."""
    sieve = bytearray([1]) * below
    sieve[:2] = b"\0\0"
    for n in tqdm(range(2, int(below**0.5) + 1), desc="sieve"):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, below, n)))
    count = sieve.count(1)
    current_run.log.info("%d primes below %d", count, below)
    return {"below": below, "count": count}


@task(mode="async", overlap="allow", timeout="1m")
async def pages(urls: list[str]) -> dict[str, int]:
    """Many of these run at a time in one process."""
    lengths = {}
    for place, url in enumerate(urls, start=1):
        await asyncio.sleep(0.1)  # where a real one would wait for an answer
        lengths[url] = len(url)
        report_progress("pages", place, len(urls), url)
    return lengths


@job(schedule=every("15s"), retries={"count": 3, "delay": "1s", "backoff": "exponential"})
def flaky() -> str:
    """Fails at its first attempt; look at the frames of the exception with `tickwork show RUN`."""
    if current_run.attempt == 1:
        raise ConnectionError("the other side is not there yet")
    return f"worked at attempt {current_run.attempt}"


@job(schedule=every("20s"), mode="thread")
def mail() -> None:
    """Has something to do in one second of two."""
    if int(time.time()) % 2:
        raise Skip("nothing to send")
