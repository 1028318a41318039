"""What is known of workers and pools, for whoever decides by it: verbs, services of a node, links of workers."""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import SECOND, Instant
from tickwork.core.codec import from_json
from tickwork.core.lease import Patience
from tickwork.core.model import Job, Pool
from tickwork.errors import InvalidDefinition
from tickwork.operations.paging import every
from tickwork.store.protocol import Document, Documents, Kind, Session, Store

OUTAGES = "outages"
"""The mark that holds `Outages`."""


class Outages(msgspec.Struct, frozen=True, kw_only=True):
    """The pools in which runs are queued and no worker is heard."""

    pools: dict[str, Instant] = {}
    """Since when, by pool."""


async def read_pools(store: Documents) -> dict[str, Pool]:
    """The pools that somebody has described, by name."""
    documents = await every(store, Kind.POOL)
    return {d.id: from_json(d.body, Pool) for d in documents if d.body is not None}


async def read_outages(store: Documents) -> dict[str, Instant]:
    """Since when runs are queued and no worker is heard, by pool, as the watchdog has noted it."""
    return outages_of(await store.get(Kind.MARK, OUTAGES))


def outages_of(document: Document | None) -> dict[str, Instant]:
    return {} if document is None or document.body is None else from_json(document.body, Outages).pools


async def open_session(store: Store, session: Session) -> Session:
    """Open it with the lease of its pools (the longest, where several have one), else with its own. Returns it as it
    stands: one that was opened before, by a hello whose answer got lost, keeps the lease that it has."""
    pools = await read_pools(store)
    leases = [pool.lease for name in session.pools if (pool := pools.get(name)) and pool.lease is not None]
    wanted = msgspec.structs.replace(session, lease=max(leases, default=session.lease))
    await store.open_session(wanted)
    return next((one for one in await store.sessions() if one.id == session.id), wanted)


def silence(session: Session, now: Instant, patience: Patience) -> float | None:
    """For how many seconds nothing was heard of it, if that is longer than it should be. By the clocks of the worker's
    host and of this one: for the eye, not for decisions."""
    passed = (now - session.seen) / SECOND
    return passed if passed > patience.seconds(session.lease) else None


async def refuse_closed_pools(store: Documents, jobs: Sequence[Job]) -> None:
    """Raises `InvalidDefinition` for a job in a pool that its project may not use."""
    documents = await store.get_many(Kind.POOL, sorted({job.pool for job in jobs}))
    pools = {name: from_json(d.body, Pool) for name, d in documents.items() if d.body is not None}
    for job in jobs:
        if job.pool in pools:
            refuse_closed(pools[job.pool], job)


def refuse_closed(pool: Pool, job: Job) -> None:
    """Raises `InvalidDefinition` if the job's project may not use the pool."""
    if pool.projects and job.project not in pool.projects:
        raise InvalidDefinition(
            f"job {job.id}: pool {pool.name} is for {', '.join(pool.projects)}, not for project {job.project}; "
            "name another pool, or let the project use it: `tickwork pool put --project`"
        )
