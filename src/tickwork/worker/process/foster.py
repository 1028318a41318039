"""What every supervisor of a Python child does: fork it, pass calls down to it, and take in what it says."""

import os
import traceback
from abc import abstractmethod
from collections.abc import Sequence
from typing import NoReturn

import msgspec

from tickwork.core.ids import RunId
from tickwork.core.model import Resources
from tickwork.store.protocol import Stream
from tickwork.worker.process.channel import Inbox, Kind, Outbox, Socket, frame, receive, socket_pair
from tickwork.worker.process.kernel import die_with_parent
from tickwork.worker.process.supervisor import Context, Supervisor, pipe
from tickwork.worker.process.terms import agree
from tickwork.worker.processes import ChildSpec, Gone

BACKLOG = 1 << 20
"""Bytes that wait for a slow agent, from which on the child has to wait at its next report, too."""
REST = 0.001
"""Seconds between two looks at what a child says that goes from call to call: waking for each word took more than the
words. It is safe in the socket meanwhile, whatever becomes of the child."""
DEFAULT_GRACE = 10.0
_STDERR = 2


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a CallSpec that a supervisor acts on; the rest is not decoded here."""

    run: RunId
    timeout: float | None
    grace: float
    max_log_bytes: int
    mask: tuple[bytes, ...] = ()


_limits = msgspec.msgpack.Decoder(Limits)
_spec = msgspec.msgpack.Decoder(ChildSpec)


class Foster(Supervisor):
    """Frames pass undecoded; what counts is their order. Subclasses say what they mean."""

    captures: bool
    """Whether all that the child writes to stdout and stderr is its current call's. Else it goes to the worker's own
    log, as far as the child does not say whose it is."""

    def __init__(self, *, context: Context) -> None:
        super().__init__(context=context)
        self._from_child = Inbox()
        self._child: Outbox
        self._child_socket: Socket
        self.resources = Resources()

    # -- what a subclass says --

    @abstractmethod
    def comes(self, call: Limits) -> None:
        """A call was passed on to the child, which has not begun it."""

    @property
    @abstractmethod
    def more_to_come(self) -> bool:
        """There are calls that the child has not begun."""

    @abstractmethod
    def said(self, kind: int, body: bytes) -> None:
        """The child sent a frame."""

    # -- what it uses --

    def tell_child(self, frames: bytes) -> None:
        self._child.put(frames)

    def listen(self) -> None:
        """Take in what the child has said by now."""
        self._read_child()

    # -- as a supervisor --

    def heard(self, kind: int, body: bytes) -> None:
        match kind:
            case _ if self.finished:
                pass
            case Kind.CHILD:
                self._begin(_spec.decode(body))
            case Kind.CALL:
                self.comes(_limits.decode(body))
                self._child.put(frame(Kind.CALL, body))
            case _:
                self._child.put(frame(Kind.RETIRE))

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

    def _begin(self, spec: ChildSpec) -> None:
        try:
            self.resources = spec.terms.resources
            self._start(spec, self.contain(self.resources))
        except OSError as error:
            self.finished = True
            self.send(Gone(expected=False, why=f"cannot start a Python child: {error}"))

    def _start(self, spec: ChildSpec, remaining: Resources) -> None:
        self._child_socket, theirs = socket_pair()
        pipes = {stream: pipe() for stream in (Stream.STDOUT, Stream.STDERR) if self.captures}
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            die_with_parent(parent)
            self._become(spec, theirs, tuple(pipes.values()), remaining)
        theirs.close()
        self._child = Outbox(self._child_socket)
        # Frames are read before output, in each round: `capture.Streams` relies on it.
        self.poller.watch(self._child_socket.fileno(), self._on_child)
        for stream, (reader, writer) in pipes.items():
            os.close(writer)
            self.read_output(reader, stream)
        self.supervise(pid)

    def _become(
        self, spec: ChildSpec, link: Socket, pipes: Sequence[tuple[int, int]], remaining: Resources
    ) -> NoReturn:
        """In the forked child: keep nothing of the supervisor's but the one end of the stream."""
        status, null, complaints = 1, os.open("/dev/null", os.O_RDONLY), os.dup(_STDERR)
        try:
            self.cell.join()
            os.setsid()
            shown = self.cell.shown(os.getpid())
            self.let_go()
            self._child_socket.close()
            writers = [writer for _, writer in pipes] or [complaints, complaints]
            for target, source in enumerate((null, *writers)):
                os.dup2(source, target)
            for fd in (null, *(fd for both in pipes for fd in both)):
                os.close(fd)
            # Imported here, not in the launcher: what it holds in memory is copied into every supervisor.
            from tickwork.worker.process.child import become_child

            parent = os.getppid()
            agree(spec.terms, remaining=remaining)
            die_with_parent(parent)  # who becomes somebody else is no longer bound to it
            become_child(link=link, spec=spec, clock=self.clock, shown=shown)
            status = 0
        except SystemExit as request:  # TERM
            status = int(request.code or 0)
        except BaseException:  # noqa: BLE001 (this copy of the supervisor must not go on, whatever it was)
            os.write(complaints, traceback.format_exc().encode())
        finally:
            os._exit(status)

    def _on_child(self) -> None:
        if self._read_child() and self.more_to_come:
            self.poller.rest(self._child_socket.fileno(), seconds=REST)

    def _read_child(self) -> bool:
        """Whether there may be more."""
        data = receive(self._child_socket)
        if data is None:
            return False
        if not data:
            self.poller.unwatch(self._child_socket.fileno())
            return False
        for kind, body in self._from_child.feed(data):
            self.said(kind, body)
        return True
