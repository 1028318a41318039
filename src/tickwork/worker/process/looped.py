"""A child that makes calls as tasks on one event loop."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

from tickwork.app.current import within
from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.errors import LaunchFailed
from tickwork.worker.process.calling import Ending, Form, exhaust_async, raised, returned
from tickwork.worker.process.channel import Socket, receive
from tickwork.worker.process.frames import hide
from tickwork.worker.process.loading import Loaded
from tickwork.worker.process.outcomes import not_launched
from tickwork.worker.process.shared import Prepared, SharedChild
from tickwork.worker.process.values import form_of
from tickwork.worker.processes import CallSpec, ChildSpec


class AsyncChild(SharedChild):
    """Each call is a task on the one loop. The ends and beginnings of one turn of it leave together."""

    def __init__(self, *, link: Socket, spec: ChildSpec, clock: Clock, shown: int) -> None:
        super().__init__(link=link, spec=spec, clock=clock, shown=shown)
        self._tasks: dict[RunId, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop
        self._idle: asyncio.Event
        self._thread = threading.get_ident()
        self._held: list[bytes] | None = None
        """Of several calls that begin at once, to be sent in one go."""
        self._ends: list[bytes] = []
        """Not sent yet."""
        self._will_begin = False

    def serve(self) -> None:
        asyncio.run(self._live())

    async def _live(self) -> None:
        self._loop, self._idle = asyncio.get_running_loop(), asyncio.Event()
        self._loop.add_reader(self.link, self._on_readable)
        self._loop.add_signal_handler(signal.SIGTERM, self._on_term)
        await self._idle.wait()
        self._loop.remove_reader(self.link)
        self.retire()

    def send(self, frames: bytes) -> None:
        if threading.get_ident() != self._thread:
            super().send(frames)
        elif self._held is None:
            ends, self._ends = self._ends, []
            super().send(b"".join((*ends, frames)))
        else:
            self._held.append(frames)

    def tell_end(self, frames: bytes) -> None:
        (self._ends if self._held is None else self._held).append(frames)

    def _on_readable(self) -> None:
        data = receive(self.link)
        if not data:
            self.closing = True
        else:
            self.take(data)
        self._begin()

    def _begin(self) -> None:
        """Whatever the calls then do to this process: that they began has been said."""
        self._will_begin = False
        ready: list[tuple[CallSpec, Prepared]] = []
        self._held = []
        while self.waiting and len(self._tasks) + len(ready) < self.slots and self.may_begin(self.waiting[0]):
            call = self.waiting.popleft()
            try:
                ready.append((call, self.prepare(call)))
            except LaunchFailed as error:
                self.over(call, Ending(not_launched(str(error))))
        held, self._held = self._held, None
        if held or self._ends:
            self.send(b"".join(held))
        for call, prepared in ready:
            self._tasks[call.run] = self._loop.create_task(self._make(call, prepared))
        if not self._tasks and (self.worn_out or (self.closing and not self.waiting)):
            self._idle.set()

    def check(self, loaded: Loaded) -> None:
        if not (iscoroutinefunction(loaded.function) or isasyncgenfunction(loaded.function)):
            raise LaunchFailed(
                f"{loaded.target} is not async: it would hold up all other calls; write `async def`, or use mode thread"
            )

    async def _make(self, call: CallSpec, prepared: Prepared) -> None:
        loaded, args, kwargs = prepared
        run = self.running[call.run] = self.run_of(call)
        with within(run):
            hide(call.mask)
            self.over(call, await _called(loaded.function, args, kwargs, form_of(call)))
        del self.running[call.run], self._tasks[call.run]
        if not self._will_begin:
            self._will_begin = True
            self._loop.call_soon(self._begin)

    def end(self, run: RunId) -> None:
        super().end(run)
        if (task := self._tasks.get(run)) is not None:
            task.cancel()

    def _on_term(self) -> None:
        self.worn_out = True
        for run in tuple(self._tasks):
            self.end(run)
        self._begin()


async def _called(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], form: Form) -> Ending:
    try:
        value = function(*args, **kwargs)
        return returned(await (exhaust_async(value) if isinstance(value, AsyncIterator) else value), form)
    except BaseException as error:  # noqa: BLE001 (whatever the job raised is its outcome)
        return raised(error)
