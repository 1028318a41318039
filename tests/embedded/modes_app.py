"""Jobs of every mode."""

import asyncio
import time
from contextlib import suppress

from tickwork import current_run, task


@task(mode="async", overlap="allow")
async def wait(seconds: float) -> int:
    await asyncio.sleep(seconds)
    return current_run.attempt


@task(mode="async", overlap="allow", timeout="300ms", grace="200ms")
async def stubborn() -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(100)


@task(mode="thread", overlap="allow")
def count(n: int) -> int:
    print("counting", n)  # noqa: T201 (goes into the log)
    time.sleep(0.01)
    return n
