"""A house on virtual time for tests: a store in memory, the verbs, the services, and a worker driven by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tickwork.core.clock import Duration, Instant, later, seconds
from tickwork.core.ids import Ids, JobId, SessionId, randomness
from tickwork.core.model import Actor, Attempt, Job, Run, Shell
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.keyring import Keyring
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.reaper import Reaper
from tickwork.runtime.scheduler import Scheduler
from tickwork.store.protocol import Claim, ClaimLost, Finish, Order, RunFilter, Session, Start
from tickwork.telemetry import Telemetry, TelemetryEvent
from tickwork.testing import FakeClock, FaultStore

ANN = Actor(kind="person", name="ann")


def every(length: float, *, key: str = "main", anchor: Instant | None = None, **fields) -> Schedule:
    return Schedule(key=key, trigger=Every(interval=seconds(length), anchor=anchor), **fields)


def job(id: str = "backup", *schedules: Schedule, named: str | None = None, **fields) -> Job:
    return Job(id=JobId(id), name=named or id, task=Shell(command="true"), schedules=schedules, **fields)


@dataclass
class House:
    """Everything that a node has, but nothing moves by itself."""

    clock: FakeClock
    ids: Ids
    store: FaultStore
    ops: Operations
    keyring: Keyring = field(default_factory=Keyring)
    telemetry: Telemetry = field(default_factory=Telemetry)
    events: list[TelemetryEvent] = field(default_factory=list)

    def scheduler(self) -> Scheduler:
        return Scheduler(store=self.store, clock=self.clock, ids=self.ids, telemetry=self.telemetry)

    def promoter(self) -> Promoter:
        return Promoter(store=self.store, clock=self.clock, telemetry=self.telemetry)

    def reaper(self) -> Reaper:
        return Reaper(store=self.store, clock=self.clock, telemetry=self.telemetry)

    async def pass_time(self, length: float, *, step: float = 1.0, scheduler: Scheduler | None = None) -> None:
        """Let time pass in steps, with a scheduler that looks at each of them."""
        scheduler = scheduler or self.scheduler()
        for _ in range(round(length / step)):
            self.clock.advance(step)
            await drain(scheduler)

    async def runs(self, name: str = "backup") -> list[Run]:
        return await self.store.runs(RunFilter(job=JobId(name), order=Order.OLDEST), limit=1000)

    async def entries(self, name: str = "backup", *, start: Instant, end: Instant | None = None):
        return await self.ops.ledger.entries(JobId(name), start=start, end=end or self.clock.now())

    async def session(self, *, lease: float = 15.0, **fields: Any) -> SessionId:
        now = self.clock.now()
        session = Session(
            id=self.ids.session(),
            worker="hand",
            pools=("default",),
            concurrency=10,
            lease=lease,
            version="0",
            containment="none",
            host="here",
            pid=1,
            opened=now,
            seen=now,
            **fields,
        )
        await self.store.open_session(session)
        return session.id

    async def claim(self, session: SessionId, n: int = 10) -> list[Claim]:
        return await self.store.claim(session, pools=["default"], n=n, at=self.clock.now())

    async def start(self, claim: Claim) -> list[ClaimLost]:
        return await self.store.start([Start(run=claim.run.id, fence=claim.fence, at=self.clock.now())])

    async def finish(
        self,
        claim: Claim,
        state: State = State.SUCCEEDED,
        reason: Reason | None = None,
        *,
        again_in: Duration | None = None,
        note: str | None = None,
    ) -> list[ClaimLost]:
        now = self.clock.now()
        attempt = Attempt(
            run=claim.run.id,
            n=claim.run.attempt + 1,
            fence=claim.fence,
            session=claim.run.session or SessionId(""),
            worker="hand",
            started=now,
            finished=now,
            outcome=state if again_in is None else State.FAILED,
            reason=reason if again_in is None else Reason.EXIT,
        )
        ready = None if again_in is None else later(now, again_in)
        return await self.store.finish(
            [
                Finish(
                    run=claim.run.id,
                    fence=claim.fence,
                    state=state,
                    reason=reason,
                    attempt=attempt,
                    ready_at=ready,
                    note=note,
                )
            ]
        )


async def drain(service) -> None:
    """Tick until there is nothing to do at this moment."""
    while await service.tick() == 0.0:
        pass


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    clock = FakeClock()
    ids = Ids(clock=clock, bits=randomness(1).getrandbits)
    store = make_store("memory://", clock=clock)
    await store.open()
    faulty = FaultStore(store)
    keyring = Keyring()
    ops = Operations(store=faulty, clock=clock, ids=ids, actor=ANN, keyring=keyring)
    house = House(clock=clock, ids=ids, store=faulty, keyring=keyring, ops=ops)
    house.telemetry.subscribe(house.events.append)
    try:
        yield house
    finally:
        await store.close()
