"""The supervisor of one warm child: passes calls down and events up, and knows at each moment which call is current."""

import math
import os
import traceback
from collections import deque
from typing import NoReturn

import msgspec

from tickwork.core.ids import RunId
from tickwork.store.protocol import Stream
from tickwork.worker.process.channel import Inbox, Kind, Outbox, Socket, StopOrder, frame, receive, socket_pair
from tickwork.worker.process.outcomes import crashed, stopped
from tickwork.worker.process.progressing import ProgressForwarder
from tickwork.worker.process.supervisor import Context, Supervisor, pipe
from tickwork.worker.process.tree import die_with_parent
from tickwork.worker.processes import Began, ChildSpec, Gone, Over

BACKLOG = 1 << 20
"""Bytes that wait for a slow agent, from which on the child has to wait at its next report, too."""
DEFAULT_GRACE = 10.0


class _Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a CallSpec that a supervisor acts on; the rest is not decoded here."""

    run: RunId
    timeout: float | None
    grace: float
    max_log_bytes: int


_limits = msgspec.msgpack.Decoder(_Limits)
_spec = msgspec.msgpack.Decoder(ChildSpec)
_began = msgspec.msgpack.Decoder(Began)


class ChildSupervisor(Supervisor):
    """Frames pass undecoded; what counts is their order."""

    def __init__(self, *, context: Context) -> None:
        super().__init__(context=context)
        self._coming: deque[_Limits] = deque()
        self._current: _Limits | None = None
        self._loading: Began | None = None
        """What the current call begins with, while its module is being imported."""
        self._doomed: dict[RunId, StopOrder] = {}
        """Calls to be stopped as soon as they come."""
        self._retiring = False
        self._progress = ProgressForwarder(agent=self.agent, clock=self.clock)
        self._from_child = Inbox()
        self._child: Outbox
        self._child_socket: Socket

    def heard(self, kind: int, body: bytes) -> None:
        match kind:
            case Kind.CHILD:
                self._start(_spec.decode(body))
            case Kind.CALL:
                self._coming.append(_limits.decode(body))
                self._child.put(frame(Kind.CALL, body))
            case _:
                self._child.put(frame(Kind.RETIRE))

    def asked_to_stop(self, order: StopOrder) -> None:
        self._on_child()  # it may have ended what the order is about
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

    def flush(self) -> None:
        super().flush()
        if self.main is None:
            return
        self._child.flush()
        slow = self.agent.pending > BACKLOG
        self.poller.want(self._child_socket.fileno(), reading=not slow, writing=self._child.pending > 0)

    def before_last_output(self) -> None:
        while self._read_child():
            pass

    def ended(self, status: int | None, survivors: tuple[int, ...]) -> None:
        if (call := self._current) is not None:
            if self._loading is not None:  # killed while its module was imported: it did begin
                self.send(self._loading)
            if self.stopping is not None:
                outcome = stopped(self.stopping, timeout=call.timeout, status=None)
            else:
                assert status is not None
                outcome = crashed(status)
            self.log.end()
            self._progress.end()
            now = self.clock.now()
            self.send(Over(run=call.run, at=now, outcome=outcome, stop=self.stopping, survivors=survivors))
        self.send(Gone(expected=self._retiring or self.stopping is not None))

    def _start(self, spec: ChildSpec) -> None:
        self._child_socket, theirs = socket_pair()
        (out, their_out), (err, their_err) = pipe(), pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            die_with_parent(parent)
            self._become(spec, theirs, (out, err), (their_out, their_err))
        theirs.close()
        os.close(their_out)
        os.close(their_err)
        self._child = Outbox(self._child_socket)
        # Frames are read before output, in each round: `capture.Streams` relies on it.
        self.poller.watch(self._child_socket.fileno(), self._on_child)
        self.read_output(out, Stream.STDOUT)
        self.read_output(err, Stream.STDERR)
        self.supervise(pid)

    def _become(self, spec: ChildSpec, link: Socket, readers: tuple[int, int], writers: tuple[int, int]) -> NoReturn:
        """In the forked child: keep nothing of the supervisor's but the one end of the stream."""
        status, null, complaints = 1, os.open("/dev/null", os.O_RDONLY), os.dup(2)
        try:
            os.setsid()
            self.let_go()
            self._child_socket.close()
            for target, source in enumerate((null, *writers)):
                os.dup2(source, target)
            for fd in (null, *readers, *writers):
                os.close(fd)
            # Imported here, not in the launcher: what it holds in memory is copied into every supervisor.
            from tickwork.worker.process.child import become_child

            become_child(link=link, spec=spec, clock=self.clock)
            status = 0
        except SystemExit as request:  # TERM
            status = int(request.code or 0)
        except BaseException:  # noqa: BLE001 (this copy of the supervisor must not go on, whatever it was)
            os.write(complaints, traceback.format_exc().encode())
        finally:
            os._exit(status)

    def _on_child(self) -> None:
        self._read_child()

    def _read_child(self) -> bool:
        """Whether there may be more."""
        data = receive(self._child_socket)
        if data is None:
            return False
        if not data:
            self.poller.unwatch(self._child_socket.fileno())
            return False
        for kind, body in self._from_child.feed(data):
            self._said(kind, body)
        return True

    def _said(self, kind: int, body: bytes) -> None:
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
        self.log.begin(call.run, call.max_log_bytes)
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
