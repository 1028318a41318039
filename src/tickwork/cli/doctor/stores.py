"""The store, or the server that a worker has in its place: does it answer, is its clock ours, who works on it?"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tickwork.cli.acting import with_operations
from tickwork.cli.doctor.findings import Finding, bad, ok, warn
from tickwork.cli.trust import key_of, trusted
from tickwork.cli.words import several
from tickwork.config import Settings
from tickwork.core.clock import SECOND, Instant, SystemClock, from_datetime, iso
from tickwork.errors import NotAllowed, TickworkError
from tickwork.operations import Operations
from tickwork.store.protocol import Dated, Losing, RunFilter, Session, Store
from tickwork.worker.wire import PROTOCOL, check_versions

_APART: Final = 1.0
"""Seconds that two clocks may differ."""
_FAR_APART: Final = 10.0
"""… before what is due is due at the wrong time by anybody's measure."""
_NAMED_BY: Final = {"flag": "--store", "TICKWORK_STORE": "$TICKWORK_STORE", "default": "default place"}
_NOBODY: Final = warn("workers", "none is on", "start one: `tickwork up`")


def examine(settings: Settings, *, named_by: str) -> Iterator[Finding]:
    """`named_by`: who names the store, as `find` says it."""
    if settings.server and named_by != "flag":
        yield from _server(settings)
        return
    yield ok("place", f"{settings.store} ({_NAMED_BY.get(named_by, named_by)})")
    if _is_new(settings.store):
        yield ok("store", "is not there yet: it is made when something is kept in it")
        yield _NOBODY
        return
    yield from _store(settings)


def _is_new(url: str) -> bool:
    """To look at a store must not make one."""
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).expanduser().exists()


def _store(settings: Settings) -> Iterable[Finding]:
    try:
        return asyncio.run(with_operations(settings.store, _inside))
    except TickworkError as error:
        return [bad("store", str(error), "nothing can run on it until this is mended; the message says what is wrong")]


async def _inside(ops: Operations) -> list[Finding]:
    jobs, workers = await ops.jobs.all(), await ops.reads.workers()
    newest = await ops.reads.runs(RunFilter(), limit=1)
    findings = [ok("store", f"opens, and its schema is this version's; {several(len(jobs), 'job')}")]
    findings += await _losses(ops.store)
    findings += await _offset(ops.store)
    if workers:
        findings.append(ok("workers", ", ".join(f"{worker.name} ({worker.containment})" for worker in workers)))
        findings += other_versions(await ops.store.sessions(), ours=version("tickwork"))
    else:
        findings.append(_NOBODY)
    now = iso(SystemClock().now()) or ""
    if newest and newest[0].created > now:
        fix = "set the machine's clock; what is due follows it"
        findings.append(bad("ledger", f"its newest run is of {newest[0].created}, later than now ({now})", fix))
    return findings


async def _losses(store: Store) -> list[Finding]:
    """What its nature, or how it is set up, lets the store forget."""
    losses = await store.losses() if isinstance(store, Losing) else []
    return [warn("loss", loss.told, loss.mend) for loss in losses]


def other_versions(sessions: Sequence[Session], *, ours: str) -> Iterator[Finding]:
    """Workers may be a minor release away from the server, no further."""
    for session in sessions:
        if session.version == ours:
            continue
        found = f"worker {session.worker} is tickwork {session.version}, this is {ours}"
        try:
            check_versions(worker=session.version, server=ours, protocol=PROTOCOL)
        except NotAllowed as error:
            yield bad("versions", found, str(error))
        else:
            yield warn("versions", found, "that works; bring it to this version when nothing runs on it")


async def _offset(store: Store) -> list[Finding]:
    """Against the clock of the store's server, where it has one."""
    if not isinstance(store, Dated):
        return []
    asked = SystemClock().now()
    theirs = await store.time()
    return [apart(theirs, asked=asked, answered=SystemClock().now(), whose="the store's server")]


def apart(theirs: Instant, *, asked: Instant, answered: Instant, whose: str) -> Finding:
    """Their clock is compared with the middle of the question; it cannot be known better than to half of that."""
    unsure = (answered - asked) / 2 / SECOND
    offset = (theirs - asked) / SECOND - unsure
    found = f"this machine's is {abs(offset):.3f} s {'behind' if offset > 0 else 'ahead of'} that of {whose}"
    if abs(offset) <= _APART + unsure:
        return ok("clocks", found)
    fix = "let NTP set both (chrony, systemd-timesyncd): what is due goes by the clock of the server that looks"
    return warn("clocks", found, fix) if abs(offset) <= _FAR_APART + unsure else bad("clocks", found, fix)


def _server(settings: Settings) -> Iterable[Finding]:
    try:
        return asyncio.run(_ask(settings))
    except TickworkError as error:
        fix = "look whether it runs, whether the address is right, and whether the key is good: `tickwork key ls` there"
        return [bad("server", str(error), fix)]


async def _ask(settings: Settings) -> list[Finding]:
    from datetime import datetime

    from tickwork.client import AsyncClient

    async with AsyncClient(settings.server, key_of(settings), verify=trusted(settings)) as client:
        asked = SystemClock().now()
        about = await client.about()
        answered = SystemClock().now()
    findings = [ok("server", f"{settings.server} is tickwork {about.version} on {about.store}, and knows our key")]
    theirs = from_datetime(datetime.fromisoformat(about.now))
    findings.append(apart(theirs, asked=asked, answered=answered, whose="the server"))
    try:
        check_versions(worker=version("tickwork"), server=about.version, protocol=PROTOCOL)
    except NotAllowed as error:
        findings.append(bad("versions", f"the server is {about.version}", str(error)))
    return findings
