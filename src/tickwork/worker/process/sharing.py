"""The supervisor of a child that makes several calls at a time, in threads or on an event loop.

It cannot kill one of them alone. A call that is to end is told so; if it has not ended after its grace, the child dies
with all that is in it, and the others are `lost`: tried again, elsewhere, on nobody's account.
"""

import math

import msgspec

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.model import Outcome
from tickwork.core.states import Reason
from tickwork.store.protocol import Stream
from tickwork.worker.process.channel import Kind, Outbox, Said, StopOrder, frame
from tickwork.worker.process.forwarding import LogForwarder
from tickwork.worker.process.foster import DEFAULT_GRACE, Foster, Limits
from tickwork.worker.process.outcomes import crashed, lost, noted, stopped
from tickwork.worker.process.progressing import ProgressForwarder
from tickwork.worker.process.supervisor import Context
from tickwork.worker.process.terms import judged
from tickwork.worker.processes import Began, Gone, Over, Stop

_began = msgspec.msgpack.Decoder(Began)
_over = msgspec.msgpack.Decoder(Over)
_said = msgspec.msgpack.Decoder(Said)


class _Current:
    """A call that is being made."""

    def __init__(self, *, limits: Limits, now: float) -> None:
        self.limits = limits
        self.words: _Words | None = None
        """None: it said nothing yet. Most calls never do."""
        self.loading: Began | None = None
        self.stopping: Stop | None = None
        self.deadline = math.inf if limits.timeout is None else now + limits.timeout
        """When it is to be stopped; once it was told so: when its child dies for it."""


class _Words:
    """What a call says: its log and its progress."""

    def __init__(self, *, limits: Limits, agent: Outbox, clock: Clock) -> None:
        self.log = LogForwarder(agent=agent, clock=clock)
        self.log.begin(limits.run, limits.max_log_bytes, limits.mask)
        self.progress = ProgressForwarder(agent=agent, clock=clock)
        self.progress.begin(limits.run)

    @property
    def due(self) -> float:
        return min(self.log.due, self.progress.due)

    def forward(self, now: float) -> None:
        """What is due."""
        if now >= self.log.due:
            self.log.forward()
        if now >= self.progress.due:
            self.progress.forward()

    def end(self) -> None:
        self.log.end()
        self.progress.end()


class SharedSupervisor(Foster):
    """Knows which calls are being made; each has a log of its own."""

    captures = False

    def __init__(self, *, context: Context) -> None:
        super().__init__(context=context)
        self._coming: dict[RunId, Limits] = {}
        self._current: dict[RunId, _Current] = {}
        self._talking: dict[RunId, _Words] = {}
        """Of those that have said something."""
        self._doomed: dict[RunId, StopOrder] = {}
        self._sacrificed: RunId | None = None
        """The call for which the child dies."""
        self._retiring = False

    def comes(self, call: Limits) -> None:
        self._coming[call.run] = call

    @property
    def more_to_come(self) -> bool:
        return bool(self._coming)

    def asked_to_stop(self, order: StopOrder) -> None:
        self.listen()
        if order.run is None:
            self.stop(order.why, self.own_grace() if order.grace is None else order.grace)
        elif (call := self._current.get(order.run)) is not None:
            self._stop_call(call, order.why, order.grace)
        elif order.run in self._coming:
            self._doomed[order.run] = order

    def own_grace(self) -> float:
        return max((call.limits.grace for call in self._current.values()), default=DEFAULT_GRACE)

    # -- deadlines --

    def _stop_call(self, call: _Current, why: Stop, grace: float | None) -> None:
        """Tell it to end. The first reason stays; a shorter grace counts."""
        kill_at = self.clock.monotonic() + (call.limits.grace if grace is None else grace)
        if call.stopping is None:
            call.stopping, call.deadline = why, kill_at
            self._words_of(call).log.write(
                Stream.SYSTEM, f"[tickwork: told to end ({why.value.replace('_', ' ')})]\n".encode()
            )
            self.tell_child(frame(Kind.END, call.limits.run.encode()))
        call.deadline = min(call.deadline, kill_at)
        self._set_timer()

    def _set_timer(self) -> None:
        self.timeout_at = min((call.deadline for call in self._current.values()), default=math.inf)

    def timed_out(self, now: float) -> None:
        for call in tuple(self._current.values()):
            if call.deadline > now:
                continue
            if call.stopping is None:
                self._stop_call(call, Stop.TIMEOUT, None)
            else:
                self._sacrificed = call.limits.run
                self.stop(call.stopping, 0)
                return
        self._set_timer()

    def news_due(self) -> float:
        return min((words.due for words in self._talking.values()), default=math.inf)

    def tell_news(self, now: float) -> None:
        for words in self._talking.values():
            words.forward(now)

    # -- what the child says --

    def said(self, kind: int, body: bytes) -> None:
        match kind:
            case Kind.SAID:
                self._log(_said.decode(body))
            case Kind.RETIRING:
                self._retiring = True
            case _ if self.stopping is not None:
                pass  # what became of its calls is said when the child is dead
            case Kind.OVER:
                self._call_over(_over.decode(body), body)
            case Kind.LOADING:
                began = _began.decode(body)
                self._call_comes(began).loading = began
                self._carry_out_doom(began.run)
            case _:
                self._call_begins(_began.decode(body), body)

    def _log(self, said: Said) -> None:
        call = self._current.get(said.run)
        if call is None or (said.stream is Stream.FRAMES and call.stopping is not None):
            return  # how a call ends that was told to is no failure of it
        words = self._words_of(call)
        if said.stream is None:
            words.progress.write(said.data)
        else:
            words.log.write(said.stream, said.data)

    def _words_of(self, call: _Current) -> _Words:
        if call.words is None:
            call.words = _Words(limits=call.limits, agent=self.agent, clock=self.clock)
            self._talking[call.limits.run] = call.words
        return call.words

    def _call_comes(self, began: Began) -> _Current:
        call = _Current(limits=self._coming.pop(began.run), now=self.clock.monotonic())
        self._current[began.run] = call
        self.timeout_at = min(self.timeout_at, call.deadline)
        return call

    def _call_begins(self, began: Began, body: bytes) -> None:
        call = self._current.get(began.run) or self._call_comes(began)
        call.loading = None
        self.agent.put(frame(Kind.EVENT, body))
        self._carry_out_doom(began.run)

    def _carry_out_doom(self, run: RunId) -> None:
        if (order := self._doomed.pop(run, None)) is not None:
            self._stop_call(self._current[run], order.why, order.grace)

    def _call_over(self, over: Over, body: bytes) -> None:
        call = self._current.pop(over.run, None)
        if call is None:  # it could not be launched
            self._coming.pop(over.run)
            self.agent.put(frame(Kind.EVENT, body))
            return
        self._say_no_more(call)
        if call.stopping is None:
            self.agent.put(frame(Kind.EVENT, body))
        else:
            self._tell_begin(call)
            outcome = stopped(call.stopping, timeout=call.limits.timeout, status=None)
            self.send(Over(run=over.run, at=over.at, outcome=outcome, stop=call.stopping))
        if call.deadline < math.inf:
            self._set_timer()

    def _say_no_more(self, call: _Current) -> None:
        if call.words is not None:
            call.words.end()
            del self._talking[call.limits.run]

    def _tell_begin(self, call: _Current) -> None:
        """Of one that was stopped while its module was imported: it did begin."""
        if call.loading is not None:
            self.send(call.loading)

    # -- the end --

    def ended(self, status: int | None, survivors: tuple[int, ...]) -> None:
        suspect = self.stopping is None and len(self._current) > 1
        for run, call in self._current.items():
            self._tell_begin(call)
            self._say_no_more(call)
            outcome, why = self._outcome(call, status)
            outcome = noted(outcome, survivors, killed=self.stopping is not None)
            over = Over(
                run=run,
                at=self.clock.now(),
                outcome=outcome,
                stop=why,
                survivors=survivors,
                suspect=suspect and outcome.reason is Reason.LOST,
            )
            self.send(over)
        self.send(Gone(expected=self._retiring or self.stopping is not None))

    def _outcome(self, call: _Current, status: int | None) -> tuple[Outcome, Stop | None]:
        if call.stopping is not None:
            return stopped(call.stopping, timeout=call.limits.timeout, status=None), call.stopping
        if self._sacrificed is not None:
            return lost(f"it shared its process with run {self._sacrificed}, which would not end"), None
        if self.stopping is not None:
            return stopped(self.stopping, timeout=None, status=None), self.stopping
        assert status is not None
        if len(self._current) == 1:
            return judged(crashed(status), self.resources, hit=self.cell.hit()), None
        return lost(f"{crashed(status).error}, with {len(self._current)} calls in it"), None
