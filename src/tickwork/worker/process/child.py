"""A warm Python child: makes calls, one at a time, and reports each.

One `send` carries the end of a call together with the beginning of the next, so whatever the next one does to
this process, nothing that is finished is lost.
"""

import _signal  # type: ignore[import-not-found]
import os
import signal
import sys
from collections import deque

import msgspec

from tickwork.app.current import CurrentRun, enter_process
from tickwork.core.clock import Clock
from tickwork.core.model import Mode
from tickwork.core.progress import Bar
from tickwork.errors import LaunchFailed
from tickwork.worker.process.calling import Caller, Ending
from tickwork.worker.process.capture import RecordHandler, Streams, Voice, capture_logging
from tickwork.worker.process.channel import Inbox, Kind, Socket, frame, message, receive
from tickwork.worker.process.frames import hide
from tickwork.worker.process.loading import Targets
from tickwork.worker.process.outcomes import not_launched
from tickwork.worker.process.preloading import preloaded
from tickwork.worker.process.surroundings import Surroundings
from tickwork.worker.process.terms import judged, limit_call
from tickwork.worker.process.values import arguments_of, form_of
from tickwork.worker.process.wear import Wear
from tickwork.worker.processes import Began, CallSpec, ChildSpec, Over

_spec = msgspec.msgpack.Decoder(CallSpec)


class WarmChild:
    """The loop of a child."""

    def __init__(self, *, link: Socket, spec: ChildSpec, clock: Clock, shown: int) -> None:
        """`shown`: our pid for everybody else on this machine."""
        self._link = link
        self._clock = clock
        self._pid = os.getpid()
        self._shown = shown
        self._resources = spec.terms.resources
        self._voice = Voice(link=link)
        self._inbox = Inbox()
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._targets = Targets(clock=clock, preloaded=preloaded)
        self._caller = Caller()
        self._surroundings = Surroundings()
        self._streams = Streams(clock=clock)
        self._owed = b""
        """The end of the last call, not sent yet."""
        self._wear = Wear(spec=spec)
        self._terminated = False
        self._run: CurrentRun | None = None

    def serve(self) -> None:
        """Until it is told to end, is worn out, or the supervisor is gone."""
        signal.signal(signal.SIGTERM, self._on_term)
        capture_logging(RecordHandler(voice=self._voice))
        while not self._terminated:
            if not self._waiting and not self._receive():
                return
            kind, body = self._waiting.popleft()
            if kind == Kind.RETIRE or self._wear.out():
                break
            call = _spec.decode(body)
            if self._targets.stale(call.target):
                break
            self._make(call)
        self._tell(frame(Kind.RETIRING))

    def _receive(self) -> bool:
        """Wait for calls; whether there are any."""
        self._tell()
        self._surroundings.leave()
        while not self._waiting:
            data = receive(self._link)
            if not data:
                return False
            self._waiting.extend(self._inbox.feed(data))
            self._targets.calls_came()
        return True

    def _tell(self, frames: bytes = b"") -> None:
        owed, self._owed = self._owed, b""
        if owed or frames:
            self._voice.send(owed + frames)

    def _make(self, call: CallSpec) -> None:
        began = Began(run=call.run, at=self._clock.now(), pid=self._shown)
        try:
            self._surroundings.enter(call.env, call.cwd)
            hide(call.mask)
            if not self._targets.has(call.target):
                self._tell(message(Kind.LOADING, began))
            loaded = self._targets.load(call.target)
            args, kwargs = arguments_of(call, loaded)
        except LaunchFailed as error:
            ending = Ending(not_launched(str(error)))
        else:
            self._run = CurrentRun(variables=call.env, timeout=call.timeout, report=self._progress)
            enter_process(self._run)
            self._tell(message(Kind.BEGAN, began))
            limit_call(self._resources)
            ending = self._caller.call(loaded.function, args, kwargs, form_of(call))
        self._over(call, ending)

    def _progress(self, bar: Bar) -> None:
        if self._voice.ours:
            self._voice.send(message(Kind.PROGRESS, bar))

    def _over(self, call: CallSpec, ending: Ending) -> None:
        if os.getpid() != self._pid:
            os._exit(0)  # a process that the job forked came back from the call: it is not us
        self._wear.count()
        self._run = None
        enter_process(None)
        self._streams.settle()
        # The job may have changed it. (The public function also says what it was before, by way of an exception: that
        # was a fifth of a call that does nothing.)
        _signal.signal(signal.SIGTERM, self._on_term)
        told = b"" if ending.frames is None else frame(Kind.FRAMES, ending.frames)
        outcome = judged(ending.outcome, self._resources)
        self._owed = told + message(Kind.OVER, Over(run=call.run, at=self._clock.now(), outcome=outcome))

    def _on_term(self, _number: int, _frame: object) -> None:
        """The job's `finally` blocks get their chance; no further call is made, whatever it does with this."""
        self._terminated = True
        if self._run is not None:
            self._run.cancelled = True
        sys.exit(128 + signal.SIGTERM)


def become_child(*, link: Socket, spec: ChildSpec, clock: Clock, shown: int) -> None:
    """Turn this fork of a supervisor into a warm child; returns when it is to end. `shown`: its pid for everybody
    else on this machine."""
    os.environ.clear()
    os.environ.update(spec.env)
    sys.path[:0] = spec.path
    sys.argv = ["tickwork"]
    link.settimeout(None)
    if spec.mode is Mode.PROCESS:
        WarmChild(link=link, spec=spec, clock=clock, shown=shown).serve()
        return
    if spec.cwd is not None:
        os.chdir(spec.cwd)
    from tickwork.worker.process.looped import AsyncChild  # most workers have none of them
    from tickwork.worker.process.threaded import ThreadChild

    (ThreadChild if spec.mode is Mode.THREAD else AsyncChild)(link=link, spec=spec, clock=clock, shown=shown).serve()
