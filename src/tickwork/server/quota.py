"""How often a caller may come, counted on this node alone."""

from collections import OrderedDict
from typing import Final

from tickwork.core.clock import Clock
from tickwork.errors import TooManyAttempts

_MOST: Final = 10_000
"""Callers that are remembered; who has not come for longest is forgotten first."""


class Quota:
    """So many calls at once, and one more each `every` seconds, for each caller."""

    def __init__(self, *, clock: Clock, at_once: int, every: float) -> None:
        self._clock = clock
        self._most = at_once * every
        self._every = every
        self._paid: OrderedDict[str, float] = OrderedDict()
        """Until when (monotonic) the calls of a caller would take, one after the other."""

    def take(self, caller: str, *, what: str) -> None:
        """Raises `TooManyAttempts` beyond that."""
        now = self._clock.monotonic()
        until = max(now, self._paid.pop(caller, now)) + self._every
        if until - now > self._most + self._every / 2:
            self._paid[caller] = until - self._every
            raise TooManyAttempts(f"{what}; wait, and come less often", retry_after=max(1, round(self._every)))
        self._paid[caller] = until
        if len(self._paid) > _MOST:
            self._paid.popitem(last=False)
