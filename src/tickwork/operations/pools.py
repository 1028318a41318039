"""Pools: what is known of them, who is in them, and how that is changed."""

from collections.abc import Iterable, Mapping, Sequence

from tickwork.core.clock import iso
from tickwork.core.codec import to_json
from tickwork.core.lanes import parse_lane
from tickwork.core.model import Job, Pool, Scope
from tickwork.core.states import HELD
from tickwork.core.switches import off_because
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.context import Context
from tickwork.operations.fleet import read_outages, read_pools, refuse_closed
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.views import PoolView
from tickwork.store.protocol import Kind, Put, RunFilter, Session

_MANY = 100_000
_LEAST_LEASE = 1.0


class PoolVerbs:
    """The verbs on pools."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def put(self, pool: Pool) -> Pool:
        """Describe a pool. Its limit holds from now on; its lease, for workers that begin from now on.

        Raises `InvalidDefinition`, also where a job uses the pool whose project may not.
        """
        _check(pool)
        if pool.projects:
            for job in await self._users(pool.name):
                refuse_closed(pool, job)
        put = Put(kind=Kind.POOL, id=pool.name, body=to_json(pool), name=pool.name)
        await self._store.put([put], by=self._context.actor, at=self._context.clock.now())
        return pool

    async def get(self, name: str) -> Pool:
        """As somebody has described it, or as it is without that."""
        return (await read_pools(self._store)).get(name, Pool(name=name))

    async def all(self) -> list[PoolView]:
        """Those that are described, those that jobs name, and those that workers serve, by name."""
        described = await read_pools(self._store)
        sessions = await self._store.sessions()
        named = {decode_job(document).pool for document in await self._jobs.all()}
        served = {pool for session in sessions for pool in session.pools}
        return await self._views(sorted({*described, *named, *served}), described, sessions)

    async def show(self, name: str) -> PoolView:
        """Raises `NotFound` for one that nobody has described, names or serves."""
        found = next((view for view in await self.all() if view.name == name), None)
        if found is None:
            raise NotFound(f"there is no pool {name!r}; `tickwork pool put {name}` describes one")
        return found

    async def delete(self, name: str) -> None:
        """Forget a description. Raises `Conflict` while jobs, queued runs or workers use the pool, and `NotFound`."""
        if name not in await read_pools(self._store):
            raise NotFound(f"there is no pool {name!r} to delete")
        if users := await self._users(name):
            raise Conflict(f"pool {name} is used by job {users[0].id}{_more(users)}; move it to another pool first")
        if workers := [session.worker for session in await self._store.sessions() if name in session.pools]:
            raise Conflict(f"pool {name} is served by worker {workers[0]}{_more(workers)}; stop it first")
        if any(parse_lane(queue.lane).pool == name for queue in await self._store.queues()):
            raise Conflict(f"pool {name} has queued runs; let them run, or kill them first")
        put = Put(kind=Kind.POOL, id=name, body=None, name=name)
        await self._store.put([put], by=self._context.actor, at=self._context.clock.now(), verb="delete")

    async def held_by(self, worker: str) -> int:
        """How many runs the worker of this name has in hand."""
        held = await self._store.runs(RunFilter(states=tuple(HELD)), limit=_MANY)
        return sum(1 for run in held if run.worker == worker)

    async def _users(self, name: str) -> list[Job]:
        jobs = map(decode_job, await self._jobs.all())
        return [job for job in jobs if job.pool == name]

    async def _views(
        self, names: Iterable[str], described: Mapping[str, Pool], sessions: Sequence[Session]
    ) -> list[PoolView]:
        switches, now = await self._jobs.switches(), self._context.clock.now()
        held = [run.pool for run in await self._store.runs(RunFilter(states=tuple(HELD)), limit=_MANY)]
        outages = await read_outages(self._store)
        heads = [(parse_lane(queue.lane).pool, queue.ready_at) for queue in await self._store.queues()]
        views = []
        for name in names:
            pool, own = described.get(name, Pool(name=name)), [s for s in sessions if name in s.pools]
            waiting = [ready_at for of, ready_at in heads if of == name]
            views.append(
                PoolView(
                    name=name,
                    description=pool.description,
                    lease=pool.lease,
                    max_running=pool.max_running,
                    job_timeout=pool.job_timeout,
                    projects=list(pool.projects),
                    workers=sorted({session.worker for session in own}),
                    seats=sum(session.concurrency for session in own),
                    busy=held.count(name),
                    waiting_since=iso(min(waiting)) if waiting else None,
                    unresponsive_since=iso(outages.get(name)),
                    paused=off_because(Scope.POOL, name, switches, now),
                )
            )
        return views


def _check(pool: Pool) -> None:
    if not pool.name or pool.name != pool.name.strip() or not pool.name.isprintable():
        raise InvalidDefinition(f"pool {pool.name!r}: that cannot be a name")
    if pool.lease is not None and pool.lease < _LEAST_LEASE:
        raise InvalidDefinition(f"pool {pool.name}: lease: {pool.lease:g} s is too short; at least {_LEAST_LEASE:g} s")
    if pool.job_timeout is not None and pool.job_timeout <= 0:
        raise InvalidDefinition(
            f"pool {pool.name}: job_timeout: {pool.job_timeout:g} s would let nothing run; give it more"
        )
    if pool.max_running is not None and pool.max_running < 1:
        raise InvalidDefinition(
            f"pool {pool.name}: max_running: {pool.max_running} would let nothing run; "
            f"`tickwork pause --scope pool {pool.name}` does that"
        )


def _more(others: Sequence[object]) -> str:
    return f" and {len(others) - 1} more" if len(others) > 1 else ""
