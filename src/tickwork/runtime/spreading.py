"""Jobs that run on several workers at once: a run for each, and the run they are parts of, which waits for them.

The whole never reaches a worker. Its parts are runs of the same job, with the whole's id as their group and a lane that
one worker alone serves. Which workers these are is decided once, when the parts are born, all together.
"""

from collections.abc import Iterable, Sequence

import msgspec

from tickwork.core.births import lane_at_birth, overlap_of
from tickwork.core.clock import MINUTE, SECOND, Clock, Duration, Instant
from tickwork.core.codec import to_json
from tickwork.core.dependencies import Pins
from tickwork.core.groups import chosen_workers, has_failed, is_enough, is_served
from tickwork.core.ids import RunId, derived_run
from tickwork.core.lanes import parse_lane
from tickwork.core.model import PARTS, Delivery, Everywhere, Job, Origin, Overlap, Run, Scope
from tickwork.core.states import LIVE, Reason, State
from tickwork.core.switches import off_because
from tickwork.operations.known import details
from tickwork.operations.switched import read_switches
from tickwork.store.protocol import NewRun, RunFilter, Session, Store, Unblock

WAIT = Duration(MINUTE)
"""For workers that are not there (yet, or any more)."""
_MANY = 10_000
_NAMED = 5


class Spreads:
    """Begins, advances and collects runs on several workers."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._wanting: dict[RunId, float] = {}
        """Since when runs want more workers than there are, monotonic."""

    async def begin(self, whole: Run, job: Job, pins: Pins, items: list[Unblock]) -> int:
        """Bear its parts, if it is its turn and the workers are there. Returns how many; one that must not run gets its
        end into `items`."""
        if not await self._is_its_turn(whole, job, items):
            return 0
        workers = chosen_workers(job, await self._enabled(job), seed=whole.id)
        if workers is None:
            items += self._given_up(whole, job)
            return 0
        self._wanting.pop(whole.id, None)
        parts = [self._part(whole, job, pins, name, place) for place, name in enumerate(workers)]
        await self._store.enqueue(parts, at=self._clock.now(), verb="spread")
        return len(parts)

    def wants_workers(self, whole: RunId) -> bool:
        """Whether it is to be looked at again soon, as no completion would say that there are workers now."""
        return whole in self._wanting

    async def advance(self, whole: Run, job: Job, pins: Pins, parts: Sequence[Run]) -> list[Unblock]:
        """End the whole when all parts have ended; miss those whose worker has gone before it took them."""
        queued = [run for run in parts if run.state is State.QUEUED]
        missed = await self._miss_lonely(queued) if queued else set()
        if any(run.state in LIVE and run.id not in missed for run in parts):
            return []
        now = [msgspec.structs.replace(run, state=State.MISSED) if run.id in missed else run for run in parts]
        return [await self._collected(whole, job, pins, now)]

    # -- the overlap rule, which counts all parts as one --

    async def _is_its_turn(self, whole: Run, job: Job, items: list[Unblock]) -> bool:
        if job.overlap is Overlap.ALLOW:
            return True
        live = await self._store.runs(RunFilter(job=job.id, states=tuple(sorted(LIVE))), limit=_MANY)
        parts = [run for run in live if run.origin is Origin.MAP and run.group != whole.id]
        earlier = [run for run in live if run.origin not in PARTS and run.id < whole.id]
        if not parts and not earlier:
            return True
        first = earlier[-1].id if earlier else RunId(parts[-1].group or parts[-1].id)  # they come newest first
        in_line = [run for run in earlier if run.id not in {part.group for part in parts} and run.id != first]
        overlap, asked = overlap_of(job, whole.origin)
        if not asked and (overlap is Overlap.SKIP or (overlap is Overlap.QUEUE and in_line)):
            items.append(_ended(whole, State.SKIPPED, Reason.OVERLAP, f"run {first} was not over"))
        elif not asked and overlap is Overlap.REPLACE:
            note = f"by run {whole.id}"
            await self._store.cancel(
                [run.id for run in earlier], reason=Reason.REPLACED, note=note, at=self._clock.now()
            )
        return False

    # -- workers --

    async def _enabled(self, job: Job) -> list[str]:
        switches, now = await read_switches(self._store), self._clock.now()
        return [
            session.worker
            for session in await self._store.sessions()
            if _is_served(job, session) and not off_because(Scope.WORKER, session.worker, switches, now)
        ]

    def _given_up(self, whole: Run, job: Job) -> list[Unblock]:
        """Its end, if the workers that it wants were not there for too long or would come too late."""
        now, since = self._clock.monotonic(), self._wanting.setdefault(whole.id, self._clock.monotonic())
        wanted = "no worker" if job.on is Everywhere.ALL else f"fewer than {job.on} workers"
        note = f"{wanted} in pool {job.pool} could take it" + (f" (labels {', '.join(job.labels)})" * bool(job.labels))
        if whole.start_by is not None and self._clock.now() > whole.start_by:
            return [_ended(whole, State.MISSED, Reason.DEADLINE, note)]
        if (now - since) * SECOND < WAIT:
            return []
        self._wanting.pop(whole.id)
        return [_ended(whole, State.MISSED, Reason.NO_WORKER, note)]

    async def _miss_lonely(self, queued: Iterable[Run]) -> set[RunId]:
        now = self._clock.now()
        there = _names(await self._store.sessions(ended_since=Instant(now - WAIT)))
        by_worker: dict[str, list[RunId]] = {}
        for run in queued:
            worker = parse_lane(run.lane).worker
            if worker is not None and worker not in there:
                by_worker.setdefault(worker, []).append(run.id)
        missed: set[RunId] = set()
        for worker, runs in by_worker.items():
            missed.update(await self._store.miss(runs, note=f"worker {worker} has been gone for a minute", at=now))
        return missed

    # -- parts and their end --

    def _part(self, whole: Run, job: Job, pins: Pins, worker: str, place: int) -> NewRun:
        """The same one from every node that decides the same."""
        # of N workers the N places are taken once, whoever fills them first; of all of them each is asked once
        key = ("on", worker) if job.on is Everywhere.ALL else ("on", str(place))
        run = Run(
            id=derived_run(whole.created, whole.id, *key),
            job=job.id,
            project=job.project,
            revision=whole.revision,
            origin=Origin.MAP,
            state=State.QUEUED,
            lane=lane_at_birth(job, worker=worker),
            priority=job.priority,
            ready_at=max(whole.ready_at, whole.created),
            start_by=whole.start_by,
            once=job.delivery is Delivery.AT_MOST_ONCE,
            about=whole.id,
            group=whole.id,
            note=f"on worker {worker}",
            created=self._clock.now(),
        )
        return NewRun(run=run, pins=to_json(msgspec.structs.replace(pins, item=worker)))

    async def _collected(self, whole: Run, job: Job, pins: Pins, parts: Sequence[Run]) -> Unblock:
        failed = [run for run in parts if has_failed(run.state)]
        done = [run for run in parts if run.state is State.SUCCEEDED]
        note = _note(failed, len(parts)) if failed else None
        if not is_enough(job.success, succeeded=len(done), failed=len(failed)):
            return _ended(whole, State.FAILED, Reason.UPSTREAM, note or f"{len(done)} of {job.success} succeeded")
        known = await details(self._store, [run.id for run in done])
        values = {run.worker or "": msgspec.Raw(known[run.id].result or b"null") for run in done}
        return Unblock(run=whole.id, state=State.SUCCEEDED, note=note, result=to_json(values), pins=to_json(pins))


def is_lonely(parts: Iterable[Run]) -> bool:
    """Whether a part waits for a worker that might never come: no completion would say so."""
    return any(run.state is State.QUEUED for run in parts)


def _is_served(job: Job, by: Session) -> bool:
    return is_served(job, pools=by.pools, worker=by.worker, labels=by.labels, tasks=by.tasks)


def _names(sessions: Iterable[Session]) -> set[str]:
    return {session.worker for session in sessions}


def _note(failed: Sequence[Run], of: int) -> str:
    names = sorted(parse_lane(run.lane).worker or run.id for run in failed)
    more = ", …" if len(names) > _NAMED else ""
    return f"it did not succeed on {len(failed)} of {of} workers: {', '.join(names[:_NAMED])}{more}"


def _ended(whole: Run, state: State, reason: Reason, note: str) -> Unblock:
    return Unblock(run=whole.id, state=state, reason=reason, note=note)
