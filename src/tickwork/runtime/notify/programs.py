"""A program that is told a message on its standard input, and ended if it takes long."""

import asyncio
import os
import signal
from collections.abc import Sequence

from tickwork.core.codec import to_json
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.notify.wording import Message

_SHOWN = 300


async def run_program(argv: Sequence[str], message: Message, *, patience: float) -> None:
    """Raises `NotDelivered` where it cannot be started, does not end in time, or fails."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise NotDelivered(f"{argv[0]}: {error.strerror or error}") from None
    try:
        async with asyncio.timeout(patience):
            _, said = await process.communicate(to_json({"id": message.id, **message.as_json()}))
    except TimeoutError:
        raise NotDelivered(f"{argv[0]} took longer than {patience:g} s and was killed") from None
    finally:
        await _end(process)
    if process.returncode != 0:
        words = said[-_SHOWN:].decode(errors="replace").strip()
        raise NotDelivered(f"{argv[0]} ended with {process.returncode}" + (f": {words}" if words else ""))


async def _end(process: asyncio.subprocess.Process) -> None:
    """It and what it has started, where it has not ended."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
