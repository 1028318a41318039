"""How much a worker may take beyond its free seats: nothing, unless calls turn out to be very short."""

import math

from tickwork.core.ids import JobId

LOOKAHEAD = 0.05
"""Seconds of work that may wait in the queue of one child."""
DEPTH = 256
"""Calls that may wait there, however short they are."""
BATCH = 512
"""Claims asked for at once, at most."""
_USUAL, _SLOW = 0.05, 0.5
"""How much one more call counts: a slow one counts for many."""
_KNOWN = 10_000


class Paces:
    """What the calls of each job take, in seconds. A job that is slow now and then is no short one: nothing queues
    behind it."""

    def __init__(self) -> None:
        self._seconds: dict[JobId, float] = {}

    def expected(self, job: JobId) -> float:
        """Infinite until one was seen."""
        return self._seconds.get(job, math.inf)

    def observe(self, job: JobId, seconds: float) -> None:
        before = self._seconds.get(job)
        if before is None:
            if len(self._seconds) >= _KNOWN:
                del self._seconds[next(iter(self._seconds))]
            self._seconds[job] = seconds
        else:
            self._seconds[job] = before + (seconds - before) * (_SLOW if seconds > LOOKAHEAD else _USUAL)


def depth(seconds: float, *, within: float = LOOKAHEAD) -> int:
    """How many calls of that length may wait in one child."""
    return DEPTH if seconds * DEPTH <= within else int(within / seconds)


class Allowance:
    """How many claims may be asked for beyond the free seats. It doubles while every claim that comes is a short
    call, and falls to nothing when something else finds no seat."""

    def __init__(self, *, seats: int) -> None:
        self._seats = seats
        self.size = 0
        self.typical = math.inf
        """Seconds that the short calls of late take each."""

    def room(self, *, free: int, waiting: int, space: int) -> int:
        """How many claims to ask for, with `free` seats, `waiting` calls beyond the seats, and `space` for more of
        the typical ones in the children. What may wait is only asked for when half of it has gone."""
        most = min(self.size, self._seats * depth(self.typical))
        ahead = min(most - waiting, space)
        return min(free + (ahead if ahead * 2 >= most else 0), BATCH)

    def learn(self, *, asked: int, short: int, seconds: float, other: int, no_seat: int) -> None:
        """What came of one claim: `short` calls of together so many seconds and `other` runs, of which `no_seat`
        had to be given back."""
        if short:
            self.typical = seconds / short
        came = short + other
        if no_seat:
            self.size = 0
        elif came * 2 < asked:
            self.size //= 2
        elif came >= asked and not other:
            self.size = min(max(self.size * 2, self._seats), self._seats * DEPTH)
