"""Which calls may have crashed the process that they shared.

Nobody can tell whose doing it was, so they are tried again in smaller company, and at last each alone: then it is
known, and the others have lost nothing but time.
"""

from math import isqrt

from tickwork.core.ids import RunId
from tickwork.core.lease import MAX_LOSSES
from tickwork.worker.processes import Over
from tickwork.worker.work import SLOTS, Work

_REMEMBERED = 10_000


class Suspects:
    """What this worker has seen. The attempt that a loss would make the last one is alone on any worker."""

    def __init__(self) -> None:
        self._crashes: dict[RunId, int] = {}

    def heard(self, over: Over) -> None:
        crashes = self._crashes.pop(over.run, 0)
        if over.suspect:
            self._crashes[over.run] = crashes + 1
        if len(self._crashes) > _REMEMBERED:  # the oldest went elsewhere
            del self._crashes[next(iter(self._crashes))]

    def company_of(self, work: Work) -> int | None:
        """How many calls may be in a child with this one, itself included; None: as many as always."""
        crashes = self._crashes.get(work.claim.run.id, 0)
        if crashes > 1 or work.attempt == MAX_LOSSES + work.job.retry.count:
            return 1
        return isqrt(SLOTS[work.home.mode]) if crashes else None
