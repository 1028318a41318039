"""Process trees: finding all that a job started, and ending it for certain.

A supervisor is a sub-reaper: whatever its job forks, daemonises or moves to another session stays below it in the
tree of parents, so the tree is found in /proc by parent, never by group, session or environment. Where the kernel
itself knows what belongs together (`rungs`), this finds what may have left that.
"""

import os
import select
import signal
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from tickwork.core.clock import Clock

PATIENCE = 5.0
"""Seconds until a process that does not die of KILL (it hangs in the kernel, or is another user's) is given up."""


@dataclass(frozen=True, slots=True)
class Proc:
    """A process as /proc shows it. The start time tells it from a later one with the same pid."""

    pid: int
    parent: int
    group: int
    started: int
    dead: bool
    """Of all its threads only an exit status is left."""


def look_up(pid: int) -> Proc | None:
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as stat:  # noqa: PTH123 (hot: a thousand of these per scan)
            fields = stat.read(4096).rpartition(b")")[2].split()
    except OSError:
        return None
    if len(fields) < 20:  # noqa: PLR2004 (it went away while being read)
        return None
    # A main thread that ended looks like a zombie while the other threads go on.
    dead = fields[0] in {b"Z", b"X"} and int(fields[17]) <= 1
    return Proc(pid, int(fields[1]), int(fields[2]), int(fields[19]), dead)


def everybody() -> Iterator[Proc]:
    """Each process of the machine, the newest first: those may soon be others."""
    for name in reversed(os.listdir("/proc")):  # noqa: PTH208 (hot)
        if name.isdigit() and (proc := look_up(int(name))) is not None:
            yield proc


@dataclass(frozen=True, slots=True)
class Tree:
    """What one look found below a process, parents first; and what may have slipped from it."""

    living: tuple[Proc, ...]
    groups: frozenset[int]
    """All of which, dead or alive, belongs to the tree alone. A signal to a group hits all its members in one instant,
    those included that came up during the look."""


def look(root: int, *, spare: Collection[int] = ()) -> Tree:
    """Everything below `root` without the subtrees in `spare`, as far as it holds still."""
    children: dict[int, list[Proc]] = {}
    for proc in everybody():
        children.setdefault(proc.parent, []).append(proc)
    found: dict[int, Proc] = {}
    todo = [root]
    while todo:
        for proc in children.get(todo.pop(), ()):
            if proc.pid not in spare:
                todo.append(proc.pid)
                found[proc.pid] = proc
    others = {proc.group for below in children.values() for proc in below if proc.pid not in found}
    groups = frozenset(proc.group for proc in found.values()) - others
    return Tree(tuple(proc for proc in found.values() if not proc.dead), groups)


def descendants(root: int, *, spare: Collection[int] = ()) -> tuple[Proc, ...]:
    """All living processes below `root`, parents first, without the subtrees in `spare`."""
    return look(root, spare=spare).living


def send(proc: Proc, number: signal.Signals) -> None:
    """Signal this very process: a newer one that got its pid is never hit."""
    try:
        handle = os.pidfd_open(proc.pid)
    except OSError:
        return
    try:
        now = look_up(proc.pid)
        if now is not None and now.started == proc.started:
            signal.pidfd_send_signal(handle, number)
    except OSError:
        pass  # it ended, or it belongs to another user: then it counts as a survivor
    finally:
        os.close(handle)


def send_group(group: int, number: signal.Signals) -> None:
    """Signal a group of a tree."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def snatch(root: int, *, spare: Collection[int] = ()) -> None:
    """STOP each child of `root` at first sight, the newest first: of who forks and ends on and on, the one that is
    there now is an orphan, which is ours, and in a moment it is another."""
    for proc in everybody():
        if proc.parent == root and not proc.dead and proc.pid not in spare:
            send(proc, signal.SIGSTOP)


def freeze(root: int, *, spare: Collection[int] = (), more: Callable[[], bool]) -> Tree:
    """STOP everything below `root` until a look finds nobody new, for who is stopped forks no more; or until there is
    no time for `more`."""
    frozen: dict[tuple[int, int], Proc] = {}
    groups: set[int] = set()
    while True:
        seen = look(root, spare=spare)
        new = [proc for proc in seen.living if (proc.pid, proc.started) not in frozen]
        if (not new and seen.groups <= groups) or not more():
            return Tree(tuple(frozen.values()), frozenset(groups))
        for group in seen.groups - groups:
            send_group(group, signal.SIGSTOP)
        for proc in new:
            if proc.group not in seen.groups:
                send(proc, signal.SIGSTOP)
            frozen[proc.pid, proc.started] = proc
        groups |= seen.groups
        snatch(root, spare=spare)


class Brood:
    """The children of this process: tells when one of them died (a readable `fd`), and collects the dead."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self.fd, self._told = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.dead: dict[int, int] = {}
        """Wait statuses by pid of those collected; who has read it clears it."""
        signal.signal(signal.SIGCHLD, _noted)
        signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)

    def reap(self) -> bool:
        """Collect all dead; whether any child is left."""
        with suppress(BlockingIOError):
            while os.read(self.fd, 4096):
                pass
        try:
            while (dead := os.waitpid(-1, os.WNOHANG))[0]:
                self.dead[dead[0]] = dead[1]
        except ChildProcessError:
            return False
        return True

    def kill(self, *, spare: Collection[int] = ()) -> tuple[int, ...]:
        """KILL everything below this process but `spare`, and collect it. Returns the pids that did not die."""
        me = os.getpid()
        give_up = self._clock.monotonic() + PATIENCE
        while True:
            doomed = freeze(me, spare=spare, more=lambda: self._clock.monotonic() < give_up)
            for group in doomed.groups:
                send_group(group, signal.SIGKILL)
            for proc in doomed.living:
                if proc.group not in doomed.groups:
                    send(proc, signal.SIGKILL)
            self._await_deaths(doomed.living)
            expected = self.dead.keys() | set(spare)
            left = tuple(proc.pid for proc in descendants(me, spare=spare))
            self.reap()
            # Who ended during that look may have left another behind, which it did not find.
            settled = not left and self.dead.keys() <= expected
            if settled or self._clock.monotonic() > give_up:
                return left

    def end(self, kill: Callable[[], None]) -> bool:
        """Call `kill`, which is certain to hit all, until no child is left; whether that came to be."""
        give_up = self._clock.monotonic() + PATIENCE
        while self.reap():
            if self._clock.monotonic() > give_up:
                return False
            kill()
            self.await_news(0.1)
        return True

    def await_news(self, seconds: float) -> None:
        """Until a child dies, at most so long."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        poll.poll(seconds * 1000)

    def forget(self) -> None:
        """In a forked copy: let go of what belongs to the original."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.fd)
        os.close(self._told)

    def _await_deaths(self, doomed: Iterable[Proc]) -> None:
        """Until all of them are collected, at most a moment."""
        until = self._clock.monotonic() + 0.1
        while self.reap() and any(os.path.exists(f"/proc/{p.pid}") for p in doomed):  # noqa: PTH110 (hot)
            left = until - self._clock.monotonic()
            if left <= 0:
                return
            self.await_news(left)


def _noted(_number: int, _frame: object) -> None:
    """The wake-up descriptor tells it all; a handler must exist for that."""
