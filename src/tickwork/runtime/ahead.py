"""What comes due within the next second, read and decided before its moment: a slot then waits for one transaction.

It is a preparation, never the last word: the store takes a decision only while the row and the switches are those that
it was made from, and what is late, or not in here, is looked at in the store as if this were not there.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import MILLISECOND, SECOND, Duration, Instant, later
from tickwork.core.ids import Ids
from tickwork.core.model import Switch
from tickwork.operations.firing import Firing, definition_of, switches_of
from tickwork.store.protocol import Due, DueRow, Fire

LEAD = Duration(500 * MILLISECOND)
"""What comes next is looked at so long before its moment, at the latest."""
SPAN = Duration(SECOND + LEAD)
"""So far ahead one look goes: with nothing due, there is one in a second."""
MOST = 10_000
"""Schedules in one look: a storm of so many is decided when its second begins."""
_CHUNK = 1000
"""Decided in one go, with a pause after it for everything else in this process."""
_LATE = Duration(2 * SECOND)
_CLOSE = Duration(5 * MILLISECOND)
"""So short before something is handed over nothing is looked at: that takes a millisecond or three."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be written at the moment at which the row is due."""

    entry: DueRow
    moment: Instant
    fire: Fire

    def holds(self, now: Instant) -> bool:
        """Whether it still says all there is to say: no later occurrence of the schedule has come due meanwhile."""
        return now - self.moment <= _LATE and (self.fire.due is None or self.fire.due > now)


class Ahead:
    """Rows in the order of their moments, decided chunk by chunk. `early`: so long before its moment the store takes
    what is to be fired."""

    def __init__(self, *, ids: Ids, definitions: DefinitionCache, early: Duration) -> None:
        self._ids = ids
        self._definitions = definitions
        self._early = early
        self._rows: deque[DueRow] = deque()
        self._ready: deque[Prepared] = deque()
        self._switches: Mapping[str, Switch] = {}
        self._firing: tuple[Instant, Firing] | None = None
        self.switch_version = 0
        """That of the switches under which all was decided."""
        self._cut = False
        """There is more of it than was taken in."""
        self.known_until = Instant(0)
        """What comes due before is in here, or was; as far as it was in the store at the last look."""

    def learn(self, due: Due, *, until: Instant) -> None:
        """In the place of all that was known: what is due up to `until`."""
        self.forget()
        self._rows.extend(due.rows)
        self._switches, self.switch_version = switches_of(due), due.switch_version
        self.known_until = until
        self._cut = len(due.rows) >= MOST

    def forget(self) -> None:
        self._rows.clear()
        self._ready.clear()
        self._firing = None
        self._cut = False
        self.known_until = Instant(0)

    def decide(self) -> None:
        """The next chunk."""
        for _ in range(min(_CHUNK, len(self._rows))):
            entry = self._rows.popleft()
            if (moment := entry.row.due) is not None:
                job = definition_of(entry, self._definitions)
                self._ready.append(Prepared(entry, moment, self._firing_at(moment).decide(entry.row, job)))

    @property
    def undecided(self) -> bool:
        return bool(self._rows)

    def take(self, now: Instant, *, limit: int) -> list[Prepared]:
        """What is to be handed over now: what is due, else what is due at the next moment if that is near. Nothing,
        also where something is due that does not hold any more: the store is to be asked."""
        if not self._ready and self._rows:
            self.decide()
        taken: list[Prepared] = []
        until = self._until(now)
        while self._ready and self._ready[0].moment <= until and len(taken) < limit:
            if not self._ready[0].holds(until):
                self.forget()
                break
            taken.append(self._ready.popleft())
        return taken

    def _until(self, now: Instant) -> Instant:
        """Where the store waits for a moment, what is due later would make it wait for longer."""
        near = self._ready and self._ready[0].moment - now <= self._early
        return max(now, self._ready[0].moment) if near else now

    def fired(self, fire: Fire) -> None:
        """It comes due again at another moment, which the look did not find."""
        if fire.due is not None:
            self.known_until = min(self.known_until, fire.due)

    def next_moment(self, now: Instant) -> Instant:
        """When there is something to do: to hand over, or to look again."""
        look = now if self._cut else max(now, Instant(self.known_until - LEAD))
        if not self._ready:
            return look
        return self._handover if self._cut or self._handover - look <= _CLOSE else look

    def is_close(self, now: Instant) -> bool:
        """Whether what is next is handed over in so short a time that there is nothing to be looked at before."""
        return bool(self._ready) and 0 < self._handover - now <= _CLOSE

    @property
    def _handover(self) -> Instant:
        """Of what is ready first."""
        return Instant(self._ready[0].moment - self._early)

    def _firing_at(self, moment: Instant) -> Firing:
        """One for all that is due at one moment: two schedules of a job run it once."""
        if self._firing is None or self._firing[0] != moment:
            self._firing = moment, Firing(ids=self._ids, now=moment, switches=self._switches)
        return self._firing[1]


def horizon(now: Instant) -> Instant:
    """The end of a look that is made now."""
    return later(now, SPAN)
