"""Lets runs that wait for others go on, or ends them, as soon as that is decided (core/readiness.py says how)."""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass

from tickwork.core.births import overlap_of
from tickwork.core.clock import Clock
from tickwork.core.codec import to_json
from tickwork.core.dependencies import Pins
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job, Origin, Run
from tickwork.core.outdated import Successes
from tickwork.core.readiness import Hopeless, NotYet, Ready, Surroundings, UpToDate, judge
from tickwork.core.states import Reason, State, Wait
from tickwork.crashpoint import crash_point
from tickwork.operations.known import Definitions, details, members, occurrence, pins_of, successes
from tickwork.runtime.mapping import Maps
from tickwork.runtime.spreading import Spreads, is_lonely
from tickwork.store.protocol import Order, RunFilter, Store, Unblock

_PAGE = 5000
_SWEEP = 30.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A run to decide about."""

    run: Run
    job: Job
    pins: Pins


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    newest: Successes
    groups: Mapping[str, Mapping[JobId, Run]]


class Upstream:
    """Looks at a waiting run when it is new, and again whenever a job that it waits for has had a completion."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._definitions = Definitions(store)
        self._maps = Maps(store=store, clock=clock)
        self._spreads = Spreads(store=store, clock=clock)
        self._asleep: set[RunId] = set()
        """Runs that only a completion can move."""
        self._swept = clock.monotonic()

    async def resolve(self, completed: AbstractSet[JobId]) -> bool:
        """`completed`: the jobs of which runs have ended. Returns whether anything moved: then there may be more."""
        cases = await self._concerned(completed)
        if not cases:
            return False
        facts = await self._look(cases)
        items: list[Unblock] = []
        begun = 0
        self._maps.new_round()
        for case in cases:
            if _has_parts(case.job) and (parts := await self._maps.children(case.run)):
                items += await self._advance(case, parts)
            elif isinstance(decided := await self._decide(case, facts), Ready) and _has_parts(case.job):
                begun += await self._begin(case, decided.pins, items)
            else:
                items += self._items(case, decided)
        crash_point("promoter.resolved")
        if items:
            await self._store.unblock(items, at=self._clock.now())
        return bool(items or begun)

    async def _begin(self, case: _Case, pins: Pins, items: list[Unblock]) -> int:
        if case.job.map is not None:
            return await self._maps.begin(case.run, case.job, pins, items)
        before = len(items)
        begun = await self._spreads.begin(case.run, case.job, pins, items)
        if not begun and len(items) == before and not self._spreads.wants_workers(case.run.id):
            self._asleep.add(case.run.id)
        return begun

    async def _advance(self, case: _Case, parts: Sequence[Run]) -> list[Unblock]:
        if case.job.map is not None:
            items = await self._maps.advance(case.run, case.job, case.pins, parts)
        else:
            items = await self._spreads.advance(case.run, case.job, case.pins, parts)
        if not items and (case.job.map is not None or not is_lonely(parts)):
            self._asleep.add(case.run.id)
        return items

    async def _concerned(self, completed: AbstractSet[JobId]) -> list[_Case]:
        waiting = await self._waiting()
        self._asleep = set() if self._sweeps() else self._asleep & {run.id for run in waiting}
        fresh = [run for run in waiting if run.id not in self._asleep]
        asleep = [run for run in waiting if run.id in self._asleep] if completed else []
        jobs = await self._definitions.of([*fresh, *asleep])
        woken = [run for run in asleep if run.id in jobs and not completed.isdisjoint(_waits_for(jobs[run.id]))]
        concerned = [run for run in [*fresh, *woken] if run.id in jobs]
        self._asleep.difference_update(run.id for run in concerned)
        known = await details(self._store, [run.id for run in concerned])
        return [_Case(run=run, job=jobs[run.id], pins=pins_of(known.get(run.id))) for run in concerned]

    def _sweeps(self) -> bool:
        """Now and then all are looked at: another node may have died between two steps of a map."""
        now = self._clock.monotonic()
        if now - self._swept < _SWEEP:
            return False
        self._swept = now
        return True

    async def _waiting(self) -> list[Run]:
        """Items of maps are moved with their parent."""
        where, found = RunFilter(wait=Wait.UPSTREAM, order=Order.OLDEST), list[Run]()
        while page := await self._store.runs(where, after=found[-1].id if found else None, limit=_PAGE):
            found += page
            if len(page) < _PAGE:
                break
        return [run for run in found if run.origin is not Origin.MAP]

    async def _look(self, cases: Sequence[_Case]) -> _Facts:
        groups: dict[str, set[JobId]] = {}
        for case in cases:
            if case.run.group is not None:
                groups.setdefault(case.run.group, set()).update(need.job for need in case.job.needs)
        jobs = {name for case in cases for name in (case.job.id, *(need.job for need in case.job.needs))}
        return _Facts(
            newest=await successes(self._store, sorted(jobs)),
            groups={
                group: {run.job: run for run in await members(self._store, group, jobs=needed)}
                for group, needed in groups.items()
            },
        )

    async def _decide(self, case: _Case, facts: _Facts) -> Ready | NotYet | Hopeless | UpToDate:
        group = facts.groups.get(case.run.group or "", {})
        slot = case.run.slot
        by_slot = [need for need in case.job.needs if need.same_slot or need.within is not None]
        around = Surroundings(
            newest=facts.newest,
            members=group if case.run.origin is Origin.GRAPH else {},
            occurrences={}
            if slot is None
            else {need.job: await occurrence(self._store, need, slot) for need in by_slot},
        )
        return judge(case.job, case.run, case.pins, around)

    def _items(self, case: _Case, decided: Ready | NotYet | Hopeless | UpToDate) -> list[Unblock]:
        run = case.run
        match decided:
            case Ready(pins=pins):
                overlap, asked = overlap_of(case.job, run.origin)
                told = to_json(pins)
                return [Unblock(run=run.id, state=State.QUEUED, pins=told, overlap=overlap, asked=asked)]
            case Hopeless(why=why):
                return [Unblock(run=run.id, state=State.FAILED, reason=Reason.UPSTREAM, note=why)]
            case UpToDate():
                return [Unblock(run=run.id, state=State.SKIPPED, reason=Reason.UP_TO_DATE)]
            case NotYet(by_time=by_time):
                if not by_time:
                    self._asleep.add(run.id)
                return []


def _waits_for(job: Job) -> set[JobId]:
    """The jobs whose completions may move a run of `job`; one that has parts goes on with their ends."""
    needed = {need.job for need in job.needs}
    return needed | {job.id} if _has_parts(job) else needed


def _has_parts(job: Job) -> bool:
    return job.map is not None or job.on != 1
