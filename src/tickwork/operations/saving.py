"""How a changed definition reaches the store: its documents, its timetable rows, and what was due until now.

An edit is never retroactive. What was due up to this moment is decided under the old revision, in the same
transaction; a schedule that changed accounts for occurrences from this moment on; one that did not keeps its
cursor.
"""

from collections.abc import Mapping, Sequence

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import Instant
from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.errors import Conflict
from tickwork.operations.batch import Batch, by_job
from tickwork.operations.checking import check
from tickwork.operations.context import Context
from tickwork.operations.firing import Firing, decide_all
from tickwork.operations.fleet import refuse_closed_pools
from tickwork.operations.frozen import freeze_all
from tickwork.operations.projects import first_named
from tickwork.operations.switched import read_switches
from tickwork.operations.wiring import rewired
from tickwork.store.protocol import Document, Fire, Kind, Put

_EVERY_RUN = 10_000_000
"""An edit leaves nothing due behind, however much there is to catch up."""
_DUE = 1000
_ATTEMPTS = 5
"""How often a save is decided anew because the scheduler moved a cursor meanwhile."""


class Saver:
    """Writes and deletes jobs together with their timetable."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def save(
        self,
        jobs: Sequence[Job],
        *,
        remove: Sequence[JobId],
        owner: str | None,
        also: Sequence[Put],
        verb: str,
        new: bool = False,
    ) -> None:
        """All of it in one transaction, or nothing. `owner` None: it stays who it is. `also`: further documents (the
        board's own). `new`: raises `Conflict` if one of the jobs exists."""
        jobs = await freeze_all(jobs, self._context.store)
        for job in jobs:
            check(job)
        await self.write(jobs, remove=remove, owner=owner, also=also, verb=verb, new=new)

    async def write(
        self,
        jobs: Sequence[Job],
        *,
        remove: Sequence[JobId],
        owner: str | None,
        also: Sequence[Put],
        verb: str,
        new: bool = False,
        seen: Mapping[str, Document | None] | None = None,
    ) -> None:
        """`save` for jobs that are frozen and checked. `seen`: the documents of all of them that this was decided on
        (None: there was none); raises `Conflict` if one is another one now."""
        await refuse_closed_pools(self._context.store, jobs)
        for attempt in range(_ATTEMPTS):
            batch = await self._batch(jobs, remove, owner, seen if attempt == 0 else None)
            if attempt > 0:
                _refuse_unseen(batch, seen or {})
            if new and (found := next((put for put in batch.puts if put.expect), None)):
                raise existing(found.id)
            batch.puts.extend(also)
            batch.puts.extend(await first_named(self._context.store, [job.project for job in jobs]))
            batch.puts.extend(await rewired(self._context.store, jobs, remove, batch.before))
            try:
                await self._context.store.put(
                    batch.puts,
                    by=self._context.actor,
                    at=batch.at,
                    verb=verb,
                    timetable=batch.timetable,
                    fires=batch.fires,
                )
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    async def switch(self, puts: Sequence[Put], *, verb: str, note: str | None) -> None:
        """Write `puts` (switches) after deciding everything that is due until now under the switches of before."""
        for attempt in range(_ATTEMPTS):
            now = self._context.clock.now()
            try:
                await self._context.store.put(
                    list(puts), by=self._context.actor, at=now, verb=verb, note=note, fires=await self._due(now)
                )
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    async def _due(self, now: Instant) -> list[Fire]:
        """The last few decisions; before them all that does not fit into one transaction is carried out."""
        store, definitions = self._context.store, DefinitionCache()
        while True:
            due = await store.due(now, limit=_DUE)
            fires = decide_all(due, ids=self._context.ids, now=now, definitions=definitions)
            if len(due.rows) < _DUE:
                return fires
            await store.fire(fires, at=now, switch_version=due.switch_version)

    async def _deletions(self, names: Sequence[JobId]) -> list[Instant]:
        """When jobs of these names were deleted, if that may lie ahead of a clock that went back."""
        newest = await self._context.store.audit(limit=1)
        if not newest or newest[0].at <= self._context.clock.now():
            return []
        histories = [await self._context.store.revisions(Kind.JOB, name) for name in names]
        return [history[-1].changed for history in histories if history]

    async def _batch(
        self,
        jobs: Sequence[Job],
        remove: Sequence[JobId],
        owner: str | None,
        seen: Mapping[str, Document | None] | None,
    ) -> Batch:
        """Decided on `seen` where that is given: whether it is still so, the store finds out."""
        store = self._context.store
        if seen is None:
            documents = await store.get_many(Kind.JOB, [*(job.id for job in jobs), *remove])
        else:
            documents = {name: document for name, document in seen.items() if document is not None}
        lines = await store.timetable([JobId(name) for name in documents])
        known = [*(line.cursor for line in lines), *(document.changed for document in documents.values())]
        known += await self._deletions([job.id for job in jobs if job.id not in documents])
        now = max(self._context.clock.now(), max(known, default=Instant(0)))
        switches = await read_switches(store)
        firing = Firing(ids=self._context.ids, now=now, switches=switches, max_runs=_EVERY_RUN)
        batch = Batch(at=now, before=documents, rows=by_job(lines))
        for job in jobs:
            batch.put(job, owner=owner, firing=firing)
        for name in remove:
            batch.remove(name, firing=firing)
        return batch


def existing(job: str) -> Conflict:
    return Conflict(f"job {job} exists; `tickwork put` changes it, another id makes a new one")


def _refuse_unseen(batch: Batch, seen: Mapping[str, Document | None]) -> None:
    for name, document in seen.items():
        if batch.before.get(name) != document:
            raise Conflict(f"job {name} was changed by somebody else meanwhile; try again")
