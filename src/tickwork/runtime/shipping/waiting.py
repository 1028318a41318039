"""Which runs wait for their logs to be shipped: a small note each, made when what follows from their end is done."""

from collections.abc import Sequence
from typing import Final

from tickwork.core.clock import DAY, Clock, Duration, later
from tickwork.core.ids import RunId
from tickwork.store.protocol import Event, Keep, Note, Store

KEPT_FOR: Final = Duration(7 * DAY)
"""So long a sink may be away before logs are not shipped any more (they are kept here as long as their runs)."""
_SPACE: Final = "ship"


class Waiting:
    """The runs whose logs are to be shipped, oldest first."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, events: Sequence[Event]) -> None:
        """Idempotent: an event that comes again adds nothing."""
        now = self._clock.now()
        notes = [Note(space=_SPACE, key=event.run, body=b"", expires=later(now, KEPT_FOR)) for event in events]
        await self._store.keep([Keep(note=note, new=True) for note in notes], at=now)

    async def first(self, n: int) -> list[RunId]:
        found = await self._store.notes_under(_SPACE, "", at=self._clock.now(), limit=n)
        return [RunId(note.key) for note in found]

    async def done(self, runs: Sequence[RunId]) -> None:
        await self._store.drop(_SPACE, list(runs), at=self._clock.now())
