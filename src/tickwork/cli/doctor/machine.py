"""The machine: its clock, its time zones, what holds jobs together here, which versions are installed."""

import asyncio
import os
import re
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tickwork.cli.doctor.findings import Finding, bad, ok, warn
from tickwork.cli.inputs import local_zone
from tickwork.config import Settings
from tickwork.core.clock import SystemClock, to_datetime
from tickwork.core.containment import Containment
from tickwork.errors import TickworkError

_RUNGS: Final = {
    Containment.CGROUP: "cgroup: the kernel kills the control group of a run as a whole",
    Containment.PIDNS: "pidns: the kernel kills all in the PID namespace of a run",
    Containment.SUBREAPER: "subreaper: the process tree of a killed run is found and killed",
}
_BEFORE: Final = 2025
"""A clock that shows an earlier year was never set."""
_OLD: Final = timedelta(days=550)
"""Governments change their zones several times a year."""


def clock() -> Finding:
    now = to_datetime(SystemClock().now())
    found = f"{now.isoformat(timespec='seconds').replace('+00:00', 'Z')}, local zone {local_zone()}"
    if now.year < _BEFORE:
        return bad("clock", found, "set the machine's clock: schedules follow it")
    offset = now.astimezone().utcoffset() or timedelta()
    return ok("clock", f"{found} (offset {offset.total_seconds() / 3600:+g} h)")


def zones() -> Iterator[Finding]:
    count = len(zoneinfo.available_timezones())
    folder = next((Path(path) for path in zoneinfo.TZPATH if Path(path).exists()), None)
    source = f"the system's at {folder}" if folder is not None else "the package tzdata"
    release = _release(folder) if folder is not None else _version("tzdata")
    found = f"{count} zones, from {source} ({release or 'of unknown age'}); tzdata {_version('tzdata')} is installed"
    mend = "the system's package tzdata" if folder is not None else "it: pip install --upgrade tzdata"
    if is_old(release, to_datetime(SystemClock().now())):
        yield warn("zones", found, f"upgrade {mend}; until then changed zones are computed by old rules")
    else:
        yield ok("zones", found)
    wanted = os.environ.get("TZ", "").lstrip(":")
    if wanted and local_zone() != wanted:
        yield warn("zone", f"TZ={wanted} names no zone", "set TZ to a name like Europe/Berlin, or unset it")


def is_old(release: str | None, now: datetime) -> bool:
    """A release is named by its year (2026b, 2026.2); taken for one of its middle."""
    year = re.match(r"(\d{4})", release or "")
    return year is not None and now - datetime(int(year[1]), 7, 1, tzinfo=UTC) > _OLD


def _release(folder: Path) -> str | None:
    """Which one the system's is, where it says so."""
    for name, pattern in (("tzdata.zi", r"# version (\S+)"), ("+VERSION", r"(\S+)"), ("version", r"(\S+)")):
        try:
            with (folder / name).open(encoding="utf-8") as file:
                said = re.match(pattern, file.readline())
        except (OSError, UnicodeDecodeError):
            continue
        if said is not None:
            return said[1]
    return None


def containment(settings: Settings) -> Finding:
    if sys.platform != "linux":
        fix = "run Tickwork on Linux where killed jobs must leave nothing behind"
        return warn("containment", "process groups only: a job that daemonises escapes its kill", fix)
    try:
        return asyncio.run(_rung(settings))
    except TickworkError as error:
        fix = "no worker starts here: set containment to auto, or give it what the message names"
        return bad("containment", str(error), fix)


async def _rung(settings: Settings) -> Finding:
    """What a worker here would choose, and how it would keep limits."""
    from tickwork.worker.process.launching import LocalProcesses

    processes = LocalProcesses(clock=SystemClock(), containment=Containment(settings.containment))
    await processes.open()
    try:
        found = [_RUNGS[Containment(processes.containment)]]
        found += [f"{rung} does not work here: {why}" for rung, why in processes.refused.items()]
        kept = [f"{limit} by {keeper}" for limit, keeper in processes.keepers.items()]
        return ok("containment", "; ".join([*found, f"limits are kept for {', '.join(kept)}"]))
    finally:
        await processes.close()


def versions() -> Finding:
    packages = ("tickwork", "apsw", "msgspec", "psutil")
    python = sys.version.split()[0]
    return ok("versions", ", ".join([f"python {python}", *(f"{name} {_version(name)}" for name in packages)]))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
