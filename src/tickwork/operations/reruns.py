"""Running a group of runs again: what of it failed, or all of it."""

from collections.abc import Container, Mapping, Sequence

import msgspec

from tickwork.core.dependencies import Pins
from tickwork.core.graph import reached, turned
from tickwork.core.groups import has_failed
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job, Origin, Run
from tickwork.core.states import LIVE, Reason, State
from tickwork.errors import Conflict, NotFound
from tickwork.operations.births import asked_run, pins_for
from tickwork.operations.context import Context
from tickwork.operations.jobs import decode_job
from tickwork.operations.known import details, members, pins_of
from tickwork.operations.runs import Runs
from tickwork.store.protocol import Kind, NewRun, RunDetail, RunFilter

_NOT_DONE = tuple(sorted(state for state in State if has_failed(state)))


class Reruns:
    """The verb."""

    def __init__(self, context: Context, runs: Runs) -> None:
        self._context = context
        self._store = context.store
        self._runs = runs

    async def run(self, name: str, *, from_failed: bool = True, alone: bool = False) -> Run:
        """Run a run's group again, or it `alone`. `from_failed`: only what did not succeed, and what stood on that; the
        successful runs are used as they are, and of a map only the items run that did not succeed (also of one that
        succeeded without them). Returns the run that the new group is named after. Raises `Conflict` while the group
        is not over, or if nothing is left to do.
        """
        run = await self._runs.whole(name)
        group = [run] if alone or run.group is None else await members(self._store, run.group)
        partial = await self._partial(group) if from_failed else set()
        again = _to_do_again(group, from_failed=from_failed, partial=partial)
        if not again:
            raise Conflict(f"all runs of group {run.group or run.id} succeeded; nothing is left to run again")
        succeeded = [run for run in group if run.state is State.SUCCEEDED and run.job not in partial]
        done = {run.job: run.id for run in succeeded} if from_failed else {}
        new = await self._new_runs(again, done, alone=len(group) == 1, from_failed=from_failed)
        await self._store.enqueue(new, at=new[0].run.created, by=self._context.actor, verb="rerun")
        return (await self._runs.detail(new[0].run.id)).run

    async def _partial(self, group: Sequence[Run]) -> set[JobId]:
        """The jobs whose maps succeeded without all of their items, and what stands on these."""
        documents = await self._store.get_many(Kind.JOB, sorted({run.job for run in group}))
        jobs = [decode_job(document) for document in documents.values()]
        maps = {job.id for job in jobs if job.map is not None}
        lacking = {run.job for run in group if run.job in maps and await self._lacks_items(run)}
        return set(reached(turned({job.id: [need.job for need in job.needs] for job in jobs}), lacking))

    async def _lacks_items(self, run: Run) -> bool:
        where = RunFilter(group=run.id, origin=Origin.MAP, states=_NOT_DONE)
        return run.state is State.SUCCEEDED and bool(await self._store.runs(where, limit=1))

    async def _new_runs(
        self, again: Sequence[Run], done: Mapping[JobId, RunId], *, alone: bool, from_failed: bool
    ) -> list[NewRun]:
        """The first of them gives its id to the group."""
        known = await details(self._store, [run.id for run in again])
        documents = await self._store.get_many(Kind.JOB, sorted({run.job for run in again}))
        new: list[NewRun] = []
        for run in again:
            if run.job not in documents:
                raise NotFound(f"job {run.job} was deleted; its run {run.id} cannot be run again")
            job = decode_job(documents[run.job])
            new.append(
                asked_run(
                    self._context,
                    job,
                    revision=documents[run.job].revision,
                    origin=Origin.MANUAL if alone else Origin.GRAPH,
                    params=known[run.id].params,
                    pins=await self._pins_again(job, known[run.id], done) if from_failed else None,
                    group=new[0].run.id if new else None,
                    own_group=not new and not alone,
                    note=f"run {run.id} again, by {self._context.actor.name}",
                )
            )
        return new

    async def _pins_again(self, job: Job, old: RunDetail, done: Mapping[JobId, RunId]) -> Pins:
        pins = pins_for(job, done)
        if job.map is None:
            return pins
        where = RunFilter(group=old.run.id, origin=Origin.MAP)
        items = await self._store.runs(where, limit=1)
        if not items:
            return pins
        used = pins_of(await self._store.run(items[0].id)).needs
        return msgspec.structs.replace(pins, needs={**pins.needs, **used}, redo=old.run.id)


def _to_do_again(group: Sequence[Run], *, from_failed: bool, partial: Container[JobId]) -> list[Run]:
    """In the order of their making, which is one in which each stands behind what it needs; the run that the group was
    named after first, if it is among them."""
    if any(run.state in LIVE for run in group):
        raise Conflict(f"group {group[0].group or group[0].id} is not over yet; wait for its end, or kill what runs")
    kept = {Reason.UP_TO_DATE, Reason.BY_JOB}
    again = [
        run
        for run in group
        if not from_failed or run.job in partial or (run.state is not State.SUCCEEDED and run.reason not in kept)
    ]
    return sorted(again, key=lambda run: (run.id != run.group, run.id))
