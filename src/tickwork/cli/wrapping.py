"""A command of somebody's own crontab, told of as a run of a job: shadow mode, before it is moved here."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import BinaryIO, Final

import rich_click as click

from tickwork.cli.acting import here_only, store_option, with_operations
from tickwork.cli.output import say
from tickwork.config import environment, load
from tickwork.core.clock import SystemClock
from tickwork.core.lease import DEFAULT_LEASE
from tickwork.errors import InvalidSetting, TickworkError
from tickwork.operations import Operations
from tickwork.operations.shadow import Shadowed, Teller
from tickwork.store.protocol import Chunk, Stream
from tickwork.worker.process.hiding import LogMasking

_PATIENCE: Final = 10.0
"""Seconds that the store has, before the command begins without it and after it has ended."""
_BETWEEN: Final = DEFAULT_LEASE / 5
_READ: Final = 65_536
_NOT_FOUND, _NOT_RUN, _SIGNALLED = 127, 126, 128


@click.command("wrap")
@click.argument("job")
@click.argument("command", nargs=-1, required=True)
@here_only("wrap tells the store itself: name that by --store; a server is told by a URL, see `tickwork checkin`")
@store_option
def wrap_command(*, store: str | None, job: str, command: tuple[str, ...]) -> int:
    """Run a command here, and report it as a run of a job: start, output and exit code.

    `0 2 * * * tickwork wrap backup -- /usr/local/bin/backup` in a crontab: cron goes on starting it, and its history,
    notices and pages are here. It exits as the command does. If the store is away, the command just runs.
    """
    return asyncio.run(_wrapped(store, job, command))


async def _wrapped(store: str | None, job: str, command: Sequence[str]) -> int:
    wrapped = Wrapped(command)
    try:
        if store is None and load(environment()).server:
            raise InvalidSetting("wrap tells a store: name it by --store; a server is told by `tickwork checkin`")
        await with_operations(store, lambda ops: wrapped.told(ops, job))
    except (TickworkError, OSError, TimeoutError) as error:
        why = str(error) or "the store does not answer"
        say(f"this run of {job} is not told of: {why}")
    return await wrapped.ended()


class Wrapped:
    """The command. It is started once, whether anybody can be told or not."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._result: asyncio.Task[int | None] | None = None
        self._fault = ""
        self._unmasked: list[tuple[Stream, bytes]] = []
        self._unsaid: list[tuple[Stream, bytes]] = []
        self._seq = 0
        self._room = 0

    async def told(self, ops: Operations, job: str) -> None:
        """Until it has ended."""
        async with asyncio.timeout(_PATIENCE):
            shadowed = await ops.shadow.begin(job, by=Teller(host=os.uname().nodename, pid=os.getpid()))
        self._room = shadowed.job.max_log_bytes
        masking = LogMasking(shadowed.mask)
        running = self._start()
        while not running.done():
            await asyncio.wait([running], timeout=_BETWEEN)
            with contextlib.suppress(TickworkError, OSError):  # it may be back before the lease is over
                self._mask(masking)
                await self._say(ops, shadowed)
                await ops.shadow.beat(shadowed)
        self._mask(masking)
        self._unsaid += masking.rest()
        async with asyncio.timeout(_PATIENCE):
            await self._say(ops, shadowed)
            await ops.shadow.end(shadowed, exit_code=running.result(), error=self._fault or None)

    async def ended(self) -> int:
        """The exit status to pass on."""
        code = await self._start()
        if code is None:
            say(self._fault)
            return _NOT_RUN if "Permission" in self._fault else _NOT_FOUND
        return code if code >= 0 else _SIGNALLED - code

    def _start(self) -> "asyncio.Task[int | None]":
        self._result = self._result or asyncio.create_task(self._run())
        return self._result

    async def _run(self) -> int | None:
        """Its exit code, below 0 by a signal; None: it could not be started."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
        except OSError as error:
            self._fault = f"{self._command[0]}: {error.strerror or error}"
            return None
        assert process.stdout is not None
        assert process.stderr is not None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, _pass_on, process, number)
        await asyncio.gather(
            self._pump(process.stdout, sys.stdout.buffer, Stream.STDOUT),
            self._pump(process.stderr, sys.stderr.buffer, Stream.STDERR),
        )
        return await process.wait()

    async def _pump(self, pipe: asyncio.StreamReader, out: BinaryIO, stream: Stream) -> None:
        while data := await pipe.read(_READ):
            with contextlib.suppress(BrokenPipeError):
                out.write(data)
                out.flush()
            self._unmasked.append((stream, data))

    def _mask(self, masking: LogMasking) -> None:
        """The terminal has seen it as it is; the ledger gets it without secrets."""
        unmasked, self._unmasked = self._unmasked, []
        self._unsaid += [(stream, shown) for stream, data in unmasked if (shown := masking.shown(stream, data))]

    async def _say(self, ops: Operations, shadowed: Shadowed) -> None:
        """What fits into the job's log; the rest is left out, and said so once."""
        unsaid, self._unsaid = self._unsaid, []
        now, chunks = SystemClock().now(), []
        for stream, data in unsaid:
            kept = data[: max(self._room, 0)]
            if kept:
                chunks.append(Chunk(seq=self._seq, at=now, stream=stream, data=kept))
                self._seq += 1
            if self._room >= 0 and len(data) > self._room:
                text = b"[the rest of the output is left out: max_log_bytes]\n"
                chunks.append(Chunk(seq=self._seq, at=now, stream=Stream.SYSTEM, data=text))
                self._seq, self._room = self._seq + 1, -1
            elif self._room >= 0:
                self._room -= len(data)
        if not chunks:
            return
        try:
            await ops.shadow.say(shadowed, chunks)
        except (TickworkError, OSError):
            self._unsaid[:0] = [(chunk.stream, chunk.data) for chunk in chunks if chunk.stream is not Stream.SYSTEM]
            self._room += sum(len(chunk.data) for chunk in chunks if chunk.stream is not Stream.SYSTEM)
            raise


def _pass_on(process: asyncio.subprocess.Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
