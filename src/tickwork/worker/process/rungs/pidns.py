"""The rung of PID namespaces: the supervisor is the first process of one, and nobody outlives that.

Who is inside sees, in a /proc of its own, only what is inside; mounts stay shared as they were.
"""

import os
import signal
from contextlib import suppress
from typing import ClassVar

from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.worker.process import kernel
from tickwork.worker.process.rungs.rung import Cell, Rung
from tickwork.worker.process.tree import Brood

_EVERYBODY = -1
_PID = b"Pid:\t"


class PidnsCell(Cell):
    """The namespace that this supervisor is the first of. When it ends, the kernel has killed all others in it."""

    def __init__(self, *, brood: Brood, farewell: int) -> None:
        """`farewell`: tells the launcher the pids of those that stay only for what a job left behind."""
        super().__init__(brood=brood)
        self._farewell = farewell
        self._outside = os.open("/proc", os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)

    def open(self, resources: Resources) -> Resources:
        kernel.unshare(kernel.NEW_MOUNTS)
        kernel.mount_own_proc()
        return resources

    def shown(self, pid: int) -> int:
        """What the machine's own /proc has to say of a handle on the process."""
        handle = os.pidfd_open(pid)
        try:
            return self._told(handle)
        finally:
            os.close(handle)

    def terminate(self, leader: int | None) -> None:
        del leader
        _signal_all(signal.SIGTERM)

    def kill(self) -> tuple[int, ...]:
        """Whoever is still in the kernel's hands dies when we do."""
        return () if self.brood.end(lambda: _signal_all(signal.SIGKILL)) else self.living()

    def forget(self) -> None:
        os.close(self._outside)

    def close(self, *, leaving: bool) -> None:
        if not leaving:
            return
        os.write(self._farewell, b"%d\n" % self.shown(os.getpid()))
        null = os.open("/dev/null", os.O_RDWR)
        for standard in range(3):
            os.dup2(null, standard)
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)

    def _told(self, handle: int) -> int:
        told = os.open(f"self/fdinfo/{handle}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._outside)
        try:
            text = os.read(told, 4096)
        finally:
            os.close(told)
        return next(int(line[len(_PID) :]) for line in text.splitlines() if line.startswith(_PID))


class PidnsRung(Rung):
    containment: ClassVar[Containment] = Containment.PIDNS

    def __init__(self, *, farewell: int) -> None:
        self._farewell = farewell
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        kernel.unshare(kernel.NEW_PIDS)
        pid = 1
        try:
            pid = os.fork()
        finally:
            if pid != 0:
                kernel.enter(self._own, kernel.NEW_PIDS)  # or the next one would be born into the same
        return pid

    def cell(self, number: int, brood: Brood) -> PidnsCell:
        del number
        return PidnsCell(brood=brood, farewell=self._farewell)

    def close(self) -> None:
        os.close(self._own)


def _signal_all(number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(_EVERYBODY, number)
