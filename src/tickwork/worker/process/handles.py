"""The agent's end of a supervisor: a socket with one reader on the event loop."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from tickwork.core.clock import Clock
from tickwork.core.codec import to_json
from tickwork.core.ids import RunId
from tickwork.worker.process.channel import Inbox, Kind, Outbox, Socket, StopOrder, frame, message, receive
from tickwork.worker.process.outcomes import lost
from tickwork.worker.processes import Began, CallSpec, Gone, Over, ProcessEvent, SpawnSpec, Stop

_event = msgspec.msgpack.Decoder(ProcessEvent)
_pack = msgspec.msgpack.Encoder().encode


class Handle:
    """A `Supervised`. `on_event` is called for each event, and for the end of a run that its supervisor could not
    report because it was killed; `closed` is called once, at the end."""

    def __init__(
        self,
        *,
        link: Socket,
        clock: Clock,
        on_event: Callable[[ProcessEvent], None],
        closed: Callable[["Handle"], None],
    ) -> None:
        self._link = link
        self._fd = link.fileno()
        self._clock = clock
        self._on_event = on_event
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox()
        self._outbox = Outbox(link)
        self._current: set[RunId] = set()
        self._gone = False
        self._loop.add_reader(self._fd, self._on_readable)

    def stop(self, why: Stop, *, grace: float | None = None, run: RunId | None = None) -> None:
        self.send(message(Kind.STOP, StopOrder(why=why, grace=grace, run=run)))

    def send(self, frames: bytes) -> None:
        self._outbox.put(frames)
        self._outbox.flush()
        if self._outbox.pending:
            self._loop.add_writer(self._fd, self._on_writable)

    def close(self) -> None:
        """Let go of the supervisor: it ends what runs there, and nobody hears of it any more."""
        if self._link.fileno() == -1:
            return
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._link.close()
        self._closed(self)

    def _on_writable(self) -> None:
        self._outbox.flush()
        if not self._outbox.pending:
            self._loop.remove_writer(self._fd)

    def _on_readable(self) -> None:
        data = receive(self._link)
        if data is None:
            return
        if not data:
            self.close()
            self.broke_off()
        for kind, body in self._inbox.feed(data):
            self.heard(kind, body)

    def heard(self, _kind: int, body: bytes) -> None:
        """The supervisor sent a frame."""
        self.happened(_event.decode(body))

    def happened(self, event: ProcessEvent) -> None:
        if isinstance(event, Began):
            self._current.add(event.run)
        elif isinstance(event, Over):
            self._current.discard(event.run)
        elif isinstance(event, Gone):
            self._gone = True
        self._on_event(event)

    def broke_off(self) -> None:
        """The supervisor is gone. What ran there, if anything, is lost."""
        current, self._current = self._current, set()
        for run in current:
            outcome = lost("the supervisor of the job was killed")
            self._on_event(Over(run=run, at=self._clock.now(), outcome=outcome))


class ProgramHandle(Handle):
    """Of programs, one after the other. `rested` is called when there may be another one."""

    def __init__(
        self,
        *,
        link: Socket,
        clock: Clock,
        rested: Callable[["ProgramHandle"], None],
        closed: Callable[[Handle], None],
    ) -> None:
        super().__init__(link=link, clock=clock, on_event=_unheard, closed=closed)
        self._rested = rested

    def begin(self, spec: SpawnSpec, on_event: Callable[[ProcessEvent], None]) -> "Program":
        self._on_event = on_event
        self._current = {spec.run}  # it is the supervisor's from now on, whether that hears of it or not
        self.send(message(Kind.SPAWN, spec))
        return Program(handle=self, run=spec.run)

    def heard(self, kind: int, body: bytes) -> None:
        if kind != Kind.RESTING:
            super().heard(kind, body)
            return
        self._on_event = _unheard
        self._rested(self)


class Program:
    """A `Supervised`: a stop that comes too late must not hit the next program of its supervisor."""

    def __init__(self, *, handle: ProgramHandle, run: RunId) -> None:
        self._handle = handle
        self._run = run

    def stop(self, why: Stop, *, grace: float | None = None) -> None:
        self._handle.stop(why, grace=grace, run=self._run)


class ChildHandle(Handle):
    """Of a warm child: a `Child`."""

    def call(self, calls: Sequence[CallSpec]) -> None:
        self.send(b"".join([frame(Kind.CALL, _packed(call)) for call in calls]))

    def retire(self) -> None:
        self.send(frame(Kind.RETIRE))

    def broke_off(self) -> None:
        super().broke_off()
        if not self._gone:
            self._on_event(Gone(expected=False))


def _packed(call: CallSpec) -> bytes:
    try:
        return _pack(call)
    except OverflowError:
        return _pack(replace(call, args=(), kwargs={}, plain=to_json((call.args, call.kwargs))))


def _unheard(event: ProcessEvent) -> None:
    """Of a supervisor that has no program."""
    del event
