"""How much a worker may take beyond its free seats: nothing, unless calls turn out to be very short."""

import math

from tickwork.core.ids import JobId

LOOKAHEAD = 0.05
"""Seconds of work that may wait in the queue of one child."""
DEPTH = 256
"""Calls that may wait there, however short they are."""
BATCH = 512
"""Claims asked for at once, at most."""
_RISE, _FALL, _KNOWN = 0.5, 0.05, 10_000


class Paces:
    """What the calls of each job take, in seconds. Rises fast and falls slowly: a job that is slow now and then is
    no short one, and nothing queues behind it."""

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
            self._seconds[job] = before + (seconds - before) * (_RISE if seconds > before else _FALL)


class Allowance:
    """How many claims may be asked for beyond the free seats. It doubles while every claim that comes is a short
    call, halves when those were too many, and falls to nothing when something else finds no seat."""

    def __init__(self, *, seats: int) -> None:
        self._seats = seats
        self.size = 0

    def room(self, *, free: int, waiting: int) -> int:
        """How many claims to ask for, with `free` seats and `waiting` calls beyond the seats: what may wait is only
        asked for when half of it has gone."""
        ahead = self.size - waiting
        return min(free + (ahead if ahead * 2 >= self.size else 0), BATCH)

    def learn(self, *, asked: int, short: int, other: int, no_queue: int, no_seat: int) -> None:
        """What came of one claim: `short` calls and `other` runs, of which `no_queue` short ones and `no_seat` others
        had to be given back."""
        came = short + other
        if no_seat:
            self.size = 0
        elif no_queue or came * 2 < asked:
            self.size //= 2
        elif came >= asked and not other:
            self.size = min(max(self.size * 2, self._seats), self._seats * DEPTH)
