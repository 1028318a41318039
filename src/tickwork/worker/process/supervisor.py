"""What every supervisor does: relay output and events, keep the deadlines, and end the tree when it must.

A supervisor is a small single-threaded process in a session of its own, forked by the launcher. It waits in one
`poll` for the agent, for output and for its child's death, and never blocks on any of them.
"""

import fcntl
import math
import os
import signal
import termios
from abc import ABC, abstractmethod
from dataclasses import dataclass
from struct import Struct

import msgspec

from tickwork.core.clock import Clock
from tickwork.core.model import Resources
from tickwork.store.protocol import Stream
from tickwork.worker.process.channel import Inbox, Kind, Outbox, Socket, StopOrder, message, receive
from tickwork.worker.process.forwarding import LogForwarder
from tickwork.worker.process.headcount import Headcount
from tickwork.worker.process.lease_page import LeasePage
from tickwork.worker.process.polling import Poller
from tickwork.worker.process.rungs.rung import Cell
from tickwork.worker.process.tree import Brood
from tickwork.worker.processes import Stop

TIDY, LEFT_SOME = 0, 3
"""How a supervisor exits that has done its work: without, or with living processes of the job left."""
_PIPE_READ = 65_536
_INT = Struct("i")
_order = msgspec.msgpack.Decoder(StopOrder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the launcher gives to a supervisor."""

    agent: Socket
    page: LeasePage
    clock: Clock
    brood: Brood
    cell: Cell
    """Holds all that it starts."""
    folder: str
    """A path for its use alone; the launcher removes what is there when the supervisor was killed."""


def pipe() -> tuple[int, int]:
    """(to read from, to write to)"""
    return os.pipe2(os.O_CLOEXEC)


class Supervisor(ABC):
    """The loop and the one path of every stop. Subclasses start the process and report what became of it."""

    def __init__(self, *, context: Context) -> None:
        self.clock = context.clock
        self.folder = context.folder
        self.page = context.page
        self.agent = Outbox(context.agent)
        self.poller = Poller(clock=context.clock)
        self.cell = context.cell
        self._brood = context.brood
        self.log = LogForwarder(agent=self.agent, clock=context.clock)
        self.main: int | None = None
        """Our child, from its fork until it was collected; its pid is its group, too."""
        self.timeout_at = math.inf
        self.stopping: Stop | None = None
        self.finished = False
        self._kill_at = math.inf
        self._headcount = Headcount(cell=context.cell, clock=context.clock)
        self._status: int | None = None
        self._survivors: tuple[int, ...] = ()
        self._inbox = Inbox()
        self._agent_socket = context.agent
        self._pipes: dict[int, Stream] = {}
        self.poller.watch(context.agent.fileno(), self._on_agent)

    # -- what a subclass says --

    @abstractmethod
    def heard(self, kind: int, body: bytes) -> None:
        """The agent sent a frame (other than STOP)."""

    @abstractmethod
    def asked_to_stop(self, order: StopOrder) -> None:
        """The agent sent a STOP: call `stop` if it is meant for what runs now."""

    @abstractmethod
    def own_grace(self) -> float:
        """Seconds between TERM and KILL for what runs now."""

    @abstractmethod
    def ended(self, status: int | None, survivors: tuple[int, ...]) -> None:
        """Report the end: all output is in the log. `status` is None where the process would not die."""

    def flush(self) -> None:
        """Before each wait."""
        self.agent.flush()

    def timed_out(self, _now: float) -> None:
        """`timeout_at` has come."""
        self.stop(Stop.TIMEOUT, self.own_grace())

    def news_due(self) -> float:
        """When there is something to tell, in monotonic seconds."""
        return self.log.due

    def tell_news(self, now: float) -> None:
        """Tell what is due."""
        if now >= self.log.due:
            self.log.forward()

    def before_last_output(self) -> None:  # noqa: B027 (most have nothing to do)
        """The process is dead; the rest of its output is read after this."""

    # -- what a subclass uses --

    def send(self, event: msgspec.Struct) -> None:
        self.agent.put(message(Kind.EVENT, event))

    def supervise(self, pid: int) -> None:
        """`pid` is the child whose end is the end of this supervisor."""
        self.main = pid
        self.poller.watch(self._brood.fd, self._on_death)

    def contain(self, resources: Resources) -> Resources:
        """Before anything is started. Returns the limits that its processes are to set for themselves. Raises
        `OSError`."""
        remaining = self.cell.open(resources)
        if remaining.processes is not None:
            self._headcount.begin(remaining.processes)
        return remaining

    def read_output(self, fd: int, stream: Stream) -> None:
        os.set_blocking(fd, False)
        self._pipes[fd] = stream
        self.poller.watch(fd, lambda: self._on_output(fd, _PIPE_READ))

    def stop(self, why: Stop, grace: float) -> None:
        """TERM for the whole tree now, KILL after `grace`. The first reason stays; a shorter grace counts."""
        if self.finished:
            return
        self._kill_at = min(self._kill_at, self.clock.monotonic() + grace)
        if self.stopping is None:
            self.stopping = why
            self._note(signal.SIGTERM, why)
            self.cell.terminate(self.main)

    def let_go(self) -> None:
        """In a fork that goes on as something else."""
        self._agent_socket.close()
        self._brood.forget()
        self.cell.forget()

    def rest(self) -> None:
        """Wait for something else to start: nothing is left of what was started."""
        for fd in tuple(self._pipes):  # whom it passed them on to writes to nobody
            self._close_pipe(fd)
        self.poller.unwatch(self._brood.fd)
        self.timeout_at, self._status, self.finished = math.inf, None, False

    # -- the loop --

    def serve(self) -> int:
        """Until the process is over, and the agent has read all about it (or is gone, or lost its lease).
        Returns the exit status."""
        while not self.finished:
            self._await_next()
            now = self.clock.monotonic()
            self.tell_news(now)
            if not self.finished:
                self._keep_deadlines(now)
        self.agent.flush()
        while self.agent.pending and self.clock.monotonic() < self.page.kill_at:
            self._await_next()
        return LEFT_SOME if self._survivors else TIDY

    @property
    def leaving(self) -> bool:
        """What survives is there because a job left it behind, not because it would not die."""
        return self.stopping is None and bool(self._survivors)

    def _await_next(self) -> None:
        """Send in one go what the last round brought, and wait for the next."""
        self.flush()
        self.poller.want(self._agent_socket.fileno(), writing=self.agent.pending > 0)
        self.poller.wait(min(self.news_due(), self._deadline()))

    @property
    def _idle(self) -> bool:
        """There is nothing that it was told to start."""
        return self.main is None and self._status is None

    def _deadline(self) -> float:
        if self.finished:
            return self.page.kill_at
        if self._idle:
            return math.inf
        if self.stopping is None:
            return min(self.timeout_at, self._headcount.due, self.page.term_at)
        return min(self._kill_at, self.page.kill_at)

    def _keep_deadlines(self, now: float) -> None:
        if self._idle:
            return
        # The page is read again on every wake: the agent may have renewed meanwhile.
        if self.stopping is None and now >= self.page.term_at:
            self.stop(Stop.LEASE, self.own_grace())
        if self.stopping is None and now >= self.timeout_at:
            self.timed_out(now)
        if self.stopping is None and now >= self._headcount.due and self._headcount.exceeded():
            self.stop(Stop.LIMIT, 0)
        if self.stopping is not None and now >= self._deadline():
            self._kill(self.stopping)

    def _on_agent(self) -> None:
        self.agent.flush()
        data = receive(self._agent_socket)
        if data is None:
            return
        if not data:
            self.poller.unwatch(self._agent_socket.fileno())
            self.agent.give_up()
            self._agent_left()
        for kind, body in self._inbox.feed(data):
            if kind == Kind.STOP:
                self.asked_to_stop(_order.decode(body))
            else:
                self.heard(kind, body)

    def _agent_left(self) -> None:
        if self._idle:
            self.finished = True
        else:
            self.stop(Stop.AGENT_GONE, self.own_grace())

    def _on_output(self, fd: int, size: int) -> None:
        """Read once: one look at a pipe takes what is in it (see `capture` for who relies on that)."""
        try:
            data = os.read(fd, size)
        except BlockingIOError:
            return
        if data:
            self.log.write(self._pipes[fd], data)
        else:
            self._close_pipe(fd)

    def _close_pipe(self, fd: int) -> None:
        self.poller.unwatch(fd)
        del self._pipes[fd]
        os.close(fd)

    def _on_death(self) -> None:
        any_left = self._brood.reap()
        if self.main in self._brood.dead:
            self._status, self.main = self._brood.dead[self.main], None
        self._brood.dead.clear()
        if self.main is not None or self.finished:
            return
        if not any_left:
            self._finish(())
        elif self.cell.dying():  # its limit took the whole of it, which is over in a moment
            self._finish(self.cell.all_shown(self.cell.kill()))
        elif self.stopping is None:  # a daemon that a job leaves behind is reported, not killed
            self._finish(self.cell.all_shown(self.cell.living()))

    def _note(self, sent: signal.Signals, why: Stop) -> None:
        self._say(f"{sent.name} ({why.value.replace('_', ' ')})")

    def _say(self, text: str) -> None:
        self.log.write(Stream.SYSTEM, f"[tickwork: {text}]\n".encode())

    def _kill(self, why: Stop) -> None:
        self._note(signal.SIGKILL, why)
        survivors = self.cell.all_shown(self.cell.kill())
        self._status = self._brood.dead.get(self.main or 0, self._status)
        if survivors:
            pids = ", ".join(map(str, survivors))
            self._say(f"did not die of KILL: {pids}")
        self._finish(survivors)

    def _finish(self, survivors: tuple[int, ...]) -> None:
        """Take what the pipes hold now (who keeps them open does not hold us), and report."""
        self.finished = True
        self.before_last_output()
        for fd in tuple(self._pipes):
            held = _INT.unpack(fcntl.ioctl(fd, termios.FIONREAD, bytes(_INT.size)))[0]
            if held:
                self._on_output(fd, held)
        self._survivors = survivors
        self.ended(self._status, survivors)
