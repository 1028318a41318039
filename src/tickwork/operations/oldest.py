"""Parts of the history side by side, the oldest run first, whichever part it is of.

What was made together lies together in a store: it goes with a few pages of the disk. Part by part each run would have
pages of its own to be written.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Final

from tickwork.core.ids import RunId
from tickwork.operations.retention import Errand, Keeping, Rules

_LEAST, _MOST = 50, 1000
"""Runs of one part that are looked at by a read …"""
_AHEAD: Final = 50_000
"""… so that about so many at most are known ahead."""


class OldestFirst:
    """What may go of these errands: looked for (`look_on`) and taken by turns, until it is over."""

    def __init__(self, keeping: Keeping, errands: Sequence[Errand], rules: Rules) -> None:
        self._keeping = keeping
        self._rules = rules
        self._look = min(max(_AHEAD // max(len(errands), 1), _LEAST), _MOST)
        self._going: list[tuple[RunId, int]] = [(RunId(""), n) for n in range(len(errands))]
        """A heap: up to where each errand was looked through that is not done yet."""
        self._errands = errands
        self._known: list[RunId] = []
        """A heap of those that may go, of which an older one may yet be found."""
        self._next: list[RunId] = []

    @property
    def is_over(self) -> bool:
        return not self._going and not self._next

    async def look_on(self) -> None:
        """One read: of the errand that is furthest behind, as no run behind it can be the next."""
        after, n = heappop(self._going)
        olds, through = await self._keeping.page(self._errands[n], self._rules, after=after or None, look=self._look)
        for old in olds:
            heappush(self._known, old.run)
        if through is not None:
            heappush(self._going, (through, n))
        while self._known and not (self._going and self._known[0] > self._going[0][0]):
            self._next.append(heappop(self._known))

    def take(self, n: int) -> list[RunId]:
        """The next `n`, or at the end what is left. None: look on first."""
        if len(self._next) < n and self._going:
            return []
        taken, self._next = self._next[:n], self._next[n:]
        return taken
