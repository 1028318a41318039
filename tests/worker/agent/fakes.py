"""A worker without a machine: scripted processes, a link that can be cut, a store in memory."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from msgspec.structs import replace

from tickwork.core.clock import Instant, SystemClock
from tickwork.core.codec import to_json
from tickwork.core.ids import Ids, JobId, RunId
from tickwork.core.lease import Deadlines
from tickwork.core.model import SYSTEM, Call, Delivery, Job, Origin, Outcome, Overlap, Run, Shell
from tickwork.core.states import LIVE, Reason, State
from tickwork.errors import LaunchFailed, StoreUnavailable
from tickwork.store.protocol import Claim, Kind, LogWrite, NewRun, Put, Session, Start
from tickwork.store.sqlite import SqliteStore
from tickwork.telemetry import Telemetry, TelemetryEvent
from tickwork.worker.agent import Agent
from tickwork.worker.code import code_labels
from tickwork.worker.environment import Host
from tickwork.worker.identity import Identity
from tickwork.worker.link import Ended, Link, Receipt, Report
from tickwork.worker.process.outcomes import lost
from tickwork.worker.processes import (
    Began,
    CallSpec,
    ChildSpec,
    Gone,
    Imported,
    Over,
    Preload,
    Processes,
    ProcessEvent,
    SpawnSpec,
    Stop,
)
from tickwork.worker.store_link import StoreLink

SUCCEEDED = Outcome(state=State.SUCCEEDED)
HOST = Host(base={"PATH": "/usr/bin:/bin", "HOME": "/"}, user="ann", home="/")
PATIENCE = 5.0
"""Real seconds after which a condition has failed."""


async def until(condition: Callable[[], Any]) -> Any:
    """Wait for something true."""
    async with asyncio.timeout(PATIENCE):
        while not (found := condition()):
            await asyncio.sleep(0.001)
        return found


async def until_await(condition: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(PATIENCE):
        while not (found := await condition()):
            await asyncio.sleep(0.001)
        return found


class ShiftedClock(SystemClock):
    """The machine's clocks, and a monotonic one that a test can push on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@dataclass
class FakeProgram:
    """A spawned program that does what the test says."""

    spec: SpawnSpec
    hear: Callable[[ProcessEvent], None]
    obedient: bool
    stops: list[tuple[Stop, float | None]] = field(default_factory=list)
    over: bool = False

    @property
    def run(self) -> RunId:
        return self.spec.run

    def begin(self) -> None:
        self.hear(Began(run=self.run, at=Instant(1_000_000), pid=7))

    def end(self, outcome: Outcome = SUCCEEDED, *, stop: Stop | None = None) -> None:
        self.over = True
        self.hear(Over(run=self.run, at=Instant(3_000_000), outcome=outcome, stop=stop))

    def stop(self, why: Stop, *, grace: float | None = None) -> None:
        self.stops.append((why, grace))
        if self.obedient and not self.over:
            self.end(outcome_of(why), stop=why)


@dataclass
class FakeChild:
    """A warm child whose calls wait until the test lets them begin and end."""

    spec: ChildSpec
    hear: Callable[[ProcessEvent], None]
    took: float
    """Seconds that each call claims to have taken."""
    queue: list[CallSpec] = field(default_factory=list)
    stops: list[tuple[Stop, float | None, RunId | None]] = field(default_factory=list)
    retired: bool = False
    current: RunId | None = None
    _doomed: dict[RunId, Stop] = field(default_factory=dict)

    def call(self, calls: Sequence[CallSpec]) -> None:
        self.queue.extend(calls)

    def begin(self) -> RunId:
        run = self.current = self.queue[0].run
        self.hear(Began(run=run, at=Instant(1_000_000), pid=8))
        if (why := self._doomed.get(run)) is not None:
            self._die(why)
        return run

    def end(self, outcome: Outcome = SUCCEEDED, *, stop: Stop | None = None) -> None:
        run = self.queue.pop(0).run
        self.current = None
        at = Instant(1_000_000 + round(self.took * 1_000_000))
        self.hear(Over(run=run, at=at, outcome=outcome, stop=stop))

    def finish_all(self) -> None:
        while self.queue:
            self.begin()
            self.end()

    def go(self, *, expected: bool = False) -> None:
        self.hear(Gone(expected=expected))

    def stop(self, why: Stop, *, grace: float | None = None, run: RunId | None = None) -> None:
        """The child dies with the call that it makes; a call that has not begun is stopped when it does."""
        self.stops.append((why, grace, run))
        if run is None or run == self.current:
            self._die(why)
        else:
            self._doomed[run] = why

    def _die(self, why: Stop) -> None:
        if self.current is not None:
            self.end(outcome_of(why), stop=why)
        self.go(expected=True)

    def retire(self) -> None:
        self.retired = True


class FakeProcesses:
    """`automatic`: programs succeed, and calls too, as soon as they come."""

    containment = "none"

    def __init__(self, *, automatic: bool = False, obedient: bool = True, took: float = 0.0001) -> None:
        self.automatic = automatic
        self.obedient = obedient
        self.took = took
        self.fails: str | None = None
        self.programs: list[FakeProgram] = []
        self.children: list[FakeChild] = []
        self.renewals: list[Deadlines] = []
        self.closed = False
        self.imported: Callable[[Imported], None]

    def listen(self, imported: Callable[[Imported], None]) -> None:
        self.imported = imported

    async def open(self) -> None: ...

    async def close(self) -> None:
        self.closed = True

    def reload(self) -> None: ...

    async def spawn(self, spec: SpawnSpec, on_event: Callable[[ProcessEvent], None]) -> FakeProgram:
        if self.fails is not None:
            raise LaunchFailed(self.fails)
        program = FakeProgram(spec, on_event, self.obedient)
        self.programs.append(program)
        if self.automatic:
            program.begin()
            program.end()
        return program

    async def child(self, spec: ChildSpec, on_event: Callable[[ProcessEvent], None]) -> FakeChild:
        if self.fails is not None:
            raise LaunchFailed(self.fails)
        child = FakeChild(spec, on_event, self.took)
        self.children.append(child)
        return child

    def renew(self, deadlines: Deadlines) -> None:
        self.renewals.append(deadlines)

    async def program(self, nth: int = 0) -> FakeProgram:
        await until(lambda: len(self.programs) > nth)
        return self.programs[nth]

    async def first_child(self, nth: int = 0) -> FakeChild:
        await until(lambda: len(self.children) > nth)
        return self.children[nth]


class CutLink:
    """A `StoreLink` that can be cut, and remembers what went through."""

    def __init__(self, inner: StoreLink) -> None:
        self._inner = inner
        self.cut = False
        self.answers_lost = 0
        """So many reports are carried out, but their answer gets lost."""
        self.asked: list[int] = []
        self.reports: list[Report] = []
        self.renewals = 0
        self.sessions: list[Session] = []
        self.left = False

    def _check(self) -> None:
        if self.cut:
            raise StoreUnavailable("cut")

    async def hello(self, session: Session) -> float:
        self._check()
        lease = await self._inner.hello(session)
        self.sessions.append(session)
        return lease

    async def claim(self, free: int, wait: float) -> list[Claim]:
        self._check()
        self.asked.append(free)
        return await self._inner.claim(free, wait)

    async def report(self, batch: Report, *, renew: bool) -> Receipt:
        self._check()
        receipt = await self._inner.report(batch, renew=renew)
        if self.answers_lost and not renew:
            self.answers_lost -= 1
            raise StoreUnavailable("the answer got lost")
        if renew:
            self.renewals += 1
        else:
            self.reports.append(batch)
        return receipt

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._inner.listen(wake)

    async def bye(self) -> None:
        self._check()
        await self._inner.bye()
        self.left = True

    def told(self, kind: type[Start | Ended | LogWrite]) -> list[Any]:
        fields = {Start: "starts", Ended: "ends", LogWrite: "logs"}
        return [item for report in self.reports for item in getattr(report, fields[kind])]

    def told_releases(self) -> int:
        return sum(len(report.releases) for report in self.reports)


class Bench:
    """A worker at a store in memory, with words for what tests do."""

    def __init__(self, store: SqliteStore, clock: ShiftedClock, ids: Ids) -> None:
        self.store = store
        self.clock = clock
        self.ids = ids
        self.events: list[TelemetryEvent] = []
        self.telemetry = Telemetry()
        self.telemetry.subscribe(self.events.append)
        self.link = CutLink(StoreLink(store=store, clock=clock, ids=ids, telemetry=self.telemetry))
        self.agents: list[tuple[Agent, asyncio.Task[None]]] = []
        self._revisions: dict[str, int] = defaultdict(int)

    def worker(
        self,
        processes: Processes,
        *,
        name: str = "w1",
        link: Link | None = None,
        preload: Preload | None = None,
        seats: int = 2,
        lease: float = 15.0,
        grace: float = 30.0,
        host: Host = HOST,
    ) -> Agent:
        """Starts it. `preload`: what its processes import."""
        agent = Agent(
            link=link or self.link,
            processes=processes,
            clock=self.clock,
            ids=self.ids,
            telemetry=self.telemetry,
            identity=Identity(name=name, pools=("default",), seats=seats, lease=lease),
            grace=grace,
            code=partial(code_labels, preload),
            host=host,
        )
        self.agents.append((agent, asyncio.create_task(agent.run())))
        return agent

    async def stopped(self, agent: Agent) -> None:
        [task] = [task for known, task in self.agents if known is agent]
        async with asyncio.timeout(PATIENCE):
            await task

    def let_pass(self, agent: Agent, seconds: float) -> None:
        """Push the monotonic clock on, and let the parts of the worker look at it."""
        self.clock.ahead += seconds
        agent.wake()
        agent._heartbeat.wake()

    async def save(self, job: Job) -> Job:
        put = Put(kind=Kind.JOB, id=job.id, body=to_json(job), project=job.project, name=job.name)
        [self._revisions[job.id]] = await self.store.put([put], by=SYSTEM, at=self.clock.now())
        return job

    async def queue(self, job: Job, n: int = 1, *, params: bytes | None = None, **fields: Any) -> list[RunId]:
        if not self._revisions[job.id]:
            await self.save(job)
        now = self.clock.now()
        runs = [
            Run(
                id=self.ids.run(),
                job=job.id,
                project=job.project,
                revision=self._revisions[job.id],
                origin=Origin.MANUAL,
                state=State.QUEUED,
                ready_at=now,
                created=now,
                once=job.delivery is Delivery.AT_MOST_ONCE,
                **fields,
            )
            for _ in range(n)
        ]
        await self.store.enqueue([NewRun(run=run, params=params) for run in runs], at=now)
        return [run.id for run in runs]

    async def run(self, id: RunId) -> Run:
        detail = await self.store.run(id)
        assert detail is not None
        return detail.run

    async def run_in(self, state: State, id: RunId) -> Run:
        """The run once it stands in this state."""

        async def there() -> Run | None:
            run = await self.run(id)
            return run if run.state is state else None

        return await until_await(there)

    async def ended(self, id: RunId) -> Run:
        async def over() -> Run | None:
            run = await self.run(id)
            return run if run.state not in LIVE else None

        return await until_await(over)

    async def cancel(self, id: RunId, note: str = "ann@desk: enough") -> None:
        await self.store.cancel([id], reason=Reason.USER, note=note, at=self.clock.now(), by=SYSTEM)

    async def settle(self) -> None:
        """What a reaper does with a session that it takes for dead."""
        for session in await self.store.sessions():
            await self.store.settle(
                session.id, beat=session.beat, max_losses=3, at=self.clock.now(), note="not heard for 15 s"
            )


@asynccontextmanager
async def bench():
    """Leaves no worker behind."""
    clock = ShiftedClock()
    ids = Ids(clock=clock)
    store = SqliteStore(path=None, clock=clock, ids=ids)
    await store.open()
    made = Bench(store, clock, ids)
    try:
        yield made
    finally:
        for _agent, task in made.agents:
            task.cancel()
        await asyncio.gather(*(task for _, task in made.agents), return_exceptions=True)
        await store.close()


def outcome_of(why: Stop) -> Outcome:
    """As the processes map a stop."""
    if why is Stop.CANCEL:
        return Outcome(state=State.CANCELLED, reason=Reason.USER)
    if why is Stop.TIMEOUT:
        return Outcome(state=State.FAILED, reason=Reason.TIMEOUT)
    return lost(f"stopped: {why}")


def shell(name: str = "backup", **fields: Any) -> Job:
    return Job(id=JobId(name), name=name, task=Shell(command="true"), overlap=Overlap.ALLOW, **fields)


def call(name: str = "count", path: str | None = None, **fields: Any) -> Job:
    task = Call(target="shop:count", path=path)
    return Job(id=JobId(name), name=name, task=task, overlap=Overlap.ALLOW, **fields)


def once(job: Job) -> Job:
    return replace(job, delivery=Delivery.AT_MOST_ONCE)
