"""The rung of control groups (version 2): each supervisor's processes are in one, which the kernel kills as a whole.

It needs no controllers, only a place where groups may be made: the worker's own group, or the one above it where that
was delegated (systemd's `Delegate=` with `DelegateSubgroup=`). Controllers, where there are some, keep limits.
"""

import errno
import fcntl
import os
import secrets
import select
import signal
from contextlib import suppress
from pathlib import Path
from typing import IO, ClassVar

import msgspec

from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.worker.process.rungs.rung import Cell, Rung
from tickwork.worker.process.tree import PATIENCE, Brood, look_up, send

PREFIX = "tickwork-"
_MOMENT = 50
"""Milliseconds within which a group that was killed is mostly empty."""
KEPT = ("memory", "pids")
"""Controllers that limits are kept by."""
_DELEGATED = ("user.delegate", "trusted.delegate")
"""How systemd marks a group whose inside is somebody else's to arrange."""
_LEFT = "user.tickwork.left"
"""Marks a group whose processes a job left behind when it ended: they are nobody's to kill."""


class CgroupCell(Cell):
    """A group that everything which the supervisor starts is born into; the supervisor itself stays outside."""

    def __init__(self, *, brood: Brood, folder: Path) -> None:
        super().__init__(brood=brood)
        self._folder = folder
        self._entrance = -1

    def open(self, resources: Resources) -> Resources:
        self._folder.mkdir()
        self._entrance = os.open(self._folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
        return self.limit(resources)

    def limit(self, resources: Resources) -> Resources:
        """Let controllers keep what they can; returns the other limits."""
        kept = {
            "memory": resources.memory is not None and self._limit_memory(resources.memory),
            "processes": resources.processes is not None and self._set("pids.max", resources.processes),
        }
        return msgspec.structs.replace(resources, **{name: None for name, yes in kept.items() if yes})

    def join(self) -> None:
        os.write(self._entrance, b"0")

    def kill(self) -> tuple[int, ...]:
        """A process that was allowed to leave the group is found by its parents."""
        kill(self._folder)
        return super().kill() if self.brood.reap() else ()

    def hit(self) -> str | None:
        if _count(self._folder / "memory.events", "oom_kill"):
            return "memory"
        return "processes" if _count(self._folder / "pids.events", "max") else None

    def forget(self) -> None:
        os.close(self._entrance)

    def close(self, *, leaving: bool) -> None:
        if leaving:
            os.setxattr(self._folder, _LEFT, b"1")
        else:
            remove(self._folder)

    def _limit_memory(self, size: int) -> bool:
        """The whole run at once, with no way out into swap, and if it must die then altogether."""
        kept = self._set("memory.max", size)
        self._set("memory.swap.max", 0)
        self._set("memory.oom.group", 1)
        return kept

    def _set(self, name: str, value: int) -> bool:
        """Whether there is a controller for it."""
        try:
            fd = os.open(self._folder / name, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            os.write(fd, str(value).encode())
        finally:
            os.close(fd)
        return True


class CgroupRung(Rung):
    containment: ClassVar[Containment] = Containment.CGROUP

    def __init__(self) -> None:
        """Raises `OSError` where no group can be made."""
        place = place_of(Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text())
        sweep(place)
        self._base = place / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        self._base.mkdir()
        self._lock = _Lock(self._base)
        self._left: set[Path] = set()
        """Groups with processes that jobs left behind."""
        _enable(place)
        _enable(self._base)

    def keepers(self) -> dict[str, str]:
        enabled = (self._base / "cgroup.subtree_control").read_text().split()
        controllers = {"memory": "memory", "processes": "pids"}
        kept = {limit: f"the {name} controller" for limit, name in controllers.items() if name in enabled}
        return super().keepers() | kept

    def cell(self, number: int, brood: Brood) -> CgroupCell:
        return CgroupCell(brood=brood, folder=self._folder(number))

    def bury(self, number: int, *, broken: bool) -> None:
        folder = self._folder(number)
        if broken:
            kill(folder)
        self._left = {old for old in (*self._left, folder) if not remove(old)}

    def close(self) -> None:
        self._left = {old for old in self._left if not remove(old)}
        self._lock.close()
        remove(self._base)

    def _folder(self, number: int) -> Path:
        return self._base / str(number)


def kill(folder: Path) -> None:
    """KILL everything in the group and below it, and wait for that, at most a while."""
    give_up = SystemClock().monotonic() + PATIENCE
    with suppress(FileNotFoundError), (folder / "cgroup.events").open("rb", buffering=0) as events:
        changes = select.poll()
        changes.register(events, select.POLLPRI)
        while _populated(events) and SystemClock().monotonic() < give_up:
            (folder / "cgroup.kill").write_text("1")
            if not changes.poll(_MOMENT):
                _kill_one_by_one(folder)


def _kill_one_by_one(folder: Path) -> None:
    """The kernel passes over a process whose main thread has ended while others live."""
    for members in folder.rglob("cgroup.procs"):
        with suppress(OSError):
            for proc in map(look_up, map(int, members.read_text().split())):
                if proc is not None:
                    send(proc, signal.SIGKILL)


def remove(folder: Path) -> bool:
    """The group with those that were made inside it; whether it is gone."""
    if _removed(folder):
        return True
    with suppress(FileNotFoundError):
        for inner in (entry for entry in folder.iterdir() if entry.is_dir()):
            remove(inner)
    return _removed(folder)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:  # it has processes, or groups of its own
        return False
    return True


def sweep(place: Path) -> None:
    """End what launchers left that were killed together with their supervisors; nobody else will."""
    for base in place.glob(f"{PREFIX}*"):
        with suppress(OSError), _Lock(base):
            for folder in (entry for entry in base.iterdir() if entry.is_dir()):
                if not _is_left(folder):
                    kill(folder)
            remove(base)


class _Lock:
    """Held on a launcher's base by that launcher and all its forks. Raises `BlockingIOError` where others hold it."""

    def __init__(self, base: Path) -> None:
        self._fd = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise

    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._fd)


def place_of(mounts: str, groups: str) -> Path:
    """Where a process may make groups, from what /proc says of it. Raises `OSError`."""
    root, mounted = _mount(mounts)
    own = next((Path(line[3:]) for line in groups.splitlines() if line.startswith("0::")), Path("/"))
    inside = own.relative_to(root if own.is_relative_to(root) else "/")
    if ".." in inside.parts:
        raise FileNotFoundError(errno.ENOENT, "the worker's own control group is not visible here")
    place = mounted / inside
    return place.parent if inside.parts and _is_delegated(place.parent) else place


def _mount(mounts: str) -> tuple[Path, Path]:
    """Of the first cgroup2 file system: which part of the tree it shows, and where."""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup2 "):
            fields = before.split()
            return Path(fields[3]), Path(fields[4])
    raise FileNotFoundError(errno.ENOENT, "no cgroup2 file system is mounted")


def _is_delegated(folder: Path) -> bool:
    return any(_attribute(folder, name) == b"1" for name in _DELEGATED)


def _is_left(folder: Path) -> bool:
    return _attribute(folder, _LEFT) is not None


def _attribute(folder: Path, name: str) -> bytes | None:
    try:
        return os.getxattr(folder, name)
    except OSError:
        return None


def _enable(folder: Path) -> None:
    """Let groups below have controllers. One that has processes itself may not: then limits are kept otherwise."""
    for controller in KEPT:
        with suppress(OSError):
            (folder / "cgroup.subtree_control").write_text(f"+{controller}")


def _populated(events: IO[bytes]) -> bool:
    events.seek(0)
    return b"populated 1" in events.read(4096)


def _count(file: Path, what: str) -> int:
    """What a file of `name value` lines says; 0 where there is none."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(value) for name, value in map(str.split, lines) if name == what), 0)
