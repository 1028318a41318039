"""Counting the processes of a run, where no controller does."""

import math

from tickwork.core.clock import Clock
from tickwork.worker.process.rungs.rung import Cell

EVERY = 0.1
"""Seconds between two looks."""


class Headcount:
    """Due now and then, once there is a limit."""

    def __init__(self, *, cell: Cell, clock: Clock) -> None:
        self._cell = cell
        self._clock = clock
        self._most = 0
        self.due = math.inf
        """In monotonic seconds."""

    def begin(self, most: int) -> None:
        self._most, self.due = most, self._clock.monotonic()

    def exceeded(self) -> bool:
        """Count: whether there are more processes than allowed."""
        self.due = self._clock.monotonic() + EVERY
        return len(self._cell.living()) > self._most
