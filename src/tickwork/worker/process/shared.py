"""Children that make several calls at a time. What is done to one of their calls, the supervisor tells them."""

import asyncio
import os
import select
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import msgspec

from tickwork.app.current import CurrentRun, within
from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.errors import LaunchFailed
from tickwork.store.protocol import Stream
from tickwork.worker.process.attribution import RecordTeller, Teller
from tickwork.worker.process.calling import Caller, Ending, Form, exhaust_async, raised, returned
from tickwork.worker.process.capture import Voice, capture_logging
from tickwork.worker.process.channel import Inbox, Kind, Socket, frame, message, receive, stop_reading
from tickwork.worker.process.frames import hide
from tickwork.worker.process.loading import Loaded, Targets
from tickwork.worker.process.outcomes import not_launched
from tickwork.worker.process.preloading import preloaded
from tickwork.worker.process.terms import judged
from tickwork.worker.process.values import arguments_of, form_of
from tickwork.worker.process.wear import Wear
from tickwork.worker.processes import Began, CallSpec, ChildSpec, Over

PATIENCE = 1
"""Milliseconds that calls may wait before more threads are woken for them."""
_spec = msgspec.msgpack.Decoder(CallSpec)
Prepared = tuple[Loaded, Sequence[Any], dict[str, Any]]


class SharedChild:
    """What both kinds have in common: a call's way from its frame to its end, without the making itself."""

    def __init__(self, *, link: Socket, spec: ChildSpec, clock: Clock, shown: int) -> None:
        """`shown`: our pid for everybody else on this machine."""
        self.link = link
        self.slots = spec.slots
        self.running: dict[RunId, CurrentRun] = {}
        self.waiting: deque[CallSpec] = deque()
        self.closing = False
        """No call will come any more."""
        self.worn_out = False
        """No call is begun any more: those that wait are made elsewhere."""
        self._clock = clock
        self._pid = os.getpid()
        self._shown = shown
        self._resources = spec.terms.resources
        self._voice = Voice(link=link)
        self._inbox = Inbox()
        self._targets = Targets(clock=clock, preloaded=preloaded)
        self._wear = Wear(spec=spec)
        self.teller = Teller(send=self.send)
        self.teller.install()
        capture_logging(RecordTeller(teller=self.teller))

    def send(self, frames: bytes) -> None:
        if self._voice.ours:
            self._voice.send(frames)

    def take(self, data: bytes) -> None:
        """What the supervisor sent."""
        for kind, body in self._inbox.feed(data):
            match kind:
                case Kind.CALL:
                    self.waiting.append(_spec.decode(body))
                case Kind.END:
                    self.end(RunId(body.decode()))
                case _:
                    self.closing = True

    def end(self, run: RunId) -> None:
        """A call is asked to end."""
        if (current := self.running.get(run)) is not None:
            current.cancelled = True

    def may_begin(self, call: CallSpec) -> bool:
        self.worn_out = self.worn_out or self._wear.out() or self._targets.stale(call.target)
        return not self.worn_out

    def prepare(self, call: CallSpec) -> Prepared:
        """Raises `LaunchFailed`."""
        began = Began(run=call.run, at=self._clock.now(), pid=self._shown)
        if not self._targets.has(call.target):
            self.send(message(Kind.LOADING, began))
        loaded = self._targets.load(call.target)
        self.check(loaded)
        args, kwargs = arguments_of(call, loaded)
        self.send(message(Kind.BEGAN, began))
        return loaded, args, kwargs

    def check(self, loaded: Loaded) -> None:
        """Raises `LaunchFailed` for what cannot be called here."""

    def run_of(self, call: CallSpec) -> CurrentRun:
        return CurrentRun(variables=call.env, timeout=call.timeout, report=partial(self.teller.progress, call.run))

    def over(self, call: CallSpec, ending: Ending) -> None:
        if os.getpid() != self._pid:
            os._exit(0)  # a process that the job forked came back from the call: it is not us
        self._wear.count()
        self.teller.finish(call.run)
        if ending.frames is not None:
            self.teller.say(call.run, Stream.FRAMES, ending.frames)
        outcome = judged(ending.outcome, self._resources)
        self.tell_end(message(Kind.OVER, Over(run=call.run, at=self._clock.now(), outcome=outcome)))

    def tell_end(self, frames: bytes) -> None:
        """Of a call."""
        self.send(frames)

    def retire(self) -> None:
        self.send(frame(Kind.RETIRING))


class ThreadChild(SharedChild):
    """Each call has a thread; threads are kept. The main thread listens, and wakes threads.

    One is woken when calls come, and twice as many each time that calls have waited for `PATIENCE`. So calls that are
    over in an instant are made one behind the other, and no dozen threads contend for the interpreter. The end of a
    call and the beginning of the next in its thread leave together, before that one begins.
    """

    def __init__(self, *, link: Socket, spec: ChildSpec, clock: Clock, shown: int) -> None:
        super().__init__(link=link, spec=spec, clock=clock, shown=shown)
        self._owed = threading.local()
        """The end of a thread's last call, not sent yet."""
        self._listening = select.poll()
        self._listening.register(link, select.POLLIN)
        self._changed = threading.Condition()
        self._threads = 0
        self._busy = 0

    def serve(self) -> None:
        signal.signal(signal.SIGTERM, self._on_term)
        while not (self.closing or self.worn_out):
            if not self._has_news():
                self._wake(max(self._busy, 1))
            elif data := receive(self.link):
                with self._changed:
                    self.take(data)
                if not self._busy:
                    self._wake(1)
            else:
                break
        with self._changed:
            self.closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._busy == 0 and (self.worn_out or not self.waiting))
        self.retire()

    def _has_news(self) -> bool:
        """Waits for what the supervisor sends, but not for long where a thread could be woken for what waits."""
        may_wake = self.waiting and self._busy < self.slots
        return bool(self._listening.poll(PATIENCE if may_wake else None))

    def _wake(self, more: int) -> None:
        """Have so many more threads make calls, if there are so many."""
        with self._changed:
            more = min(more, len(self.waiting), self.slots - self._busy)
            for _ in range(self._busy + more - self._threads):
                self._threads += 1
                threading.Thread(target=self._work, name=f"call-{self._threads}", daemon=True).start()
            self._changed.notify(more)

    def _work(self) -> None:
        caller = Caller()
        call = self._next(busy=False)
        while call is not None:
            self._make(caller, call)
            call = self._next(busy=True)

    def _next(self, *, busy: bool) -> CallSpec | None:
        """`busy`: this thread has made a call. What it owes is told before anybody may take the child for idle."""
        with self._changed:
            if not self.waiting or self.closing or self.worn_out:
                self.send(b"")
            self._busy -= busy
            if self.closing:
                self._changed.notify_all()
            self._changed.wait_for(lambda: self.waiting or self.closing or self.worn_out)
            if not self.waiting or self.worn_out:
                return None
            if not self.may_begin(self.waiting[0]):
                self.send(b"")
                stop_reading(self.link)  # the main thread waits there
                return None
            self._busy += 1
            return self.waiting.popleft()

    def send(self, frames: bytes) -> None:
        owed, self._owed.end = getattr(self._owed, "end", b""), b""
        if owed or frames:
            super().send(owed + frames)

    def tell_end(self, frames: bytes) -> None:
        self._owed.end = frames

    def _make(self, caller: Caller, call: CallSpec) -> None:
        run = self.running[call.run] = self.run_of(call)
        with within(run):
            hide(call.mask)
            try:
                loaded, args, kwargs = self.prepare(call)
            except LaunchFailed as error:
                ending = Ending(not_launched(str(error)))
            else:
                ending = caller.call(loaded.function, args, kwargs, form_of(call))
            self.over(call, ending)
        del self.running[call.run]

    def _on_term(self, _number: int, _frame: object) -> None:
        """All calls are to end; what waits is made elsewhere."""
        self.worn_out = True
        for run in tuple(self.running.values()):
            run.cancelled = True
        stop_reading(self.link)


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
