"""The supervisor of a warm child that makes one call at a time: at each moment it knows which call is current."""

import math
from collections import deque

import msgspec

from tickwork.core.ids import RunId
from tickwork.store.protocol import Stream
from tickwork.worker.process.channel import Kind, StopOrder, frame
from tickwork.worker.process.foster import DEFAULT_GRACE, Foster, Limits
from tickwork.worker.process.outcomes import crashed, noted, stopped
from tickwork.worker.process.progressing import ProgressForwarder
from tickwork.worker.process.supervisor import Context
from tickwork.worker.process.terms import judged
from tickwork.worker.processes import Began, Gone, Over

_began = msgspec.msgpack.Decoder(Began)


class ChildSupervisor(Foster):
    """Stopping a call ends the child; the calls behind it never began."""

    captures = True

    def __init__(self, *, context: Context) -> None:
        super().__init__(context=context)
        self._coming: deque[Limits] = deque()
        self._current: Limits | None = None
        self._loading: Began | None = None
        """What the current call begins with, while its module is being imported."""
        self._doomed: dict[RunId, StopOrder] = {}
        """Calls to be stopped as soon as they come."""
        self._retiring = False
        self._progress = ProgressForwarder(agent=self.agent, clock=self.clock)

    def comes(self, call: Limits) -> None:
        self._coming.append(call)

    @property
    def more_to_come(self) -> bool:
        return bool(self._coming)

    def asked_to_stop(self, order: StopOrder) -> None:
        self.listen()  # it may have ended what the order is about
        if order.run is None or (self._current is not None and order.run == self._current.run):
            self._carry_out(order)
        elif any(call.run == order.run for call in self._coming):
            self._doomed[order.run] = order

    def news_due(self) -> float:
        return min(self.log.due, self._progress.due)

    def tell_news(self, now: float) -> None:
        super().tell_news(now)
        if now >= self._progress.due:
            self._progress.forward()

    def own_grace(self) -> float:
        return DEFAULT_GRACE if self._current is None else self._current.grace

    def ended(self, status: int | None, survivors: tuple[int, ...]) -> None:
        if (call := self._current) is not None:
            if self._loading is not None:  # killed while its module was imported: it did begin
                self.send(self._loading)
            if self.stopping is not None:
                outcome = stopped(self.stopping, timeout=call.timeout, status=None)
            else:
                assert status is not None
                outcome = judged(crashed(status), self.resources, hit=self.cell.hit())
            self.log.end()
            self._progress.end()
            now = self.clock.now()
            outcome = noted(outcome, survivors, killed=self.stopping is not None)
            self.send(Over(run=call.run, at=now, outcome=outcome, stop=self.stopping, survivors=survivors))
        self.send(Gone(expected=self._retiring or self.stopping is not None))

    def said(self, kind: int, body: bytes) -> None:
        match kind:
            case Kind.RECORD:
                self.log.write(Stream.RECORD, body)
            case Kind.FRAMES:
                self.log.write(Stream.FRAMES, body)
            case Kind.PROGRESS:
                self._progress.write(body)
            case Kind.RETIRING:
                self._retiring = True
            case _ if self.stopping is not None:
                pass  # what became of a stopped call is said when the child is dead
            case Kind.OVER:
                self._call_over(body)
            case Kind.LOADING:
                self._call_comes()
                self._loading = _began.decode(body)
                self._carry_out_doom()
            case _:
                if self._loading is None:
                    self._call_comes()
                self._loading = None
                self.agent.put(frame(Kind.EVENT, body))
                self._carry_out_doom()

    def _call_comes(self) -> None:
        call = self._current = self._coming.popleft()
        self.log.begin(call.run, call.max_log_bytes, call.mask)
        self._progress.begin(call.run)
        if call.timeout is not None:
            self.timeout_at = self.clock.monotonic() + call.timeout

    def _call_over(self, body: bytes) -> None:
        if self._current is None:  # it could not be launched
            self._coming.popleft()
        self._current = self._loading = None
        self.timeout_at = math.inf
        self.log.end()
        self._progress.end()
        self.agent.put(frame(Kind.EVENT, body))

    def _carry_out_doom(self) -> None:
        if self._doomed and self._current is not None and (order := self._doomed.pop(self._current.run, None)):
            self._carry_out(order)

    def _carry_out(self, order: StopOrder) -> None:
        self.stop(order.why, self.own_grace() if order.grace is None else order.grace)
