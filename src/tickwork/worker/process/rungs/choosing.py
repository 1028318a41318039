"""Which rung holds on this machine: found out by doing what it is for."""

import os
import select
import signal
from collections.abc import Callable
from typing import NoReturn

from tickwork.core.clock import SystemClock
from tickwork.core.containment import Containment
from tickwork.core.model import Resources
from tickwork.worker.process.rungs.cgroup import CgroupRung
from tickwork.worker.process.rungs.pidns import PidnsRung
from tickwork.worker.process.rungs.rung import Cell, Rung
from tickwork.worker.process.tree import Brood
from tickwork.worker.processes import Ready

PROBE = 0
"""The number of a supervisor that only tries a rung."""
_REPORT_SIZE = 4096
_MOMENT = 1.0
"""Seconds within which the dead are gone."""


def choose(wanted: str, *, farewell: int) -> tuple[Rung, Ready]:
    """The rung in force, and what is said of it. Where `wanted` is one that does not work, it is in force all the
    same: every start then fails, naming why."""
    refused: dict[Containment, str] = {}
    why = ""
    makers: dict[Containment, Callable[[], Rung]] = {
        Containment.CGROUP: CgroupRung,
        Containment.PIDNS: lambda: PidnsRung(farewell=farewell),
        Containment.SUBREAPER: Rung,
    }
    for containment in makers if wanted == Containment.AUTO else (Containment(wanted),):
        try:
            rung = makers[containment]()
            why = failure(rung)
            if not why:
                return rung, Ready(containment=containment, refused=refused, keepers=rung.keepers())
            rung.close()
        except OSError as error:
            why = error.strerror or str(error)
        refused[containment] = why
    return _Unusable(why), Ready(containment=containment, refused=refused)


class _Unusable(Rung):
    def __init__(self, why: str) -> None:
        self._why = why

    def cell(self, number: int, brood: Brood) -> Cell:
        del number
        return Unusable(brood=brood, why=self._why)


class Unusable(Cell):
    """Holds nothing: what is to be started in it fails, naming why."""

    def __init__(self, *, brood: Brood, why: str) -> None:
        super().__init__(brood=brood)
        self._why = why

    def open(self, resources: Resources) -> Resources:
        del resources
        raise OSError(f"it cannot be contained: {self._why}")


def failure(rung: Rung) -> str:
    """Start a small tree that escapes, end it, and see whether it is dead. Empty: it is."""
    report, their_report = os.pipe2(os.O_CLOEXEC)
    pid = rung.fork()
    if pid == 0:
        _try(rung, their_report)
    os.close(their_report)
    with open(report, "rb") as told:  # noqa: PTH123 (a descriptor)
        why = told.read(_REPORT_SIZE)
    os.waitpid(pid, 0)
    rung.bury(PROBE, broken=True)
    return why.decode(errors="replace")


def _try(rung: Rung, report: int) -> NoReturn:
    """As a supervisor would."""
    try:
        brood = Brood(clock=SystemClock())
        cell = rung.cell(PROBE, brood)
        cell.open(Resources())
        up, their_up = os.pipe2(os.O_CLOEXEC)
        if os.fork() == 0:
            os.close(report)
            _escape(cell, their_up)
        os.close(their_up)
        if os.read(up, 1) != b"!":
            os.write(report, b"a process could not be put inside")
        elif cell.kill() or not select.select([up], [], [], _MOMENT)[0]:
            os.write(report, b"a process that it was to hold got away")
        cell.close(leaving=False)
    except BaseException as error:  # noqa: BLE001 (whatever it is, this copy of the launcher must not go on)
        os.write(report, str(error).encode(errors="replace")[:_REPORT_SIZE])
    os._exit(0)


def _escape(cell: Cell, up: int) -> NoReturn:
    """A daemon that ignores TERM; whoever waits at the other end of `up` sees when it is dead."""
    try:
        cell.join()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            os.write(up, b"!")
            while True:
                signal.pause()
    finally:
        os._exit(0)
