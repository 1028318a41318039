"""Runs of a part of the graph, as one group; and the graph itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from tickwork.core.graph import edges_of, in_order, reached, turned
from tickwork.core.groups import state_of_group
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job, Origin, Quorum, Run
from tickwork.core.outdated import is_outdated, to_run
from tickwork.core.states import State
from tickwork.core.switches import paused_because
from tickwork.errors import InvalidParameter
from tickwork.operations.births import accepted, asked_run, pins_for, refuse_unarmed
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.known import successes
from tickwork.operations.project_graph import ProjectGraph, project_graph
from tickwork.operations.runs import Runs
from tickwork.operations.viewing import run_view
from tickwork.operations.views import GraphNode, GraphView, GroupView
from tickwork.operations.wiring import read_links
from tickwork.store.protocol import Document, Kind, NewRun, RunFilter

_MEMBERS = 100_000


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
            pins=pins_for(job, told),
            own_group=not alone,
        )

    def _member(
        self,
        document: Document,
        job: Job,
        told: Mapping[JobId, RunId],
        first: NewRun,
    ) -> NewRun:
        pins, group = pins_for(job, told), first.run.id
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

    async def group(self, name: str) -> GroupView:
        """A group by its id, or by one of its runs; what its runs are like as a whole."""
        run = await self._runs.whole(name)
        runs = [run] if run.group is None else await self._store.runs(RunFilter(group=run.group), limit=_MEMBERS)
        items = await self._store.runs(RunFilter(group=run.id, origin=Origin.MAP), limit=_MEMBERS)
        shown = sorted({one.id: one for one in [*runs, *items]}.values(), key=lambda one: one.id)
        success = Quorum.ALL if run.group is None else await self._success(run.group)
        state = state_of_group([one.state for one in runs], success=success)
        return GroupView(id=run.group or run.id, state=state, runs=[run_view(one) for one in shown])

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
