"""Runs: start one, kill one, wait for it, read its log, delete it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from tickwork.core.ids import JobId, RunId, job_id
from tickwork.core.masking import Masker
from tickwork.core.model import Job, Origin, Run, Task
from tickwork.core.progress import Bar
from tickwork.core.states import HELD, TERMINAL, Reason, State
from tickwork.errors import Conflict, NotFound
from tickwork.operations.births import accepted, asked_run, refuse_unarmed
from tickwork.operations.cleanups import cleanups_of, next_cleanup
from tickwork.operations.context import Context
from tickwork.operations.hidden import hidden_of
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.store.protocol import CancelOutcome, Chunk, Kind, ProgressWrite, RunDetail, RunFilter

_POLL = 0.1
_PAGE = 500


class Runs:
    """The verbs on runs."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def run(
        self,
        name: str,
        *,
        params: Mapping[str, Any] | None = None,
        origin: Origin = Origin.MANUAL,
        armed: bool = False,
    ) -> Run:
        """Queue a run of the job now, beside its schedule. With overlap other than `allow` it waits for its turn; of a
        job that needs others, until it is known whether these are there.

        Raises `InvalidParameter` for what the job does not take, where that is known, and `NotAllowed` for a
        protected job unless `armed`.
        """
        document = await self._jobs.document(name)
        job = decode_job(document)
        refuse_unarmed(job, armed=armed)
        new = asked_run(self._context, job, revision=document.revision, origin=origin, params=accepted(job, params))
        await self._store.enqueue([new], at=new.run.created, by=self._context.actor)
        return (await self.detail(new.run.id)).run

    async def submit(self, task: Task, *, of: str | None = None, name: str = "") -> Run:
        """Queue one run of a job that is in no list: its definition is there for this run only.

        `name`: "" makes one up. Raises `Conflict` if there is a job of that name.
        """
        return await self.submit_job(Job(id=JobId(""), name=name, task=task, of=of))

    async def submit_job(self, job: Job) -> Run:
        """`submit`, with policies of its own. Its schedules, and an id, it has none: it runs once."""
        called = job.name or f"once-{self._context.ids.run()}"
        job = msgspec.structs.replace(job, id=job_id(job.project, called), name=called, schedules=())
        await self._jobs.save(job, new=True)
        run = await self.run(job.id)
        await self._jobs.forget(job.id)
        return run

    async def trim(self, keep: int) -> int:
        """Cancel queued runs until each pool has at most its newest `keep`. Returns how many went."""
        queued, after = [], None
        while page := await self._store.runs(RunFilter(states=(State.QUEUED,)), after=after, limit=_PAGE):
            queued.extend(page)
            after = page[-1].id
        of_pool: dict[str, int] = {}
        surplus = []
        for run in queued:  # the newest first
            of_pool[run.pool] = of_pool.get(run.pool, 0) + 1
            if of_pool[run.pool] > keep:
                surplus.append(run.id)
        by = self._context.actor
        note = f"trimmed by {by.name}: more than {keep} were queued"
        await self._store.cancel(surplus, reason=Reason.USER, note=note, at=self._context.clock.now(), by=by)
        return len(surplus)

    async def kill(self, run: str, *, why: str = "") -> CancelOutcome:
        """Cancel a run that is not over: at once if it has not begun, else TERM, grace, KILL of its whole tree."""
        identity = await self.resolve(run)
        by = self._context.actor
        note = f"killed by {by.name}" + (f": {why}" if why else "")
        outcomes = await self._store.cancel(
            [identity], reason=Reason.USER, note=note, at=self._context.clock.now(), by=by
        )
        return outcomes[0]

    async def progress(self, run: Run, bars: Sequence[Bar]) -> None:
        """Show how far it is, as it says itself; without its secrets. Raises `Conflict` if it does not run."""
        if run.fence is None or run.state is not State.RUNNING:
            raise Conflict(f"run {run.id} does not run")
        masker = Masker(await hidden_of(self._context, run))
        write = ProgressWrite(
            run=run.id,
            attempt=run.attempt,
            fence=run.fence,
            at=self._context.clock.now(),
            bars=masker.bars(bars),
        )
        if await self._store.progress([write]):
            raise Conflict(f"run {run.id} is held by nobody any more, or by another worker")

    async def delete(self, run: str) -> bool:
        """Delete what is known of a run that is over: at once (True), or, where its job has a `cleanup` function, after
        this was called and succeeded (False); until then both runs are there to be seen.

        Raises `NotFound`, and `Conflict` for a run that is not over, or ended just now.
        """
        detail = await self.detail(await self.resolve(run))
        if detail.run.state not in TERMINAL:
            raise Conflict(f"run {detail.run.id} is {detail.run.state}; `tickwork kill {detail.run.id}` ends it first")
        if detail.run.origin is not Origin.CLEANUP and await self._clean_up_first(detail):
            return False
        gone = await self._store.forget([detail.run.id], at=self._context.clock.now(), by=self._context.actor)
        if not gone:
            raise Conflict(
                f"what follows from the end of run {detail.run.id} is not done yet; a server does that: try again when "
                "one runs"
            )
        return True

    async def _clean_up_first(self, old: RunDetail) -> bool:
        """Whether a cleanup run must come (or is on its way) before the run may go."""
        document = await self._store.get(Kind.JOB, old.run.job)
        if document is None or document.body is None or (job := decode_job(document)).cleanup is None:
            return False
        earlier = (await cleanups_of(self._store, job.id)).get(old.run.id, [])
        if not earlier or earlier[-1].state in TERMINAL - {State.SUCCEEDED}:
            by, now = self._context.actor, self._context.clock.now()
            why = f", as {by.name} wants it"
            new = next_cleanup(job, old, earlier, revision=document.revision, at=now, why=why)
            await self._store.enqueue([new], at=now, by=by, verb="delete")
        return True

    async def resolve(self, run: str) -> RunId:
        """The id of the run that begins with these characters. Raises `NotFound`, or `Conflict` if several do."""
        found = await self._store.resolve(run.lower())
        if not found:
            raise NotFound(f"there is no run {run!r}; `tickwork runs` lists them")
        if len(found) > 1 and run not in found:
            raise Conflict(f"several runs begin with {run!r}; write more of the id")
        return RunId(run) if run in found else found[0]

    async def whole(self, name: str) -> Run:
        """The run whose id begins so; of an item of a map, the run that it is a part of."""
        run = (await self.detail(await self.resolve(name))).run
        if run.origin is Origin.MAP and run.group is not None:
            return (await self.detail(RunId(run.group))).run
        return run

    async def detail(self, run: RunId) -> RunDetail:
        detail = await self._store.run(run)
        if detail is None:
            raise NotFound(f"there is no run {run!r} (any more); `tickwork runs` lists them")
        return detail

    async def wait(self, run: RunId) -> RunDetail:
        """Return when the run is over."""
        while True:
            detail = await self.detail(run)
            if detail.run.state in TERMINAL:
                return detail
            await asyncio.sleep(_POLL)

    async def newest(self, name: str) -> RunId:
        """The newest run of a job that has begun, else the newest at all. Raises `NotFound`."""
        job = await self._jobs.find(name)
        begun = (*HELD, State.SUCCEEDED, State.FAILED, State.CANCELLED)
        for states in (begun, ()):
            runs = await self._store.runs(RunFilter(job=job.id, states=states), limit=1)
            if runs:
                return runs[0].id
        raise NotFound(f"job {job.id} has no runs yet")

    async def run_or_newest(self, name: str) -> RunId:
        """The newest run of the job of that name, else the run whose id begins so."""
        if await self._store.get(Kind.JOB, name) is not None or await self._store.find(Kind.JOB, name=name, limit=1):
            return await self.newest(name)
        try:
            return await self.resolve(name)
        except NotFound:
            raise NotFound(
                f"there is no run and no job {name!r}; `tickwork runs` and `tickwork ls` list them"
            ) from None

    async def log(self, run: RunId, *, attempt: int | None = None, follow: bool = False) -> AsyncIterator[Chunk]:
        """An attempt's log in order (default: of the newest that has any). With `follow` also what comes until
        the run is over; where no attempt was asked for, the logs of the attempts that follow as well."""
        current = (await self.detail(run)).run
        reading = max(current.attempt, 1) if follow and current.state not in TERMINAL and attempt is None else attempt
        last = -1
        while True:
            page = await self._store.read_log(run, attempt=reading, after=last, limit=_PAGE)
            for chunk in page:
                yield chunk
                last = chunk.seq
            if len(page) == _PAGE:
                continue
            if reading is not None and attempt is None and reading < current.attempt:
                reading, last = reading + 1, -1
            elif not follow or current.state in TERMINAL or current.attempt > (attempt or current.attempt):
                return
            else:
                await asyncio.sleep(_POLL)
            # Looked at before the next page is read: what an attempt wrote is stored before it is over.
            current = (await self.detail(run)).run
