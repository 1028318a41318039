"""The progress of the current run on its way to the agent: the latest of each bar, and never too often."""

import math

import msgspec

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.progress import Bar, Group
from tickwork.worker.process.channel import Kind, Outbox, message
from tickwork.worker.processes import Progressed

PAUSE = 0.2
"""Seconds between two sendings."""
MOST = 1000
"""Bars of one run; more are not kept."""
_bar = msgspec.msgpack.Decoder(Bar)


class ProgressForwarder:
    """While the agent has not read what it was sent, newer reports of a bar replace older ones here."""

    def __init__(self, *, agent: Outbox, clock: Clock) -> None:
        self._agent = agent
        self._clock = clock
        self._run: RunId | None = None
        self._moved: dict[Group, Bar] = {}
        self._known: set[Group] = set()
        self._due = math.inf
        self._not_before = -math.inf

    @property
    def due(self) -> float:
        return math.inf if self._agent.pending else self._due

    def begin(self, run: RunId) -> None:
        """What is reported from now on is `run`'s."""
        self._run = run
        self._not_before = -math.inf

    def write(self, body: bytes) -> None:
        """A bar as the child packed it."""
        try:
            bar = _bar.decode(body)
        except msgspec.ValidationError:
            return  # a job may report past `report_progress`, which would have told it
        if not (math.isfinite(bar.current) and math.isfinite(bar.total)):
            return
        if bar.group not in self._known:
            if len(self._known) >= MOST:
                return
            self._known.add(bar.group)
        self._moved[bar.group] = bar
        if self._due == math.inf:
            self._due = max(self._clock.monotonic(), self._not_before)

    def forward(self) -> None:
        self._due = math.inf
        if self._run is None or not self._moved:
            return
        self._not_before = self._clock.monotonic() + PAUSE
        bars, self._moved = tuple(self._moved.values()), {}
        self._agent.put(message(Kind.EVENT, Progressed(run=self._run, at=self._clock.now(), bars=bars)))

    def end(self) -> None:
        """Send the last of it; there is no current run after this."""
        if self._known:
            self.forward()
            self._known.clear()
        self._run = None
