"""Definitions: apply a board, save, delete, find, look ahead."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import DEFAULT_PROJECT, JobId
from tickwork.core.model import Job
from tickwork.core.states import Reason, State
from tickwork.core.switches import Switches
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.absent import Absent, absent_from
from tickwork.operations.changes import Change, Plan, merges_of, plan_of, refuse_foreign
from tickwork.operations.checking import check
from tickwork.operations.context import Context
from tickwork.operations.frozen import freeze_all
from tickwork.operations.overrides import Merged, read_overrides, without_overrides
from tickwork.operations.paging import every
from tickwork.operations.saving import Saver, existing
from tickwork.operations.switched import read_switches
from tickwork.operations.upcoming import next_of
from tickwork.operations.views import NextView
from tickwork.store.protocol import Document, Kind, Put, RunFilter

_RUNS_PAGE = 500
_ATTEMPTS = 5
"""How often a board is planned anew because somebody changed one of its jobs meanwhile."""


class Jobs:
    """The verbs on definitions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._saver = Saver(context)

    # -- boards --

    async def plan(self, board: str, jobs: Sequence[Job]) -> list[Change]:
        """What `apply` would do. Raises `InvalidDefinition`, and `Conflict` where a job belongs to somebody else."""
        return (await self.planned(board, jobs)).changes

    async def planned(self, board: str, jobs: Sequence[Job]) -> Plan:
        """`plan`, with the definitions that would be written."""
        # Jobs before edits: an edit that comes between leaves a revision that the plan has not seen.
        present = await self._store.get_many(Kind.JOB, [job.id for job in jobs])
        owned = {document.id: document for document in await every(self._store, Kind.JOB, owner=board)}
        overrides = await read_overrides(self._store, board)
        merges = merges_of(await self._checked(jobs), overrides)
        if overrides:
            merges = await self._checked_anew(merges)
        return plan_of(merges, board=board, present=present, owned=owned, overrides=overrides)

    async def _checked_anew(self, merges: Sequence[Merged]) -> list[Merged]:
        """What a person wants may exclude other calendars than the board's, and need not go with what it says now."""
        try:
            whole = await self._checked([merged.job for merged in merges])
        except InvalidDefinition as error:
            mend = (
                "the board itself is right: `tickwork edit JOB` lists what was changed by hand, --reset takes it back"
            )
            raise InvalidDefinition(f"{error} ({mend})") from None
        return [replace(merged, job=job) for merged, job in zip(merges, whole, strict=True)]

    async def _checked(self, jobs: Sequence[Job]) -> list[Job]:
        frozen = await freeze_all(jobs, self._store)
        for job in frozen:
            check(job)
        return frozen

    async def absent(self, jobs: Sequence[Job], *, sees: Callable[[str], bool] = lambda _project: True) -> list[Absent]:
        """What these jobs wait for, and what does not exist beside them. Jobs of projects that the asker does not
        see are not named."""
        return await absent_from(self._store, jobs, sees=sees)

    async def apply(self, board: str, jobs: Sequence[Job], *, tasks: Sequence[Job] = ()) -> list[Change]:
        """Make the store's jobs of this board equal to `jobs`, in one transaction. Removes only what the board made.

        Fields that a person changed stay as the person wants them, and are told; see `core.merge`. `tasks`: its
        catalogue; each entry is what a job made from it begins as. Idempotent: a second time changes nothing. Runs
        of removed jobs that have not begun are cancelled.
        """
        for attempt in range(_ATTEMPTS):
            plan = await self.planned(board, jobs)
            try:
                await self._write(plan, board, size=len(jobs), tasks=tasks)
            except Conflict:  # a person changed a job meanwhile, and that is to be kept
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                break
        await self._cancel_all(plan.removed)
        return plan.changes

    async def _write(self, plan: Plan, board: str, *, size: int, tasks: Sequence[Job]) -> None:
        heading = Put(kind=Kind.BOARD, id=board, body=to_json({"jobs": size}), name=board)
        await self._saver.write(
            plan.jobs,
            remove=plan.removed,
            owner=board,
            also=[heading, *await self._catalogue(board, tasks), *plan.overrides],
            verb="apply",
            seen=plan.seen,
        )

    async def tasks(self, *, project: str | None = None) -> list[Job]:
        """The catalogues of all boards, by board and name: what a job made from each task begins as."""
        return [decode_job(document) for document in await every(self._store, Kind.TASK, project=project)]

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
        gone = [
            Put(kind=Kind.TASK, id=d.id, body=None, project=d.project, name=d.name, owner=board)
            for d in await every(self._store, Kind.TASK, owner=board)
            if d.id not in kept
        ]
        return puts + gone

    async def save(self, job: Job, *, new: bool = False) -> None:
        """Create or change one job of a person's own; with `new` only create. Raises `Conflict` for a board's job,
        and for a `new` one that exists."""
        old = await self._store.get(Kind.JOB, job.id)
        if new and old is not None:
            raise existing(job.id)
        refuse_foreign(job, old, "")
        await self._saver.save([job], remove=(), owner="", also=(), verb="save", new=new)

    async def forget(self, job: JobId) -> None:
        """Delete the definition of a job whose runs are to go on."""
        edited = await self._store.get(Kind.OVERRIDE, job)
        also = () if edited is None else (without_overrides(edited),)
        await self._saver.save([], remove=[job], owner="", also=also, verb="delete")

    async def delete(self, name: str) -> JobId:
        """Delete a job. Its history stays; its runs that have not begun are cancelled."""
        job = await self.find(name)
        await self.forget(job.id)
        await self._cancel_all([job.id])
        return job.id

    async def switches(self) -> Switches:
        return await read_switches(self._store)

    # -- finding --

    async def find(self, name: str) -> Job:
        """The job with this id (the project may be said where it goes without saying, too: `default:hello`), else the
        only one with this name. Raises `NotFound`, or `Conflict` if several."""
        document = await self.document(name)
        return decode_job(document)

    async def document(self, name: str) -> Document:
        document = await self._store.get(Kind.JOB, name.removeprefix(f"{DEFAULT_PROJECT}:"))
        if document is not None:
            return document
        named = await self._store.find(Kind.JOB, name=name, limit=10)
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(d.id for d in named)
            raise Conflict(f"{len(named)} jobs are called {name!r}; say which one by its id: {ids}")
        raise NotFound(f"there is no job {name!r}; `tickwork ls` lists them")

    async def all(self, *, project: str | None = None, tags: Sequence[str] = ()) -> list[Document]:
        """All current job documents (with all of the tags), by id."""
        return await every(self._store, Kind.JOB, project=project, tags=tags)

    async def count(self, *, limit: int) -> int:
        """How many jobs there are, but no further than `limit`: a look at a store of a million must stay short."""
        return len(await self._store.find(Kind.JOB, limit=limit))

    # -- looking ahead --

    async def next(
        self,
        name: str | None,
        *,
        count: int,
        start: Instant | None = None,
        projects: Sequence[str] | None = None,
    ) -> list[NextView]:
        """The next `count` occurrences of one job, or of all jobs (of these projects) together, from `start` on
        (default: after now)."""
        moment = self._context.clock.now() if start is None else Instant(start - 1)
        if name is not None:
            return next_of([await self.find(name)], moment, count)
        documents = [
            document
            for project in (projects if projects is not None else [None])
            for document in await self.all(project=project)
        ]
        return next_of([decode_job(document) for document in documents], moment, count)

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
