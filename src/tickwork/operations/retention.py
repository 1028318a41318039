"""How long history is kept: who says it, what it comes down to for a job, and which runs may go now.

Three levels: the job (`keep` in its board), its project, the instance (settings). The narrowest that says anything
about a value decides it; see `core.retention.kept`. Runs that somebody pinned stay, whatever any level says.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tickwork.core.clock import Instant, later
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job
from tickwork.core.retention import NO_LIMIT, Kept, Retention, kept
from tickwork.core.states import TERMINAL, State
from tickwork.core.timing.text import format_duration
from tickwork.errors import Conflict
from tickwork.operations.context import Context
from tickwork.operations.paging import saying
from tickwork.operations.projects import Project
from tickwork.operations.runs import Runs
from tickwork.operations.views import KeptView
from tickwork.store.protocol import Document, Kind, Old, Outdated, Put, Said, Store

ENDED: Final = tuple(sorted(TERMINAL))
_PINNED: Final = "pinned"
_MOST_PINNED: Final = 10_000
_LOOK: Final = 500
"""Jobs whose runs are counted in one read."""


class _Pinned(msgspec.Struct, frozen=True, kw_only=True):
    """The runs that stay."""

    runs: tuple[RunId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What all levels say."""

    instance: Retention
    projects: Mapping[str, Retention] = field(default_factory=dict)
    jobs: Mapping[JobId, tuple[str, Retention]] = field(default_factory=dict)
    """Of those that say anything: their project, and what they say."""
    pinned: frozenset[RunId] = frozenset()

    def of(self, project: str, job: JobId | None = None) -> Kept:
        """For a job; None: for those of the project that say nothing themselves."""
        said = [("instance", self.instance)]
        if project in self.projects:
            said.insert(0, (f"project {project}", self.projects[project]))
        if job is not None and job in self.jobs:
            said.insert(0, (f"job {job}", self.jobs[job][1]))
        return kept(said, ENDED)

    @property
    def fewest(self) -> int | None:
        """The lowest number of runs that anybody but a job lets one have; None: nobody sets any."""
        limits = [self.of(project).most.value for project in ("", *self.projects)]
        return min((limit for limit in limits if limit != NO_LIMIT), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A part of the history that is looked through."""

    which: Outdated
    project: str
    why: str
    """In words: what its runs go by, and who says it."""


class Keeping:
    """Rules, and what they let go."""

    def __init__(self, store: Store, *, instance: Retention) -> None:
        self._store = store
        self._instance = instance

    async def rules(self) -> Rules:
        """As they are now. Costs as much as there are jobs and projects that say something."""
        jobs = {
            JobId(document.id): (document.project, from_json(document.body, Job).keep)
            async for document in saying(self._store, Kind.JOB, Said.KEEP)
            if document.body is not None
        }
        projects = {
            document.id: from_json(document.body, Project).keep
            async for document in saying(self._store, Kind.PROJECT, Said.KEEP)
            if document.body is not None
        }
        return Rules(instance=self._instance, projects=projects, jobs=jobs, pinned=await pinned(self._store))

    async def errands(self, rules: Rules, *, now: Instant, spare: Iterable[JobId] = ()) -> AsyncIterator[Errand]:
        """All parts of the history of which something may have to go. `spare`: jobs that are not looked at."""
        async for errand in self.steps(rules, now=now, spare=spare):
            if errand is not None:
                yield errand

    async def steps(self, rules: Rules, *, now: Instant, spare: Iterable[JobId] = ()) -> AsyncIterator[Errand | None]:
        """The same, for who leaves the store to others meanwhile. None: it has looked at some jobs, of which there may
        be many."""
        spared = frozenset(spare)
        async for errand in self._by_age(rules, now, spared):
            yield errand
        async for step in self._by_count(rules, now, spared):
            yield step

    async def page(
        self, errand: Errand, rules: Rules, *, after: RunId | None, look: int
    ) -> tuple[list[Old], RunId | None]:
        """The next of its runs that may go, and from where on to look next; None: it is done."""
        found = await self._store.outdated(errand.which, after=after, look=look)
        return [old for old in found.runs if old.run not in rules.pinned], found.through

    async def _by_age(self, rules: Rules, now: Instant, spared: frozenset[JobId]) -> AsyncIterator[Errand]:
        apart = tuple(sorted({*rules.jobs, *spared}))
        for project, state in await self._store.outcomes():
            of = rules.of(project)
            which = Outdated(
                state=state, project=project, before=of.before(state, now), keep=of.least.value, spare=apart
            )
            yield Errand(which=which, project=project, why=_age(of, state))
        for job in sorted(set(rules.jobs) - spared):
            project, _ = rules.jobs[job]
            of = rules.of(project, job)
            for state in ENDED:
                which = Outdated(state=state, job=job, before=of.before(state, now), keep=of.least.value)
                yield Errand(which=which, project=project, why=_age(of, state))

    async def _by_count(self, rules: Rules, now: Instant, spared: frozenset[JobId]) -> AsyncIterator[Errand | None]:
        """Jobs that were deleted keep their history for the age of their project; no more of it comes."""
        own = [(job, project) for job, (project, _) in sorted(rules.jobs.items()) if job not in spared]
        for first in range(0, len(own), _LOOK):
            async for errand in self._beyond(own[first : first + _LOOK], rules, now):
                yield errand
            yield None
        if (most := rules.fewest) is None:
            return
        apart, after = spared | rules.jobs.keys(), None
        while True:
            crowd = await self._store.crowded(n=most, after=after, look=_LOOK)
            jobs = [(job, project) for job, project in crowd.jobs if job not in apart]
            async for errand in self._beyond(jobs, rules, now):
                yield errand
            yield None
            if (after := crowd.through) is None:
                return

    async def _beyond(self, jobs: Sequence[tuple[JobId, str]], rules: Rules, now: Instant) -> AsyncIterator[Errand]:
        by_most: dict[int, list[tuple[JobId, str, Kept]]] = {}
        for job, project in jobs:
            of = rules.of(project, job)
            if of.most.value != NO_LIMIT:
                by_most.setdefault(of.most.value, []).append((job, project, of))
        for most, alike in by_most.items():
            last = await self._store.nth_newest([job for job, _, _ in alike], n=max(most, 1))
            for job, project, of in alike:
                if job not in last:
                    continue
                for state in ENDED:
                    which = Outdated(state=state, job=job, before=later(now, 1), until=last[job], keep=most)
                    why = f"beyond the newest {most} of the job ({of.most.by})"
                    yield Errand(which=which, project=project, why=why)


async def kept_views(store: Store, job: Job, *, instance: Retention) -> list[KeptView]:
    """How long the ended runs of a job are kept, and who says so."""
    document = await store.get(Kind.PROJECT, job.project)
    project = Retention() if document is None or document.body is None else from_json(document.body, Project).keep
    levels = [("job", job.keep), (f"project {job.project}", project), ("instance", instance)]
    of = kept(levels, ENDED)
    ages = [KeptView(what=state, value=format_duration(age.value), origin=age.by) for state, age in of.ages.items()]
    most = "all" if of.most.value == NO_LIMIT else str(of.most.value)
    return [
        *ages,
        KeptView(what="at_least", value=str(of.least.value), origin=of.least.by),
        KeptView(what="at_most", value=most, origin=of.most.by),
    ]


class RetentionVerbs:
    """What a person does about it."""

    def __init__(self, context: Context, runs: Runs) -> None:
        self._context = context
        self._store = context.store
        self._runs = runs

    async def pin(self, run: str, *, undo: bool = False) -> RunId:
        """It stays for ever (`undo`: no longer). Raises `NotFound`, and `Conflict` beyond 10,000 pinned runs."""
        identity = await self._runs.resolve(run)
        document = await self._store.get(Kind.MARK, _PINNED)
        before = _pinned_of(document)
        after = before - {identity} if undo else before | {identity}
        if len(after) > _MOST_PINNED:
            raise Conflict(f"{_MOST_PINNED} runs are pinned already; let some of them go first")
        if after != before:
            put = Put(
                kind=Kind.MARK,
                id=_PINNED,
                body=to_json(_Pinned(runs=tuple(sorted(after)))),
                expect=0 if document is None else document.revision,
            )
            verb = "unpin" if undo else "pin"
            await self._store.put([put], by=self._context.actor, at=self._context.clock.now(), verb=verb, note=identity)
        return identity

    async def put_project(self, name: str, keep: Retention) -> None:
        """How long the history of a project's jobs is kept, where they say nothing themselves."""
        document = await self._store.get(Kind.PROJECT, name)
        body = None if document is None else document.body
        project = Project(name=name) if body is None else from_json(body, Project)
        put = Put(
            kind=Kind.PROJECT,
            id=name,
            body=to_json(msgspec.structs.replace(project, keep=keep)),
            project=name,
            name=name,
            expect=0 if document is None else document.revision,
        )
        await self._store.put([put], by=self._context.actor, at=self._context.clock.now(), verb="project")


async def pinned(store: Store) -> frozenset[RunId]:
    """The runs that stay, whatever the rules say."""
    return _pinned_of(await store.get(Kind.MARK, _PINNED))


def _pinned_of(document: Document | None) -> frozenset[RunId]:
    return (
        frozenset() if document is None or document.body is None else frozenset(from_json(document.body, _Pinned).runs)
    )


def _age(of: Kept, state: State) -> str:
    return f"older than {format_duration(of.ages[state].value)} ({of.ages[state].by})"
