"""Deleting much: in batches as small as it takes for nobody to wait long behind one, with time for others between."""

from collections.abc import Sequence
from typing import Final

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.portion import Portion
from tickwork.store.protocol import Store

_LEAST, _MOST = 50, 2000
_SECONDS: Final = 0.04
"""What a batch is to take, of the 0.1 s that it may."""
_PAUSE: Final = 0.02
_BREATH: Final = 1.0
"""It pauses for as long as a batch took, times this: others get at least half of the store."""


class Forgetting:
    """Deletes runs of a store."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._portion = Portion(least=_LEAST, most=_MOST, seconds=_SECONDS)

    @property
    def size(self) -> int:
        """So many runs are a batch now."""
        return self._portion.size

    async def forget(self, runs: Sequence[RunId]) -> float:
        """One batch: at most `size` of them. Returns for how many seconds to leave the store to others."""
        began = self._clock.monotonic()
        await self._store.forget(runs)
        took = self._clock.monotonic() - began
        self._portion.took(took, n=len(runs))
        return max(_PAUSE, took * _BREATH)
