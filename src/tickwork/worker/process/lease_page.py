"""The lease as a page of shared memory (see `processes`): the agent writes it, every supervisor reads it."""

import math
import mmap
import os

from tickwork.core.lease import Deadlines

_SIZE = 16


class LeasePage:
    """Two deadlines in monotonic seconds. Until the first `write` there is no lease, and nothing expires."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, _SIZE)
        self._times = memoryview(self._map).cast("d")

    @classmethod
    def create(cls) -> tuple["LeasePage", int]:
        """A new page, and the descriptor to hand to others."""
        fd = os.memfd_create("tickwork-lease", os.MFD_CLOEXEC)
        os.ftruncate(fd, _SIZE)
        page = cls(fd)
        page._write(term_at=math.inf, kill_at=math.inf)
        return page, fd

    def write(self, deadlines: Deadlines) -> None:
        self._write(term_at=deadlines.term_at, kill_at=deadlines.kill_at)

    @property
    def term_at(self) -> float:
        return self._times[0]

    @property
    def kill_at(self) -> float:
        return self._times[1]

    def close(self) -> None:
        self._times.release()
        self._map.close()

    def _write(self, *, term_at: float, kill_at: float) -> None:
        # Each store is one aligned word. Deadlines only grow, so in this order a reader in between never
        # sees a KILL that lies before its TERM.
        self._times[1] = kill_at
        self._times[0] = term_at
