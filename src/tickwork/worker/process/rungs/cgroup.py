"""The rung of control groups (version 2): each supervisor's processes are in one, which the kernel kills as a whole.

It needs no controllers, only a place where groups may be made: the worker's own group, or the one above it where that
was delegated (systemd's `Delegate=` with `DelegateSubgroup=`). Controllers, where there are some, keep limits.
"""

import os
import secrets
from pathlib import Path
from typing import ClassVar

import msgspec

from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.worker.process.rungs.groups import Group, Lock, place_of, sweep
from tickwork.worker.process.rungs.rung import Cell, Rung
from tickwork.worker.process.tree import Brood

PREFIX = "tickwork-"
KEEPERS = {"memory": "memory", "processes": "pids"}
"""By limit: the controller that keeps it."""


class CgroupCell(Cell):
    """A group that everything which the supervisor starts is born into; the supervisor itself stays outside."""

    def __init__(self, *, brood: Brood, group: Group) -> None:
        super().__init__(brood=brood)
        self._group = group
        self._entrance = -1
        self._as_one = False
        """What is too large for its memory dies altogether."""

    def open(self, resources: Resources) -> Resources:
        self._group.folder.mkdir()
        self._entrance = os.open(self._group.folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
        return self.limit(resources)

    def limit(self, resources: Resources) -> Resources:
        """Let controllers keep what they can; returns the other limits."""
        kept = {
            "memory": resources.memory is not None and self._limit_memory(resources.memory),
            "processes": resources.processes is not None and self._group.set("pids.max", resources.processes),
        }
        return msgspec.structs.replace(resources, **{name: None for name, yes in kept.items() if yes})

    def join(self) -> None:
        os.write(self._entrance, b"0")

    def kill(self) -> tuple[int, ...]:
        """A process that was allowed to leave the group is found by its parents."""
        self._group.kill()
        return super().kill() if self.brood.reap() else ()

    def hit(self) -> str | None:
        if self._group.count("memory.events", "oom_kill"):
            return "memory"
        return "processes" if self._group.count("pids.events", "max") else None

    def dying(self) -> bool:
        return self._as_one and self._group.count("memory.events", "oom_kill") > 0

    def forget(self) -> None:
        os.close(self._entrance)

    def close(self, *, leaving: bool) -> None:
        if leaving:
            self._group.leave()
        else:
            self._group.remove()

    def _limit_memory(self, size: int) -> bool:
        """The whole run at once, with no way out into swap, and if it must die then altogether."""
        kept = self._group.set("memory.max", size)
        self._group.set("memory.swap.max", 0)
        self._as_one = self._group.set("memory.oom.group", 1)
        return kept


class CgroupRung(Rung):
    containment: ClassVar[Containment] = Containment.CGROUP

    def __init__(self) -> None:
        """Raises `OSError` where no group can be made."""
        place = place_of(Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text())
        sweep([Group(base) for base in place.glob(f"{PREFIX}*") if not _is_running(base)])
        self._base = Group(place / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}")
        self._base.folder.mkdir()
        self._lock = Lock(self._base)
        self._left: set[Group] = set()
        """With processes that jobs left behind."""
        for group in (Group(place), self._base):
            for controller in KEEPERS.values():
                group.enable(controller)

    def keepers(self) -> dict[str, str]:
        enabled = (self._base.folder / "cgroup.subtree_control").read_text().split()
        kept = {limit: f"the {name} controller" for limit, name in KEEPERS.items() if name in enabled}
        return super().keepers() | kept

    def cell(self, number: int, brood: Brood) -> CgroupCell:
        return CgroupCell(brood=brood, group=self._group(number))

    def bury(self, number: int, *, broken: bool) -> None:
        group = self._group(number)
        if broken:
            group.kill()
        self._left = {old for old in (*self._left, group) if not old.remove()}

    def close(self) -> None:
        self._left = {old for old in self._left if not old.remove()}
        self._lock.close()
        self._base.remove()

    def _group(self, number: int) -> Group:
        return Group(self._base.folder / str(number))


def _is_running(base: Path) -> bool:
    """Its launcher is there: it may not hold its lock yet."""
    return Path("/proc", base.name.split("-")[1]).exists()
