"""The log of the current run on its way to the agent: soon, but seldom, and never more than the agent takes."""

import math
from collections.abc import Sequence

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.store.protocol import Stream
from tickwork.worker.process.channel import Kind, Outbox, message
from tickwork.worker.process.hiding import LogMasking
from tickwork.worker.process.logs import CappedLog
from tickwork.worker.processes import Logged

FIRST = 0.02
"""Seconds from a run's first output, or from output after silence, until it is sent."""
PAUSE, LONG_PAUSE = 0.2, 0.5
"""Seconds between two sendings; the second after one of more than `MUCH` bytes."""
MUCH = 65_536


class LogForwarder:
    """While the agent has not read what it was sent, the log stays here, capped."""

    def __init__(self, *, agent: Outbox, clock: Clock) -> None:
        self._agent = agent
        self._clock = clock
        self._run: RunId | None = None
        self._cap = 0
        self._log: CappedLog | None = None
        self._masking: LogMasking | None = None
        self._due = self._not_before = math.inf

    @property
    def due(self) -> float:
        """When there is something to forward, in monotonic seconds."""
        return math.inf if self._agent.pending else self._due

    def begin(self, run: RunId, cap: int, mask: Sequence[bytes] = ()) -> None:
        """What is written from now on belongs to `run`; `mask` is taken out of it."""
        self._run, self._cap = run, cap
        self._log = None
        self._masking = LogMasking(mask) if mask else None
        self._due, self._not_before = math.inf, -math.inf

    def write(self, stream: Stream, data: bytes) -> None:
        """Add output; without a current run it belongs nowhere."""
        if self._run is None:
            return
        if self._masking is not None:
            data = self._masking.shown(stream, data)
        if data:
            self._keep(stream, data)

    def _keep(self, stream: Stream, data: bytes) -> None:
        if self._log is None:  # most calls print nothing
            self._log = CappedLog(self._cap)
        self._log.write(stream, data, self._clock.now())
        if self._due == math.inf:
            self._due = max(self._clock.monotonic() + FIRST, self._not_before)

    def forward(self) -> None:
        """Send what is new."""
        self._due = math.inf
        if self._log is None or self._run is None or not self._log.dirty:
            return
        delta = self._log.take()
        self._not_before = self._clock.monotonic() + (LONG_PAUSE if delta.size > MUCH else PAUSE)
        self._agent.put(message(Kind.EVENT, Logged(run=self._run, chunks=delta.chunks, drop=delta.drop)))

    def end(self) -> None:
        """Send the rest of the run's log; there is no current run after this."""
        if self._masking is not None:
            for stream, data in self._masking.rest():
                self._keep(stream, data)
        if self._log is not None:
            self.forward()
        self._run = self._log = self._masking = None
