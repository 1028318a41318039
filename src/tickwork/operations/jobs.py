"""Definitions: apply a board, save, delete, find, look ahead."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.core.states import Reason, State
from tickwork.core.switches import Switches
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import Conflict, NotFound
from tickwork.operations.checking import check
from tickwork.operations.context import Context
from tickwork.operations.frozen import freeze_all
from tickwork.operations.saving import Saver, existing, read_switches
from tickwork.operations.upcoming import next_of
from tickwork.operations.views import NextView
from tickwork.store.protocol import Document, Kind, Put, RunFilter

_PAGE = 1000
_RUNS_PAGE = 500
_MANY = 100_000


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an apply does to one job."""

    kind: ChangeKind
    job: str
    fields: tuple[str, ...] = ()
    """The fields of the definition that differ."""


class Jobs:
    """The verbs on definitions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._saver = Saver(context)

    # -- boards --

    async def plan(self, board: str, jobs: Sequence[Job]) -> list[Change]:
        """What `apply` would do. Raises `InvalidDefinition`, and `Conflict` where a job belongs to somebody else."""
        return await self._changes(board, await self._checked(jobs))

    async def _checked(self, jobs: Sequence[Job]) -> list[Job]:
        frozen = await freeze_all(jobs, self._store)
        for job in frozen:
            check(job)
        return frozen

    async def _changes(self, board: str, jobs: Sequence[Job]) -> list[Change]:
        owned = {d.id: d for d in await self._owned(board)}
        present = await self._store.get_many(Kind.JOB, [job.id for job in jobs])
        changes = []
        for job in jobs:
            old = present.get(job.id)
            _refuse_foreign(job, old, board)
            changes.extend(_change(job, old))
        wanted = {job.id for job in jobs}
        removed = [Change(kind=ChangeKind.REMOVED, job=name) for name in owned if name not in wanted]
        return [*changes, *removed]

    async def apply(self, board: str, jobs: Sequence[Job], *, tasks: Sequence[Job] = ()) -> list[Change]:
        """Make the store's jobs of this board equal to `jobs`, in one transaction. Removes only what the board made.

        `tasks`: its catalogue; each entry is what a job made from it begins as. Idempotent: a second time changes
        nothing. Runs of removed jobs that have not begun are cancelled.
        """
        jobs = await self._checked(jobs)
        changes = await self._changes(board, jobs)
        touched = {change.job for change in changes}
        removed = [JobId(change.job) for change in changes if change.kind is ChangeKind.REMOVED]
        await self._saver.write(
            [job for job in jobs if job.id in touched],
            remove=removed,
            owner=board,
            also=[
                Put(kind=Kind.BOARD, id=board, body=to_json({"jobs": len(jobs)}), name=board),
                *await self._catalogue(board, tasks),
            ],
            verb="apply",
        )
        await self._cancel_all(removed)
        return changes

    async def tasks(self, *, project: str | None = None) -> list[Job]:
        """The catalogues of all boards, by board and name: what a job made from each task begins as."""
        documents = await self._store.find(Kind.TASK, project=project, limit=_MANY)
        return [decode_job(document) for document in documents]

    async def _catalogue(self, board: str, tasks: Sequence[Job]) -> list[Put]:
        """Two boards may have tasks of the same name (one file included by both), so the board is part of the id."""
        puts = [
            Put(
                kind=Kind.TASK,
                id=f"{board}#{task.name}",
                body=to_json(task),
                project=task.project,
                name=task.name,
                owner=board,
            )
            for task in tasks
        ]
        kept = {put.id for put in puts}
        old = await self._store.find(Kind.TASK, owner=board, limit=_MANY)
        gone = [
            Put(kind=Kind.TASK, id=d.id, body=None, project=d.project, name=d.name, owner=board)
            for d in old
            if d.id not in kept
        ]
        return puts + gone

    async def save(self, job: Job, *, new: bool = False) -> None:
        """Create or change one job of a person's own; with `new` only create. Raises `Conflict` for a board's job,
        and for a `new` one that exists."""
        old = await self._store.get(Kind.JOB, job.id)
        if new and old is not None:
            raise existing(job.id)
        _refuse_foreign(job, old, "")
        await self._saver.save([job], remove=(), owner="", also=(), verb="save", new=new)

    async def forget(self, job: JobId) -> None:
        """Delete the definition of a job whose runs are to go on."""
        await self._saver.save([], remove=[job], owner="", also=(), verb="delete")

    async def delete(self, name: str) -> JobId:
        """Delete a job. Its history stays; its runs that have not begun are cancelled."""
        job = await self.find(name)
        await self._saver.save([], remove=[job.id], owner="", also=(), verb="delete")
        await self._cancel_all([job.id])
        return job.id

    async def switches(self) -> Switches:
        return await read_switches(self._store)

    # -- finding --

    async def find(self, name: str) -> Job:
        """The job with this id, else the only one with this name. Raises `NotFound`, or `Conflict` if several."""
        document = await self.document(name)
        return decode_job(document)

    async def document(self, name: str) -> Document:
        document = await self._store.get(Kind.JOB, name)
        if document is not None:
            return document
        named = await self._store.find(Kind.JOB, name=name, limit=10)
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(d.id for d in named)
            raise Conflict(f"{len(named)} jobs are called {name!r}; say which one by its id: {ids}")
        raise NotFound(f"there is no job {name!r}; `tickwork ls` lists them")

    async def all(self, *, project: str | None = None) -> list[Document]:
        """All current job documents, by id."""
        return await self._pages(project=project)

    async def count(self, *, limit: int) -> int:
        """How many jobs there are, but no further than `limit`: a look at a store of a million must stay short."""
        return len(await self._store.find(Kind.JOB, limit=limit))

    async def _owned(self, board: str) -> list[Document]:
        return await self._pages(owner=board)

    async def _pages(self, *, project: str | None = None, owner: str | None = None) -> list[Document]:
        found: list[Document] = []
        while True:
            after = found[-1].id if found else None
            page = await self._store.find(Kind.JOB, project=project, owner=owner, after=after, limit=_PAGE)
            found.extend(page)
            if len(page) < _PAGE:
                return found

    # -- looking ahead --

    async def next(self, name: str | None, *, count: int, start: Instant | None = None) -> list[NextView]:
        """The next `count` occurrences of one job, or of all jobs together, from `start` on (default: after now)."""
        moment = self._context.clock.now() if start is None else Instant(start - 1)
        jobs = [await self.find(name)] if name is not None else [decode_job(d) for d in await self.all()]
        return next_of(jobs, moment, count)

    async def _cancel_all(self, jobs: Sequence[JobId]) -> None:
        """Runs of deleted jobs that have not begun have nothing to run any more."""
        for job in jobs:
            waiting = RunFilter(job=job, states=(State.WAITING, State.QUEUED))
            while page := await self._store.runs(waiting, limit=_RUNS_PAGE):
                await self._store.cancel(
                    [run.id for run in page],
                    reason=Reason.JOB_DELETED,
                    note=f"job {job} was deleted by {self._context.actor.name}",
                    at=self._context.clock.now(),
                )


def decode_job(document: Document) -> Job:
    return from_json(document.body or b"", Job)


def _refuse_foreign(job: Job, old: Document | None, owner: str) -> None:
    if old is None or old.owner == owner:
        return
    whose = f"board {old.owner}" if old.owner else "a person, by hand"
    raise Conflict(f"job {job.id} was made by {whose}; rename it here, or delete it there first")


def _change(job: Job, old: Document | None) -> list[Change]:
    if old is None:
        return [Change(kind=ChangeKind.ADDED, job=job.id)]
    before = decode_job(old)
    differing = tuple(
        field for field in Job.__struct_fields__ if _bare(getattr(job, field)) != _bare(getattr(before, field))
    )
    return [Change(kind=ChangeKind.CHANGED, job=job.id, fields=differing)] if differing else []


def _bare(value: object) -> object:
    """Schedules without the moment of their saving, which is not the board's to say."""
    if isinstance(value, tuple):
        return tuple(
            msgspec.structs.replace(item, since=Instant(0)) if isinstance(item, Schedule) else item for item in value
        )
    return value
