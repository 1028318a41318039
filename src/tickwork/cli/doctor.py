"""Is everything as it must be? Each finding says what is so and, where it is not well, how to mend it."""

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import rich_click as click

from tickwork.cli.acting import here_only, json_option, store_option, with_operations
from tickwork.cli.inputs import local_zone
from tickwork.cli.output import Cell, print_json, print_table, state_cell
from tickwork.cli.words import several
from tickwork.config import environment, load
from tickwork.core.clock import SystemClock, iso, to_datetime
from tickwork.core.containment import Containment
from tickwork.errors import TickworkError
from tickwork.operations import Operations
from tickwork.store.protocol import Losing, RunFilter, Store

_LITTLE_SPACE = 200 * 1024 * 1024
_RUNGS = {
    Containment.CGROUP: "cgroup: the kernel kills the control group of a run as a whole",
    Containment.PIDNS: "pidns: the kernel kills all in the PID namespace of a run",
    Containment.SUBREAPER: "subreaper: the process tree of a killed run is found and killed",
}
_MEGABYTE = 1024 * 1024
_BEFORE = 2025
"""A clock that shows an earlier year was never set."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: ok, warn or bad."""

    check: str
    state: str
    found: str
    fix: str | None = None


def _ok(check: str, found: str) -> Finding:
    return Finding(check=check, state="ok", found=found)


def _warn(check: str, found: str, fix: str) -> Finding:
    return Finding(check=check, state="warn", found=found, fix=fix)


def _bad(check: str, found: str, fix: str) -> Finding:
    return Finding(check=check, state="bad", found=found, fix=fix)


@click.command("doctor")
@here_only(
    "it examines this machine and its store: call it where the server runs; /api/v1/health/ready tells of the server"
)
@json_option
@store_option
def doctor_command(*, store: str | None, as_json: bool) -> int:
    """Check the store, the clock, the zones, containment, disk and versions. Exits 1 where something is bad."""
    findings = list(_examine(store))
    if as_json:
        print_json(findings)
    else:
        rows: list[list[str | Cell]] = [
            [finding.check, state_cell(finding.state), finding.found] for finding in findings
        ]
        print_table(("check", "state", "found"), rows, empty="")
        for finding in findings:
            if finding.fix:
                print(f"\n{finding.check}: {finding.fix}")
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def _examine(store: str | None) -> Iterator[Finding]:
    try:
        url = load(environment(), store=store).store
    except TickworkError as error:
        yield _bad("settings", str(error), "correct the variable, or unset it")
        return
    yield _place(url, store)
    yield from _store(url)
    yield _disk(url)
    yield _clock()
    yield from _zones()
    yield _containment()
    yield _versions()


# --- the store ------------------------------------------------------------------------------------------


def _place(url: str, flag: str | None) -> Finding:
    source = "--store" if flag else "$TICKWORK_STORE" if environment().get("TICKWORK_STORE") else "default place"
    return _ok("place", f"{url} ({source})")


def _store(url: str) -> Iterable[Finding]:
    try:
        return asyncio.run(with_operations(url, _inside))
    except TickworkError as error:
        return [_bad("store", str(error), "nothing can run on it until this is mended; the message says what is wrong")]


async def _inside(ops: Operations) -> list[Finding]:
    jobs, workers = await ops.jobs.all(), await ops.reads.workers()
    newest = await ops.reads.runs(RunFilter(), limit=1)
    findings = [_ok("store", f"opens, and its schema is this version's; {several(len(jobs), 'job')}")]
    findings += await _losses(ops.store)
    if workers:
        findings.append(_ok("workers", ", ".join(f"{worker.name} ({worker.containment})" for worker in workers)))
    else:
        findings.append(_warn("workers", "none is on", "start one: `tickwork up`"))
    now = iso(SystemClock().now()) or ""
    if newest and newest[0].created > now:
        fix = "set the machine's clock; what is due follows it"
        findings.append(_bad("ledger", f"its newest run is of {newest[0].created}, later than now ({now})", fix))
    return findings


async def _losses(store: Store) -> list[Finding]:
    """What its nature, or how it is set up, lets the store forget."""
    losses = await store.losses() if isinstance(store, Losing) else []
    return [_warn("loss", loss.told, loss.mend) for loss in losses]


def _disk(url: str) -> Finding:
    import shutil

    if not url.startswith("sqlite:///"):
        return _ok("disk", "the store needs none here")
    folder = _existing(Path(url.removeprefix("sqlite:///")).expanduser().parent)
    free = shutil.disk_usage(folder).free
    found = f"{free // _MEGABYTE:,} MB free at {folder}"
    if not os.access(folder, os.W_OK):
        return _bad("disk", f"{folder} cannot be written", "change its owner or mode, or name another store")
    return _ok("disk", found) if free >= _LITTLE_SPACE else _warn("disk", found, "make room, or move the store")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    return next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())


# --- the machine ----------------------------------------------------------------------------------------


def _clock() -> Finding:
    now = to_datetime(SystemClock().now())
    found = f"{now.isoformat(timespec='seconds').replace('+00:00', 'Z')}, local zone {local_zone()}"
    if now.year < _BEFORE:
        return _bad("clock", found, "set the machine's clock: schedules follow it")
    offset = now.astimezone().utcoffset() or timedelta()
    return _ok("clock", f"{found} (offset {offset.total_seconds() / 3600:+g} h)")


def _zones() -> Iterator[Finding]:
    import zoneinfo

    zones = len(zoneinfo.available_timezones())
    system = [path for path in zoneinfo.TZPATH if Path(path).exists()]
    source = f"the system's at {system[0]}" if system else "the package tzdata"
    yield _ok("zones", f"{zones} zones, from {source}; tzdata {_version('tzdata')} is installed")
    wanted = os.environ.get("TZ", "").lstrip(":")
    if wanted and local_zone() != wanted:
        yield _warn("zone", f"TZ={wanted} names no zone", "set TZ to a name like Europe/Berlin, or unset it")


def _containment() -> Finding:
    if sys.platform != "linux":
        fix = "run Tickwork on Linux where killed jobs must leave nothing behind"
        return _warn("containment", "process groups only: a job that daemonises escapes its kill", fix)
    try:
        return asyncio.run(_rung())
    except TickworkError as error:
        return _bad("containment", str(error), "no worker starts here with these settings")


async def _rung() -> Finding:
    """What a worker here would choose, and how it would keep limits."""
    from tickwork.worker.process.launching import LocalProcesses

    processes = LocalProcesses(clock=SystemClock(), containment=Containment(load(environment()).containment))
    await processes.open()
    try:
        found = [_RUNGS[Containment(processes.containment)]]
        found += [f"{rung} does not work here: {why}" for rung, why in processes.refused.items()]
        kept = [f"{limit} by {keeper}" for limit, keeper in processes.keepers.items()]
        return _ok("containment", "; ".join([*found, f"limits are kept for {', '.join(kept)}"]))
    finally:
        await processes.close()


def _versions() -> Finding:
    packages = ("tickwork", "apsw", "msgspec", "psutil")
    python = sys.version.split()[0]
    return _ok("versions", ", ".join([f"python {python}", *(f"{name} {_version(name)}" for name in packages)]))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
