"""A store with the few values that the sentences of the contract need."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import GapId, JobId, RunId, ScheduleId, SessionId
from tickwork.core.model import Actor, Attempt, Gap, Origin, Overlap, Run
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import (
    Born,
    Claim,
    ClaimLost,
    Finish,
    Fire,
    Kind,
    NewRun,
    Put,
    ScheduleRow,
    Session,
    Start,
    Store,
    Timetable,
    Topic,
)

StoreFactory = Callable[[], Awaitable[Store]]
"""Opens one more store on the same data (`memory://` has one only); the fixture closes them."""

ANN = Actor(kind="person", name="ann@desk")


def at(second: float) -> Instant:
    return Instant(round(second * 1_000_000))


class World:
    """Short words over a store; every value has a default, so that a test names only what it is about."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._made = 0

    def id(self) -> str:
        """Ids that sort by their making."""
        self._made += 1
        return f"{self._made:020}"

    # -- definitions --

    async def job(self, id: str = "backup", body: bytes = b'{"v":1}', **fields: Any) -> int:
        [revision] = await self.store.put([Put(kind=Kind.JOB, id=id, body=body, **fields)], by=ANN, at=at(1))
        return revision

    async def scheduled(self, id: str = "backup", *, due: float = 10) -> ScheduleRow:
        await self.store.put(
            [Put(kind=Kind.JOB, id=id, body=b'{"v":1}')], by=ANN, at=at(1), timetable=[timetable(id, due=due)]
        )
        return await self.row(id)

    async def row(self, id: str = "backup") -> ScheduleRow:
        [row] = await self.store.timetable([JobId(id)])
        return row

    # -- runs --

    def new(self, job: str = "backup", *, overlap: Overlap = Overlap.ALLOW, params: bytes | None = None, **f: Any):
        fields: dict[str, Any] = {
            "id": RunId(self.id()),
            "job": JobId(job),
            "project": "default",
            "revision": 1,
            "origin": Origin.MANUAL,
            "state": State.QUEUED,
            "ready_at": at(10),
            "created": at(10),
        }
        return NewRun(run=Run(**(fields | f)), overlap=overlap, params=params)

    def slot(self, second: float, job: str = "backup", **fields: Any) -> NewRun:
        """A run of the schedule's slot."""
        key = {"schedule": schedule(job), "slot": at(second), "nominal": f"at {second}", "origin": Origin.SCHEDULE}
        return self.new(job, ready_at=at(second), created=at(second), **(key | fields))

    def gap(self, first: float, last: float, count: int, job: str = "backup", **fields: Any) -> Gap:
        values: dict[str, Any] = {
            "id": GapId(self.id()),
            "schedule": schedule(job),
            "job": JobId(job),
            "project": "default",
            "revision": 1,
            "first": at(first),
            "last": at(last),
            "count": count,
            "state": State.MISSED,
            "reason": Reason.DOWN,
            "created": at(last),
        }
        return Gap(**(values | fields))

    async def fire(self, expect: int, *runs: NewRun, job: str = "backup", gaps: Sequence[Gap] = (), **f: Any):
        """One fire at second 20."""
        values = {"cursor": at(20), "due": at(30)} | f
        fire = Fire(schedule=schedule(job), expect=expect, runs=runs, gaps=tuple(gaps), **values)
        [born] = await self.store.fire([fire], at=at(20))
        return born

    async def queued(self, job: str = "backup", **fields: Any) -> RunId:
        [born] = await self.store.enqueue([self.new(job, **fields)], at=at(10))
        return born.run

    async def state(self, run: RunId) -> State:
        return (await self.run(run)).state

    async def run(self, id: RunId) -> Run:
        detail = await self.store.run(id)
        assert detail is not None
        return detail.run

    # -- claims --

    async def session(self, id: str = "s1", **fields: Any) -> SessionId:
        values: dict[str, Any] = {
            "id": SessionId(id),
            "worker": f"worker of {id}",
            "pools": ("default",),
            "concurrency": 4,
            "lease": 15.0,
            "version": "1",
            "containment": "subreaper",
            "host": "here",
            "pid": 1,
            "opened": at(2),
            "seen": at(2),
        }
        session = Session(**(values | fields))
        await self.store.open_session(session)
        return session.id

    async def claim(self, session: SessionId, *, n: int = 1, second: float = 11, pools=("default",)) -> list[Claim]:
        return await self.store.claim(session, pools=pools, n=n, at=at(second))

    async def claimed(self, session: SessionId, **fields: Any) -> Claim:
        await self.queued(**fields)
        [claim] = await self.claim(session)
        return claim

    async def running(self, session: SessionId, **fields: Any) -> Claim:
        claim = await self.claimed(session, **fields)
        assert await self.start(claim) == []
        return claim

    async def start(self, claim: Claim, *, second: float = 12) -> list[ClaimLost]:
        return await self.store.start([Start(run=claim.run.id, fence=claim.fence, at=at(second))])

    async def finish(self, claim: Claim, **fields: Any) -> list[ClaimLost]:
        return await self.store.finish([finish(claim, **fields)])

    async def succeeded(self, session: SessionId, *, second: float = 13, **fields: Any) -> RunId:
        """A run that went all the way."""
        claim = await self.running(session, **fields)
        assert await self.finish(claim, second=second) == []
        return claim.run.id

    async def settle(self, session: SessionId, *, beat: int = 0, max_losses: int = 3) -> list[Run] | None:
        return await self.store.settle(session, beat=beat, max_losses=max_losses, at=at(40), note="the worker is gone")

    async def wakes(self, *topics: Topic) -> Callable[[], Awaitable[Topic]]:
        """Listen; the answer waits for the first wake of a topic."""
        first: asyncio.Future[Topic] = asyncio.get_running_loop().create_future()
        self.store.listen(topics, lambda topic: None if first.done() else first.set_result(topic))
        return lambda: asyncio.wait_for(first, 5)

    async def reason(self, run: RunId) -> Reason | None:
        return (await self.run(run)).reason


def schedule(job: str = "backup") -> ScheduleId:
    return ScheduleId(f"{job}#main")


def timetable(job: str = "backup", *, due: float | None = 10, expect: int | None = None, **fields: Any) -> Timetable:
    values: dict[str, Any] = {
        "schedule": schedule(job),
        "job": JobId(job),
        "project": "default",
        "revision": None,
        "cursor": at(0),
        "due": None if due is None else at(due),
        "expect": expect,
    }
    return Timetable(**(values | fields))


def finish(
    claim: Claim,
    state: State = State.SUCCEEDED,
    reason: Reason | None = None,
    *,
    attempt: int = 1,
    second: float = 13,
    wait: Wait | None = None,
    **fields: Any,
) -> Finish:
    session = claim.run.session
    assert session is not None
    ended = Attempt(
        run=claim.run.id,
        n=attempt,
        fence=claim.fence,
        session=session,
        worker=claim.run.worker or "",
        started=at(12),
        finished=at(second),
        outcome=state,
        reason=reason,
    )
    return Finish(run=claim.run.id, fence=claim.fence, state=state, reason=reason, wait=wait, attempt=ended, **fields)


def born(states: list[Born]) -> list[tuple[State, Reason | None]]:
    return [(one.state, one.reason) for one in states]


def changed(run: Run, **fields: Any) -> Run:
    return msgspec.structs.replace(run, **fields)
