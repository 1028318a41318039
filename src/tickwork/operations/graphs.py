"""Runs of a part of the graph, as one group; and the graph itself."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tickwork.core.dependencies import Pins
from tickwork.core.graph import edges_of, in_order, reached, turned
from tickwork.core.groups import has_failed, state_of_group
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job, Origin, Quorum, Run
from tickwork.core.outdated import is_outdated, to_run
from tickwork.core.states import LIVE, Reason, State
from tickwork.core.switches import paused_because
from tickwork.errors import Conflict, InvalidParameter, NotFound
from tickwork.operations.births import accepted, asked_run, refuse_unarmed
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.known import details, members, pins_of, successes
from tickwork.operations.project_graph import ProjectGraph, project_graph
from tickwork.operations.runs import Runs
from tickwork.operations.viewing import run_view
from tickwork.operations.views import GraphNode, GraphView, GroupView
from tickwork.operations.wiring import read_links
from tickwork.store.protocol import Document, Kind, NewRun, RunDetail, RunFilter

_MEMBERS = 100_000
_NOT_DONE = tuple(sorted(state for state in State if has_failed(state)))


class Graphs:
    """The verbs on jobs that stand on each other."""

    def __init__(self, context: Context, jobs: Jobs, runs: Runs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs
        self._runs = runs

    async def run(
        self,
        name: str,
        *,
        params: Mapping[str, Any] | None = None,
        deps: bool = False,
        dependants: bool = False,
        pins: Mapping[str, str] | None = None,
        armed: bool = False,
    ) -> Run:
        """Run a job, with `deps` after what it needs and what of that is outdated, with `dependants` before all that
        needs it. All these runs are one group with the id of this one. `pins`: runs to use instead of the newest, by
        job.

        Raises `InvalidParameter` for a pin that is no successful run of that job, else as `Runs.run`.
        """
        document = await self._jobs.document(name)
        target = decode_job(document)
        written, told = accepted(target, params), await self._pins(pins or {})
        documents = await self._around(document, deps=deps, dependants=dependants)
        jobs = {job: decode_job(found) for job, found in documents.items() if job not in told}
        newest = await successes(self._store, sorted(jobs))
        chosen = to_run(jobs, target.id, newest, deps=deps, dependants=dependants)
        for job in chosen:
            refuse_unarmed(jobs[job], armed=armed)
        first = self._new_run(document, target, told, params=written, alone=chosen == [target.id])
        others = [self._member(documents[job], jobs[job], told, first) for job in chosen if job != target.id]
        await self._store.enqueue([first, *others], at=first.run.created, by=self._context.actor)
        return (await self._runs.detail(first.run.id)).run

    def _new_run(
        self, document: Document, job: Job, told: Mapping[JobId, RunId], *, params: bytes | None, alone: bool
    ) -> NewRun:
        return asked_run(
            self._context,
            job,
            revision=document.revision,
            origin=Origin.MANUAL if alone else Origin.GRAPH,
            params=params,
            pins=_for(job, told),
            own_group=not alone,
        )

    def _member(
        self,
        document: Document,
        job: Job,
        told: Mapping[JobId, RunId],
        first: NewRun,
    ) -> NewRun:
        pins, group = _for(job, told), first.run.id
        return asked_run(self._context, job, revision=document.revision, origin=Origin.GRAPH, pins=pins, group=group)

    async def _pins(self, asked: Mapping[str, str]) -> dict[JobId, RunId]:
        pins: dict[JobId, RunId] = {}
        for name, said in asked.items():
            job = (await self._jobs.document(name)).id
            run = (await self._runs.detail(await self._runs.resolve(said))).run
            if run.job != job or run.state is not State.SUCCEEDED:
                raise InvalidParameter(
                    f"run {run.id} of {run.job} {run.state}; a pin for {job} must be a successful run of it"
                )
            pins[JobId(job)] = run.id
        return pins

    async def _around(self, document: Document, *, deps: bool, dependants: bool) -> dict[JobId, Document]:
        """The job, with `dependants` all that stands on it, with `deps` all that any of these stand on."""
        found = {JobId(document.id): document}
        ahead = set(found) if dependants else set()
        while ahead:
            links = await read_links(self._store, sorted(ahead))
            names = {job for link in links.values() for job in link.needed_by} - set(found)
            ahead = await self._add(found, names)
        ahead = set(found) if deps else set()
        while ahead:
            names = {need.job for job in ahead for need in decode_job(found[job]).needs} - set(found)
            ahead = await self._add(found, names)
        return found

    async def _add(self, found: dict[JobId, Document], names: Iterable[JobId]) -> set[JobId]:
        documents = await self._store.get_many(Kind.JOB, sorted(names))
        new = {JobId(name): document for name, document in documents.items()}
        found |= new
        return set(new)

    # -- again --

    async def rerun(self, name: str, *, from_failed: bool = True, alone: bool = False) -> Run:
        """Run a run's group again, or it `alone`. `from_failed`: only what did not succeed, and what stood on that; the
        successful runs are used as they are, and of a map only the items run that did not succeed (also of one that
        succeeded without them). Returns the run that the new group is named after. Raises `Conflict` while the group
        is not over, or if nothing is left to do.
        """
        run = await self._whole(name)
        group = [run] if alone or run.group is None else await members(self._store, run.group)
        partial = await self._partial(group) if from_failed else set()
        again = _to_do_again(group, from_failed=from_failed, partial=partial)
        if not again:
            raise Conflict(f"all runs of group {run.group or run.id} succeeded; nothing is left to run again")
        succeeded = [run for run in group if run.state is State.SUCCEEDED and run.job not in partial]
        done = {run.job: run.id for run in succeeded} if from_failed else {}
        new = await self._again(again, done, alone=len(group) == 1, from_failed=from_failed)
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

    async def _again(
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
        pins = _for(job, done)
        if job.map is None:
            return pins
        where = RunFilter(group=old.run.id, origin=Origin.MAP)
        items = await self._store.runs(where, limit=1)
        if not items:
            return pins
        used = pins_of(await self._store.run(items[0].id)).needs
        return msgspec.structs.replace(pins, needs={**pins.needs, **used}, redo=old.run.id)

    # -- looking --

    async def group(self, name: str) -> GroupView:
        """A group by its id, or by one of its runs; what its runs are like as a whole."""
        run = await self._whole(name)
        runs = [run] if run.group is None else await self._store.runs(RunFilter(group=run.group), limit=_MEMBERS)
        items = await self._store.runs(RunFilter(group=run.id, origin=Origin.MAP), limit=_MEMBERS)
        shown = sorted({one.id: one for one in [*runs, *items]}.values(), key=lambda one: one.id)
        success = Quorum.ALL if run.group is None else await self._success(run.group)
        state = state_of_group([one.state for one in runs], success=success)
        return GroupView(id=run.group or run.id, state=state, runs=[run_view(one) for one in shown])

    async def _whole(self, name: str) -> Run:
        """The run whose id begins so; of an item of a map, the run that it is a part of."""
        run = (await self._runs.detail(await self._runs.resolve(name))).run
        if run.origin is Origin.MAP and run.group is not None:
            return (await self._runs.detail(RunId(run.group))).run
        return run

    async def _success(self, group: str) -> int | Quorum:
        """What the job says whose run gave the group its name; a backfill's is no run's."""
        head = await self._store.run(RunId(group))
        document = None if head is None else await self._store.get(Kind.JOB, head.run.job, head.run.revision)
        return Quorum.ALL if document is None or document.body is None else decode_job(document).success

    async def graph(self, name: str) -> GraphView:
        """The job with all that it waits for and all that waits for it, by data or as a trigger, in order."""
        document = await self._jobs.document(name)
        jobs = await self._connected(document)
        edges = {job.id: edges_of(job) for job in jobs.values()}
        newest, switches = await successes(self._store, sorted(jobs)), await self._jobs.switches()
        nodes = [
            GraphNode(
                job=job,
                needs=[need.job for need in jobs[job].needs] if job in jobs else [],
                after={after.job: after.on.value for after in jobs[job].after} if job in jobs else {},
                exists=job in jobs,
                outdated=job in jobs and is_outdated(job, jobs[job].needs, newest),
                success=newest[job].run if job in newest else None,
                paused=paused_because(jobs[job], switches, self._context.clock.now()) if job in jobs else None,
            )
            for job in in_order(edges)
        ]
        return GraphView(job=document.id, nodes=nodes)

    async def project(self, project: str) -> ProjectGraph:
        """All jobs of a project, and what each waits for."""
        jobs = [decode_job(document) for document in await self._jobs.all(project=project)]
        now, switches = self._context.clock.now(), await self._jobs.switches()
        return await project_graph(self._store, project, jobs, switches=switches, now=now)

    async def _connected(self, document: Document) -> dict[JobId, Job]:
        """Ways down from the job, and ways up from it; not what else stands on what it stands on."""
        start = JobId(document.id)
        found = {start: document}
        ahead = {start}
        while ahead:
            links = await read_links(self._store, sorted(ahead))
            names = {job for link in links.values() for job in (*link.needed_by, *link.followed_by)} - set(found)
            ahead = await self._add(found, names)
        ahead = {start}
        while ahead:
            names = {other for job in ahead for other in edges_of(decode_job(found[job]))} - set(found)
            ahead = await self._add(found, names)
        jobs = {name: decode_job(one) for name, one in found.items()}
        edges = {job.id: edges_of(job) for job in jobs.values()}
        shown = {**reached(edges, [start]), **reached(turned(edges), [start])}
        return {name: job for name, job in jobs.items() if name in shown}


def _for(job: Job, told: Mapping[JobId, RunId]) -> Pins:
    return Pins(needs={need.job: told[need.job] for need in job.needs if need.job in told})


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
