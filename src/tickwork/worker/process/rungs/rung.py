"""What every rung of the ladder offers: forks of supervisors, and for each a cell that holds what it starts.

This one is the lowest rung, the sub-reaper: what a job forks, daemonises or moves elsewhere stays below its supervisor
in the tree of parents, and is found there. The others add to it what the kernel knows.
"""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.worker.process.kernel import become_reaper
from tickwork.worker.process.tree import Brood, descendants, send


class Cell:
    """Holds all that one supervisor starts. Made in it, before it starts anything. Pids here are those that it sees."""

    def __init__(self, *, brood: Brood) -> None:
        self.brood = brood
        become_reaper()

    def open(self, resources: Resources) -> Resources:
        """Make ready. Returns the limits that it does not keep itself. Raises `OSError`."""
        return resources

    def join(self) -> None:
        """In a fork of the supervisor: be inside from now on, with all that comes of us."""

    def shown(self, pid: int) -> int:
        """The number of our child `pid` for everybody else on this machine."""
        return pid

    def all_shown(self, pids: Iterable[int]) -> tuple[int, ...]:
        """Without those that have ended meanwhile."""
        shown = []
        for pid in pids:
            with suppress(OSError):
                shown.append(self.shown(pid))
        return tuple(shown)

    def living(self) -> tuple[int, ...]:
        return tuple(proc.pid for proc in descendants(os.getpid()))

    def terminate(self, leader: int | None) -> None:
        """TERM for the group of `leader` (our child, not reaped: its number is its own) and for all others."""
        group = leader if leader is not None and _terminate_group(leader) else None
        for proc in descendants(os.getpid()):
            if proc.group != group:
                send(proc, signal.SIGTERM)

    def kill(self) -> tuple[int, ...]:
        """KILL everything inside, and collect it. Returns the pids that did not die."""
        return self.brood.kill()

    def hit(self) -> str | None:
        """The limit of its own keeping that was hit, in words."""
        return None

    def dying(self) -> bool:
        """Whether the kernel is ending everything inside, for a limit."""
        return False

    def forget(self) -> None:
        """In a fork that goes on as something else: let go of what belongs to the supervisor."""

    def close(self, *, leaving: bool) -> None:
        """The supervisor has done its work. `leaving`: processes that a job left behind are to go on."""


class Rung:
    """Forks supervisors, and sees to what is left of those that were killed. Lives in the launcher."""

    containment: ClassVar[Containment] = Containment.SUBREAPER

    def keepers(self) -> dict[str, str]:
        """What keeps the limits of memory and processes."""
        return {"memory": "the kernel (address space of each process)", "processes": "the supervisor (by counting)"}

    def fork(self) -> int:
        """As `os.fork`. Raises `OSError`."""
        return os.fork()

    def cell(self, number: int, brood: Brood) -> Cell:
        """In the supervisor that was forked as the `number`th."""
        del number
        return Cell(brood=brood)

    def bury(self, number: int, *, broken: bool) -> None:
        """That supervisor is dead; `broken`: it left what it should have ended. What this does not find is found by
        its parents."""

    def close(self) -> None:
        """No supervisor is left."""


def _terminate_group(leader: int) -> bool:
    """False where there is no such group: the child was forked just now and has not made it yet."""
    try:
        os.killpg(leader, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return False
    return True
