"""Control groups (version 2) as folders: where they may be made, and what is done to one."""

import errno
import fcntl
import os
import select
import signal
from contextlib import suppress
from pathlib import Path
from typing import IO

from tickwork.core.clock import SystemClock
from tickwork.worker.process.tree import PATIENCE, look_up, send

_MOMENT = 50
"""Milliseconds within which a group that was killed is mostly empty."""
_DELEGATED = ("user.delegate", "trusted.delegate")
"""How systemd marks a group whose inside is somebody else's to arrange."""
_LEFT = "user.tickwork.left"


def place_of(mounts: str, groups: str) -> Path:
    """Where a process may make groups, from what /proc says of it. Raises `OSError`."""
    root, mounted = _mount(mounts)
    own = next((Path(line[3:]) for line in groups.splitlines() if line.startswith("0::")), Path("/"))
    inside = own.relative_to(root if own.is_relative_to(root) else "/")
    if ".." in inside.parts:
        raise FileNotFoundError(errno.ENOENT, "the worker's own control group is not visible here")
    place = mounted / inside
    return place.parent if inside.parts and is_delegated(place.parent) else place


def _mount(mounts: str) -> tuple[Path, Path]:
    """Of the first cgroup2 file system: which part of the tree it shows, and where."""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup2 "):
            fields = before.split()
            return Path(fields[3]), Path(fields[4])
    raise FileNotFoundError(errno.ENOENT, "no cgroup2 file system is mounted")


def is_delegated(folder: Path) -> bool:
    return any(_attribute(folder, name) == b"1" for name in _DELEGATED)


def _attribute(folder: Path, name: str) -> bytes | None:
    try:
        return os.getxattr(folder, name)
    except OSError:
        return None


class Group:
    """One of ours, which may not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def set(self, name: str, value: int | str) -> bool:
        """Write to one of its files; whether there is such a file: those of controllers that it lacks are not."""
        try:
            fd = os.open(self.folder / name, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            os.write(fd, str(value).encode())
        finally:
            os.close(fd)
        return True

    def count(self, name: str, what: str) -> int:
        """What a file of `name value` lines says; 0 where there is none."""
        try:
            lines = (self.folder / name).read_text().splitlines()
        except FileNotFoundError:
            return 0
        return next((int(value) for key, value in map(str.split, lines) if key == what), 0)

    def enable(self, controller: str) -> None:
        """Let groups below have it. A group that has processes itself may not: then limits are kept otherwise."""
        with suppress(OSError):
            self.set("cgroup.subtree_control", f"+{controller}")

    def kill(self) -> None:
        """KILL everything in it and below it, and wait for that, at most a while."""
        give_up = SystemClock().monotonic() + PATIENCE
        with suppress(FileNotFoundError), (self.folder / "cgroup.events").open("rb", buffering=0) as events:
            changes = select.poll()
            changes.register(events, select.POLLPRI)
            while _populated(events) and SystemClock().monotonic() < give_up:
                self.set("cgroup.kill", 1)
                if not changes.poll(_MOMENT):
                    self._kill_one_by_one()

    def _kill_one_by_one(self) -> None:
        """The kernel passes over a process whose main thread has ended while others live."""
        for members in self.folder.rglob("cgroup.procs"):
            with suppress(OSError):
                for proc in map(look_up, map(int, members.read_text().split())):
                    if proc is not None:
                        send(proc, signal.SIGKILL)

    def remove(self) -> bool:
        """With the groups that were made inside it; whether it is gone."""
        if _removed(self.folder):
            return True
        with suppress(FileNotFoundError):
            for inner in self.inner():
                inner.remove()
        return _removed(self.folder)

    def inner(self) -> list["Group"]:
        return [Group(entry) for entry in self.folder.iterdir() if entry.is_dir()]

    def leave(self) -> None:
        """Mark it: its processes were left behind by a job that ended by itself, and are nobody's to kill."""
        os.setxattr(self.folder, _LEFT, b"1")

    @property
    def left(self) -> bool:
        return _attribute(self.folder, _LEFT) is not None


def _populated(events: IO[bytes]) -> bool:
    events.seek(0)
    return b"populated 1" in events.read(4096)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:  # it has processes, or groups of its own
        return False
    return True


class Lock:
    """Held on a launcher's base by that launcher and all its forks. Raises `BlockingIOError` where others hold it."""

    def __init__(self, base: Group) -> None:
        self._fd = os.open(base.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise

    def close(self) -> None:
        os.close(self._fd)


def sweep(bases: list[Group]) -> None:
    """End what launchers left that were killed together with their supervisors; nobody else will."""
    for base in bases:
        with suppress(OSError):
            lock = Lock(base)
            for group in base.inner():
                if not group.left:
                    group.kill()
            base.remove()
            lock.close()
