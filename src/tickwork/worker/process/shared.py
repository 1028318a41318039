"""A child that makes several calls at a time. What is done to one of its calls, the supervisor tells it."""

import os
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from tickwork.app.current import CurrentRun
from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.store.protocol import Stream
from tickwork.worker.process.attribution import RecordTeller, Teller
from tickwork.worker.process.calling import Ending
from tickwork.worker.process.capture import Voice, capture_logging
from tickwork.worker.process.channel import Inbox, Kind, Socket, frame, message
from tickwork.worker.process.loading import Loaded, Targets
from tickwork.worker.process.preloading import preloaded
from tickwork.worker.process.terms import judged
from tickwork.worker.process.values import arguments_of
from tickwork.worker.process.wear import Wear
from tickwork.worker.processes import Began, CallSpec, ChildSpec, Over

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
        self._targets.calls_came()
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
