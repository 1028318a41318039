"""The agent of a worker: asks for work, sees to it, tells what became of it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.crashpoint import crash_point
from tickwork.errors import NotAllowed, StoreUnavailable
from tickwork.service import NAP, Service
from tickwork.signing import SigningKey
from tickwork.store.protocol import Claim, Orders
from tickwork.telemetry import Notice, Telemetry
from tickwork.worker.environment import Host
from tickwork.worker.executor import Executor
from tickwork.worker.floor import Floor
from tickwork.worker.identity import Identity
from tickwork.worker.introduction import Introduction
from tickwork.worker.lease import Heartbeat, Lease
from tickwork.worker.link import Link, Receipt, Report
from tickwork.worker.processes import Processes
from tickwork.worker.reports import Reporter
from tickwork.worker.spool import Spool
from tickwork.worker.telling import released

WAIT = 1.0
"""Seconds that one request for work waits for some."""
_PAUSE = 0.2
"""Seconds before a store that did not answer is asked again."""
_RARELY = 128
"""Tries to begin a session after which what is in the way is told again."""
_MARGIN = 5.0
"""Seconds beyond a job's grace within which its end must have been heard of."""


class Agent(Service):
    """`run` returns when the worker was asked to `stop` and everything has ended; it raises (a group of) what made
    one of its parts give up: `NotAllowed` if its session was refused, or it was for the whole of its lease."""

    name: ClassVar[str] = "worker"

    def __init__(
        self,
        *,
        link: Link,
        processes: Processes,
        clock: Clock,
        ids: Ids,
        telemetry: Telemetry,
        identity: Identity,
        grace: float,
        code: Callable[[], tuple[str, ...]] = lambda: (),
        host: Host | None = None,
        signing: SigningKey | None = None,
        spool_folder: str = "",
    ) -> None:
        """`code`: labels that tell which code there is now, asked for whenever an app was imported; it may block."""
        super().__init__(clock=clock, telemetry=telemetry)
        self._link = link
        self._processes = processes
        self._identity = identity
        self._grace = grace
        self._asked: asyncio.Task[list[Claim]] | None = None
        self._room = 0
        """For how many it asks."""
        self._deaf: Callable[[], None] = lambda: None
        self._halt = asyncio.Event()
        self._hurry = asyncio.Event()
        self._lease = Lease(processes=processes, clock=clock, seconds=identity.lease)
        spool = Spool(folder=spool_folder, say=lambda text: telemetry.emit(Notice(text=text)))
        self._reporter = Reporter(link=link, clock=clock, telemetry=telemetry, delivered=self._delivered, spool=spool)
        self._heartbeat = Heartbeat(link=link, lease=self._lease, clock=clock, telemetry=telemetry, obey=self._obey)
        self._tries = 0
        """In vain, to begin a session."""
        self._introduction = Introduction(
            link=link, clock=clock, ids=ids, telemetry=telemetry, identity=identity, processes=processes, code=code
        )
        processes.listen(self._introduction.imported)
        self._floor = Floor(
            processes=processes,
            executor=Executor(host=host or Host.of_this_process(), clock=clock, signing=signing),
            lease=self._lease,
            seats=identity.seats,
            clock=clock,
            telemetry=telemetry,
            tell=self._reporter.add,
            freed=self.wake,
        )

    # -- from outside --

    @property
    def services(self) -> tuple[Service, ...]:
        """What of it works in the background."""
        return (self, self._introduction, self._reporter, self._heartbeat)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as parts:
            self._floor.open(parts)
            parts.create_task(self._reporter.run(), name=self._reporter.name)
            parts.create_task(self._heartbeat.run(), name=self._heartbeat.name)
            parts.create_task(self._introduction.run(), name=self._introduction.name)
            await super().run()

    def stop(self) -> None:
        super().stop()
        self._halt.set()

    def hurry(self) -> None:
        """Once the worker is stopping: wait no longer. Draining runs are stopped, stopped runs are killed."""
        self._hurry.set()

    def reload(self) -> None:
        """The app's code has changed: what begins from now on is called as it is now."""
        self._processes.reload()
        self._floor.children.replace_all()

    # -- claiming --

    async def opened(self) -> None:
        await self._processes.open()
        self._deaf = self._link.listen(self._heartbeat.wake)

    async def tick(self) -> float:
        """Ask for as many runs as there is room for, and begin them. Where as many come, the next are asked for before
        these begin: the ledger then looks for them meanwhile."""
        if self._asked is None:
            if not self._lease.held:
                return await self._open_session()
            if (room := self._floor.room) == 0 or not self._lease.may_begin():
                return NAP
            self._ask(room)
        claims = await self._answered()
        if claims is None:
            return _PAUSE
        crash_point("worker.claimed")
        if self._lease.may_begin():
            asked = self._room
            if len(claims) == asked and (behind := self._floor.room_behind(asked)):
                self._ask(behind)
            self._floor.accept(claims, asked=asked)
        else:
            self._give_back(claims)
        return 0

    async def _open_session(self) -> float:
        """A new session begins when nothing of an earlier one runs any more: no run is here twice."""
        if len(self._floor) > 0:
            return NAP  # woken by the last one that ends
        sent = self.clock.monotonic()
        try:
            lease = await self._introduction.open()
        except StoreUnavailable as error:
            self._refused_session(str(error))
            return _PAUSE
        if self._tries:
            self.telemetry.emit(Notice(text=f"worker {self._identity.name} is answered again, and begins"))
        self._tries = 0
        self._lease.begin(sent, lease)
        self._heartbeat.wake()
        return 0

    def _refused_session(self, why: str) -> None:
        """Told at once, and then ever more rarely: a server may be away for a night."""
        self._tries += 1
        if self._tries == 1 or (self._tries >= _RARELY and self._tries.bit_count() == 1):
            self.telemetry.emit(Notice(text=f"worker {self._identity.name} cannot begin, and goes on trying: {why}"))

    def _ask(self, room: int) -> None:
        self._room = room
        self._asked = asyncio.create_task(self._link.claim(room, WAIT))

    async def _answered(self) -> list[Claim] | None:
        """None if the store did not answer, or the worker is to stop (then `_stop_claiming` sees to the answer)."""
        assert self._asked is not None, "it was asked"
        await _first(self._asked, self._halt, None)
        if not self._asked.done():
            return None
        asked, self._asked = self._asked, None
        return _answer(asked)

    def _give_back(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self._reporter.add(released(claim))

    def _delivered(self, batch: Report, receipt: Receipt) -> None:
        self._floor.delivered(batch, receipt)

    def _obey(self, orders: Orders) -> None:
        if not orders.lost:
            self._floor.obey(orders)
            self.wake()  # where the lease had run out, claiming goes on
        elif self._lease.held:
            self._lease.lose()
            lost = self._floor.forget_all()
            told = f"worker {self._identity.name} was not heard for too long and lost its session"
            text = f"{told}; {lost} runs are stopped here"
            self.telemetry.emit(Notice(text=text))
            self.wake()

    # -- stopping --

    async def closed(self) -> None:
        # Stop order:
        # 1. claim nothing new; what an open request still brings goes back
        # 2. drain: let the runs end, for up to `grace` seconds
        # 3. stop the runs (TERM, their own grace, KILL); what never began goes back
        # 4. deliver the reports
        # 5. end the session, so that nobody waits for its lease
        # 6. only now end the heartbeat, the reporter and the processes
        # `hurry` ends the wait of 2, or of 3 by killing at once. After a failure of our own there is only 6: the
        # supervisors then end their jobs, and the reaper settles the session.
        try:
            if self.stopping and self._lease.held:
                self._stop_claiming()
                await self._no_runs(self._grace)
                await self._end_runs()
                await self._say_goodbye()
        finally:
            await self._no_claims()
            self._deaf()
            self._floor.children.retire_idle(longer_than=0)
            self._heartbeat.stop()
            self._introduction.stop()
            self._reporter.stop()
            await self._processes.close()

    def _stop_claiming(self) -> None:
        if self._asked is not None:
            self._asked.add_done_callback(lambda asked: self._give_back(_answer(asked) or ()))

    async def _no_claims(self) -> None:
        """Ask no longer. Whatever the request was given meanwhile goes back with the session."""
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)

    async def _no_runs(self, within: float) -> bool:
        """Wait for the last run to end, at most `within` seconds and until `hurry`; whether none is left."""
        ended = asyncio.create_task(self._floor.empty.wait())
        await _first(ended, self._hurry, within)
        ended.cancel()
        return len(self._floor) == 0

    async def _end_runs(self) -> None:
        if len(self._floor) == 0:
            return
        self._hurry.clear()
        longest = self._floor.end_all()
        if not await self._no_runs(longest + _MARGIN):
            self._hurry.clear()
            self._floor.end_all(grace=0)
            await self._no_runs(_MARGIN)

    async def _say_goodbye(self) -> None:
        """A session whose end is not known to the ledger in every point is left to the reaper: an early goodbye would
        let others start what may still run here."""
        await self._introduction.over()
        await self._no_claims()
        told = await self._reporter.drained(self._lease.seconds)
        try:
            if told and len(self._floor) == 0:
                self._lease.lose()  # no heartbeat behind the goodbye
                await self._link.bye()
                return
        except (StoreUnavailable, NotAllowed):
            pass
        text = (
            f"worker {self._identity.name} ends with unfinished business; its runs are settled when its lease is over"
        )
        self.telemetry.emit(Notice(text=text))


def _answer(asked: asyncio.Task[list[Claim]]) -> list[Claim] | None:
    try:
        return None if asked.cancelled() else asked.result()
    except (StoreUnavailable, NotAllowed):  # whether a refusal is the end, the heartbeat says
        return None


async def _first(task: asyncio.Task[Any], event: asyncio.Event, within: float | None) -> None:
    """Wait for the task or the event, at most `within` seconds; cancels neither."""
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait([task, waiting], timeout=within, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
