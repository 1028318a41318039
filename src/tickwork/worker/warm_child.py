"""One warm child, as its worker sees it: which calls it has, and whether more may wait there."""

from tickwork.core.clock import SECOND, Instant
from tickwork.core.ids import RunId
from tickwork.worker.paces import DEPTH, LOOKAHEAD, depth
from tickwork.worker.processes import CallSpec, Child, Stop
from tickwork.worker.work import Home, Work


class WarmChild:
    """One child with the calls that it has been given. It takes a seat while there are any."""

    def __init__(self, *, home: Home) -> None:
        self.home = home
        self.slots = home.slots
        self.shared = home.shared
        """It makes several calls at a time."""
        self.handle: Child | None = None
        """None while it is being forked."""
        self.works: dict[RunId, Work] = {}
        self.outgoing: list[CallSpec] = []
        self.load = 0.0
        """Seconds of short calls."""
        self._ended_at = Instant(0)
        """When the call before ended."""
        self.exclusive = False
        """It has a call that nothing may wait behind."""
        self.idle_since = 0.0
        self.ending: tuple[Stop, float | None] | None = None
        self.proven = False
        """A call began in it."""
        self.outdated = False
        """It has the app as it was: it makes the calls that it has, and no more."""

    def take(self, work: Work) -> None:
        self.works[work.claim.run.id] = work
        work.child = self
        if self.shared:
            return
        if work.short:
            self.load += work.expected
        else:
            self.exclusive = True

    def drop(self, work: Work) -> None:
        del self.works[work.claim.run.id]
        work.child = None
        if self.shared:
            return
        if not self.works:
            self.load, self.exclusive = 0.0, False
        elif work.short:
            self.load -= work.expected

    def has_room_for(self, work: Work) -> bool:
        """Behind calls that it has already."""
        if self.outdated:
            return False
        if self.shared:
            return len(self.works) < self._most(work.expected)
        return work.short and not self.exclusive and self.load + work.expected <= LOOKAHEAD and len(self.works) < DEPTH

    def space(self, seconds: float) -> int:
        """How many more calls of that length may wait here."""
        if self.outdated:
            return 0
        if self.shared:
            return max(self._most(seconds) - len(self.works), 0)
        if self.exclusive or self.load >= LOOKAHEAD:
            return 0
        return min(DEPTH - len(self.works), depth(seconds, within=LOOKAHEAD - self.load))

    def _most(self, seconds: float) -> int:
        """Calls that may be in a child that makes several at a time: those that wait for a slot are short."""
        return max(self.slots, min(self.slots + depth(seconds), DEPTH)) if seconds <= LOOKAHEAD else self.slots

    def took(self, work: Work, at: Instant) -> float:
        """Seconds of this child that a call took which ended at `at`. Where several are made at a time, each is only
        charged with what has passed since another one ended: that is how fast a queue moves."""
        assert work.began is not None
        since = max(work.began, self._ended_at) if self.shared else work.began
        self._ended_at = at
        return max(at - since, 0) / SECOND

    def end(self, why: Stop, grace: float | None) -> None:
        """Stop the whole child, now or as soon as it is there."""
        self.ending = (why, grace)
        if self.handle is not None:
            self.handle.stop(why, grace=grace)
