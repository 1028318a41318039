"""Why a queued run is not taken: what keeps workers from it, the nearest cause first."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import iso
from tickwork.core.lanes import ELSEWHERE, Lane, Limit, Room, parse_lane, pool_key
from tickwork.core.model import Call, Run, Scope
from tickwork.core.states import HELD
from tickwork.core.switches import Switches, off_because
from tickwork.operations.context import Context
from tickwork.operations.fleet import read_outages, read_pools
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.store.protocol import Kind, RunFilter, Session

_MANY = 10_000


class Queueing:
    """Answers for one run at a time."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def why(self, run: Run, facts: dict[str, Any]) -> str:
        """The end of a sentence; what it goes by is put into `facts`."""
        if run.pool == ELSEWHERE:
            return f"whoever runs it tells by its check-in URL (`tickwork checkin {run.job}`) or `tickwork wrap`"
        now = self._context.clock.now()
        if run.ready_at > now:
            return f"it may start from {iso(run.ready_at)} on"
        switches = await self._jobs.switches()
        off = off_because(Scope.POOL, run.pool, switches, now)
        if off is not None:
            return off
        sessions = [session for session in await self._store.sessions() if run.pool in session.pools]
        facts["workers"] = [session.worker for session in sessions]
        if not sessions:
            return await self._nobody(run.pool)
        lane = parse_lane(run.lane)
        serving = [one for one in sessions if _serves(one, lane)]
        if not serving:
            return await self._why_unserved(run, lane, sessions)
        return self._drained(serving, switches) or await self._why_no_room(run, lane, serving, facts)

    async def _nobody(self, pool: str) -> str:
        since = (await read_outages(self._store)).get(pool)
        told = "" if since is None else f" since {iso(since)}"
        return f"no live worker in pool {pool}{told}: start one with `tickwork worker` or `tickwork up`"

    async def _why_unserved(self, run: Run, lane: Lane, sessions: Sequence[Session]) -> str:
        """None of the live workers of its pool may have it."""
        if lane.worker is not None and lane.worker not in {one.worker for one in sessions}:
            return f"only worker {lane.worker} may have it, which is not there"
        if lane.task is not None and not any(lane.task in one.tasks for one in sessions):
            return _why_not_known(lane.task, await self._app_of(run), sessions)
        with_it = "" if lane.task is None else f" that has the task {lane.task}"
        return f"no live worker of pool {run.pool}{with_it} has all of the labels {', '.join(lane.labels)}"

    async def _app_of(self, run: Run) -> str | None:
        document = await self._store.get(Kind.JOB, run.job, revision=run.revision)
        task = None if document is None or document.body is None else decode_job(document).task
        return task.app if isinstance(task, Call) else None

    def _drained(self, serving: Sequence[Session], switches: Switches) -> str | None:
        """Why none of them takes anything new, if all were told so."""
        now = self._context.clock.now()
        whys = [off_because(Scope.WORKER, session.worker, switches, now) for session in serving]
        return ", ".join(dict.fromkeys(why for why in whys if why)) if all(whys) else None

    async def _why_no_room(self, run: Run, lane: Lane, serving: Sequence[Session], facts: dict[str, Any]) -> str:
        held = await self._store.runs(RunFilter(states=tuple(HELD)), limit=_MANY)
        if (full := await self._full(lane, held)) is not None:
            return full
        seats = sum(session.concurrency for session in serving)
        busy = [one for one in held if one.pool == run.pool]
        facts["seats"], facts["busy"] = seats, len(busy)
        if len(busy) >= seats:
            return f"all {seats} seats of pool {run.pool} are taken"
        return "a worker takes it in a moment"

    async def _full(self, lane: Lane, held: Sequence[Run]) -> str | None:
        """Which limit leaves no room, if one does."""
        pool = (await read_pools(self._store)).get(lane.pool)
        of_pool = [] if pool is None or pool.max_running is None else [_limit(pool.name, pool.max_running)]
        room = Room.left(of_pool, Counter(run.lane for run in held))
        for limit in (*lane.limits, *of_pool):
            if room.held.get(limit.key, 0) >= limit.max:
                kind, _, name = limit.key.partition("/")
                return f"{limit.max} of {kind} {name} run already, as many as may at a time"
        return None


def _serves(session: Session, lane: Lane) -> bool:
    return lane.serves(worker=session.worker, labels=session.labels, tasks=session.tasks)


def _why_not_known(task: str, app: str | None, sessions: Sequence[Session]) -> str:
    """Its worker must have the code with it: who has the app has another one, or cannot import it."""
    prints = {one.worker: _prints(one, app) for one in sessions if f"app:{app}" in one.labels}
    if not prints:
        return f"no live worker has the task {task}: start one with `tickwork worker --app {app}`"
    have = ", ".join(f"{worker} has app {app}{print_}" for worker, print_ in sorted(prints.items()))
    return f"no live worker has the task {task} ({have}, without it): bring one up to date and start it again"


def _prints(session: Session, app: str | None) -> str:
    found = [label.rpartition("@")[2] for label in session.labels if label.startswith(f"code:{app}@")]
    return f" at {found[0]}" if found else ""


def _limit(pool: str, most: int) -> Limit:
    return Limit(key=pool_key(pool), max=most)
