"""Maps: one run for each item of what a needed job returned, and the run they are parts of, which waits for them.

The parent never reaches a worker. Its items are runs of the same job with the parent's id as their group, each with its
item's key among its pins. What is already there says how far a map is, so it can be taken up by any promoter.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from tickwork.core.births import lane_at_birth
from tickwork.core.clock import Clock
from tickwork.core.codec import from_json, to_json
from tickwork.core.dependencies import Dependants, Map, Pins, items_of
from tickwork.core.groups import has_failed, is_enough
from tickwork.core.ids import JobId, RunId, derived_run
from tickwork.core.model import Delivery, Job, Origin, Overlap, Quorum, Run
from tickwork.core.states import LIVE, TERMINAL, Reason, State, Wait
from tickwork.operations.known import details, pins_of
from tickwork.store.protocol import Event, NewRun, Order, RunFilter, Store, Unblock

MAX_ITEMS = 10_000
_NAMED = 5
"""Failed items that a note names."""


class Maps:
    """Begins, advances and collects maps."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._begun: set[JobId] = set()

    def new_round(self) -> None:
        self._begun.clear()

    async def children(self, parent: Run) -> list[Run]:
        """Its items' runs, in the order of the items."""
        where = RunFilter(group=parent.id, origin=Origin.MAP, order=Order.OLDEST)
        return await self._store.runs(where, limit=MAX_ITEMS)

    async def begin(self, parent: Run, job: Job, pins: Pins, items: list[Unblock]) -> int:
        """Bear the runs of all items that are not done. Returns how many; a map with nothing to do ends at once (its
        end is added to `items`)."""
        assert job.map is not None  # the caller asked
        if not await self._is_its_turn(job):
            return 0
        over = await self._store.run(pins.needs[job.map.over])
        result = None if over is None or over.result is None else from_json(over.result, Any)
        wanted = items_of(result)
        if wanted is None or len(wanted) > MAX_ITEMS:
            items.append(_hopeless(parent, _why_not(job.map, wanted)))
            return 0
        done = await self._done(parent.id, pins)
        runs = [_child(parent, job, pins, key, place) for place, key in enumerate(wanted) if key not in done]
        if not runs:
            items.append(await self._collected(parent, job, pins, ()))
            return 0
        self._begun.add(job.id)
        await self._store.enqueue(runs, at=self._clock.now(), verb="map")
        return len(runs)

    async def _is_its_turn(self, job: Job) -> bool:
        """Two maps of a job that allows no overlap go one after the other."""
        if job.overlap is Overlap.ALLOW:
            return True
        if job.id in self._begun:
            return False
        live = await self._store.runs(RunFilter(job=job.id, origin=Origin.MAP, states=tuple(sorted(LIVE))), limit=1)
        return not live

    async def advance(self, parent: Run, job: Job, pins: Pins, children: Sequence[Run]) -> list[Unblock]:
        """Let the next items go on as far as there is room; when all have ended, end the parent."""
        assert job.map is not None  # it has items
        waiting = [run for run in children if run.wait is Wait.UPSTREAM]
        busy = sum(1 for run in children if run.state not in TERMINAL) - len(waiting)
        if waiting:
            room = len(waiting) if job.map.parallel is None else max(0, job.map.parallel - busy)
            return [Unblock(run=run.id, state=State.QUEUED) for run in waiting[:room]]
        if busy:
            return []
        used = pins_of(await self._store.run(children[0].id)).needs  # decided when the items were made
        return [await self._collected(parent, job, msgspec.structs.replace(pins, needs=used), children)]

    async def _collected(self, parent: Run, job: Job, pins: Pins, children: Sequence[Run]) -> Unblock:
        assert job.map is not None  # it has items
        success = Quorum.ANY if job.map.dependants is Dependants.SUCCESSFUL else job.success
        done = await self._done(parent.id, pins)
        failed = [run for run in children if has_failed(run.state)]
        note = await self._note(failed, len(children)) if failed else None
        if not is_enough(success, succeeded=len(done), failed=len(failed)):
            return _hopeless(parent, note or f"{len(done)} items succeeded, of {success} that must")
        if pins.redo is not None:
            done = await self._in_order(done, pins.needs[job.map.over])
        results = await details(self._store, done.values())
        values = {key: msgspec.Raw(_result(results.get(run))) for key, run in done.items()}
        return Unblock(run=parent.id, state=State.SUCCEEDED, note=note, result=to_json(values), pins=to_json(pins))

    async def _done(self, parent: RunId, pins: Pins) -> dict[str, RunId]:
        """The successful items, also those of the runs that this one does again."""
        done: dict[str, RunId] = {}
        ahead: RunId | None = parent
        while ahead is not None:
            where = RunFilter(group=ahead, origin=Origin.MAP, states=(State.SUCCEEDED,), order=Order.OLDEST)
            known = await details(self._store, [run.id for run in await self._store.runs(where, limit=MAX_ITEMS)])
            keys = {pins_of(detail).item or "": run for run, detail in known.items()}
            done = keys | done
            ahead = pins.redo if ahead == parent else pins_of(await self._store.run(ahead)).redo
        return done

    async def _in_order(self, done: dict[str, RunId], over: RunId) -> dict[str, RunId]:
        """As the items came, whenever each was done; as they are where that is not known any more."""
        known = await self._store.run(over)
        items = None if known is None or known.result is None else items_of(from_json(known.result, Any))
        return done if items is None else {key: done[key] for key in items if key in done}

    async def _note(self, failed: Sequence[Run], of: int) -> str:
        known = await details(self._store, [run.id for run in failed[:_NAMED]])
        keys = [pins_of(detail).item or "" for detail in known.values()]
        more = ", …" if len(failed) > len(keys) else ""
        return f"{len(failed)} of {of} items did not succeed: {', '.join(keys)}{more}"

    async def follow(self, events: Sequence[Event]) -> None:
        """The items of a map that was cancelled are cancelled with it."""
        for event in events:
            if event.state is State.CANCELLED:
                where = RunFilter(group=event.run, origin=Origin.MAP, states=tuple(sorted(LIVE)))
                if live := await self._store.runs(where, limit=MAX_ITEMS):
                    note = f"with run {event.run}"
                    now = self._clock.now()
                    await self._store.cancel([run.id for run in live], reason=Reason.PARENT, note=note, at=now)


def _child(parent: Run, job: Job, pins: Pins, key: str, place: int) -> NewRun:
    run = Run(
        id=derived_run(parent.created, "map", parent.id, place=place),
        job=job.id,
        project=job.project,
        revision=parent.revision,
        origin=Origin.MAP,
        state=State.WAITING,
        wait=Wait.UPSTREAM,
        lane=lane_at_birth(job),
        priority=job.priority,
        ready_at=parent.ready_at,
        once=job.delivery is Delivery.AT_MOST_ONCE,
        about=parent.id,
        group=parent.id,
        note=f"item {key}",
        created=parent.created,
    )
    return NewRun(run=run, pins=to_json(Pins(needs=pins.needs, item=key)))


def _hopeless(parent: Run, why: str) -> Unblock:
    return Unblock(run=parent.id, state=State.FAILED, reason=Reason.UPSTREAM, note=why)


def _why_not(rule: Map, items: dict[str, Any] | None) -> str:
    if items is None:
        return f"{rule.over} returned neither a list nor a table to map over"
    return f"{rule.over} returned {len(items)} items; a map goes over {MAX_ITEMS} at most"


def _result(detail: Any) -> bytes:
    return b"null" if detail is None or detail.result is None else detail.result
