"""A child that makes each call in a thread."""

import select
import signal
import threading
import time

from tickwork.app.current import within
from tickwork.core.clock import Clock
from tickwork.errors import LaunchFailed
from tickwork.worker.process.calling import Caller, Ending
from tickwork.worker.process.channel import Socket, receive, stop_reading
from tickwork.worker.process.frames import hide
from tickwork.worker.process.outcomes import not_launched
from tickwork.worker.process.shared import SharedChild
from tickwork.worker.process.values import form_of
from tickwork.worker.processes import CallSpec, ChildSpec

LOOK_EVERY = 0.001
"""Seconds between two looks at how calls get on, while some wait."""
BRISK = 8
"""Calls begun between two looks, from which on more threads do not help."""
SATURATED = 0.75
"""Of the time between two looks, spent computing: threads contend for the interpreter."""


class Pace:
    """How many threads are to make the calls that wait. So calls that are over in an instant are made one behind the
    other, and those that take longer, or wait for something, at the same time."""

    def __init__(self) -> None:
        self.looked_at = 0.0
        self._computed = 0.0
        self._begun = 0
        self._makers: set[int] = set()

    def wakes(self, *, at: float, computed: float) -> None:
        """Calls come after a rest: the next look is at what comes of them."""
        self.looked_at, self._computed, self._begun = at, computed, 0
        self._makers.clear()

    def begins(self, thread: int) -> None:
        """It begins a call."""
        self._begun += 1
        self._makers.add(thread)

    def look(self, *, at: float, computed: float, busy: int) -> int:
        """With `busy` threads, which have `computed` so many seconds by now: how many more are to make calls, or how
        many fewer. Twice as many where few calls began since the last look, half where threads contend."""
        share = (computed - self._computed) / (at - self.looked_at)
        begun, makers = self._begun, len(self._makers)
        self.wakes(at=at, computed=computed)
        if begun < BRISK:
            return busy
        return -(makers // 2) if share >= SATURATED else 0


class ThreadChild(SharedChild):
    """Threads are kept. The main thread listens, wakes them when calls come, and looks how they get on.

    The end of a call and the beginning of the next in its thread leave together, before that one begins.
    """

    def __init__(self, *, link: Socket, spec: ChildSpec, clock: Clock, shown: int) -> None:
        super().__init__(link=link, spec=spec, clock=clock, shown=shown)
        self._owed = threading.local()
        """The end of a thread's last call, not sent yet."""
        self._listening = select.poll()
        self._listening.register(link, select.POLLIN)
        self._pace = Pace()
        self._changed = threading.Condition()
        """Guards all of the following."""
        self._threads = 0
        self._busy = 0
        """Threads that make calls, from being woken on."""
        self._woken = 0
        """Of these, those that do not know it yet."""
        self._too_many = 0
        """Of these, those that are to rest."""

    # -- the main thread --

    def serve(self) -> None:
        signal.signal(signal.SIGTERM, self._on_term)
        while not (self.closing or self.worn_out):
            if self._has_news() and not self._take_news():
                break
            self._see_to_threads()
        with self._changed:
            self.closing, self._too_many = True, 0
            self._wake(self.slots)  # nobody will look any more
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._busy == 0)
        self.retire()

    def _has_news(self) -> bool:
        """Waits for what the supervisor sends, but not for long where calls wait."""
        return bool(self._listening.poll(LOOK_EVERY * 1000 if self.waiting else None))

    def _take_news(self) -> bool:
        """Whether there may be more."""
        data = receive(self.link)
        with self._changed:
            self.take(data or b"")
        return bool(data)

    def _see_to_threads(self) -> None:
        now, computed = self._clock.monotonic(), time.process_time()
        with self._changed:
            if self._busy == 0:
                self._pace.wakes(at=now, computed=computed)
                self._wake(1)
            elif self.waiting and now - self._pace.looked_at >= LOOK_EVERY:
                more = self._pace.look(at=now, computed=computed, busy=self._busy)
                self._too_many = max(-more, 0)
                self._wake(more)

    def _wake(self, more: int) -> None:
        """Have so many more threads make calls, if there are so many."""
        if self.worn_out:
            return  # they end
        more = max(min(more, len(self.waiting), self.slots - self._busy), 0)
        self._busy += more
        self._woken += more
        for _ in range(self._busy - self._threads):
            self._threads += 1
            threading.Thread(target=self._work, name=f"call-{self._threads}", daemon=True).start()
        self._changed.notify(more)

    # -- the others --

    def _work(self) -> None:
        caller = Caller()
        while self._is_woken():
            while (call := self._next()) is not None:
                self._make(caller, call)

    def _is_woken(self) -> bool:
        """Waits; False: it will not be any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self.closing or self.worn_out)
            if not self._woken:
                return False
            self._woken -= 1
            return True

    def _next(self) -> CallSpec | None:
        """None: this thread is to rest. What it owes is told before anybody may take the child for idle."""
        with self._changed:
            if self._goes_on():
                self._pace.begins(threading.get_ident())
                return self.waiting.popleft()
            self.send(b"")
            self._busy -= 1
            if self.closing:
                self._changed.notify_all()
            return None

    def _goes_on(self) -> bool:
        if not self.waiting or self.worn_out:
            return False
        if self._too_many:
            self._too_many -= 1
            return False
        if self.may_begin(self.waiting[0]):
            return True
        stop_reading(self.link)  # the main thread waits there
        return False

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
