"""A day that was, for the pages to show: scheduler, promoter and store are real, time and work are not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.house import ANN, House, drain
from tickwork.boards.applying import apply_board
from tickwork.boards.board import load_board
from tickwork.core.clock import HOUR, SECOND, Duration, Instant, SystemClock, later
from tickwork.core.ids import Ids, SessionId, randomness
from tickwork.core.model import Attempt
from tickwork.core.states import Reason, State
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Claim, Finish, Session, Start
from tickwork.testing import FakeClock, FaultStore

WORKERS = ("atlas", "boreas")
USUAL_S = 20.0
GRAPH = "shop:report"
OUTAGE = f"{datetime.now(UTC) - timedelta(hours=8):%M %H} * * *"
"""A moment within the outage, as a cron expression in UTC."""
TROUBLE = {"shop:import-orders": 0.3, "shop:backup": 0.03}
"""How likely a run of a job fails; others work."""


async def fill(url: str, files: Sequence[Path], *, hours: int = 24) -> None:
    """Let the boards' last hours pass in the store, an outage of an hour and a half among them: nine hours ago."""
    until = SystemClock().now()
    clock = FakeClock(later(until, -hours * HOUR))
    store = make_store(url, clock=clock)
    await store.open()
    try:
        ids = Ids(clock=clock, bits=randomness(7).getrandbits)
        ops = Operations(store=store, clock=clock, ids=ids, actor=ANN)
        house = House(clock=clock, ids=ids, store=FaultStore(store), ops=ops)
        for file in files:
            await apply_board(ops, load_board(file))
        await Day(house, down=(later(until, -9 * HOUR), later(until, Duration(-7 * HOUR - HOUR // 2)))).pass_until(
            until
        )
    finally:
        await store.close()


class Day:
    """Goes from one due moment to the next."""

    def __init__(self, house: House, *, down: tuple[Instant, Instant]) -> None:
        self._house = house
        self._down = down
        self._dice = randomness(8)

    async def pass_until(self, end: Instant) -> None:
        house = self._house
        scheduler = house.scheduler()
        sessions = [await self._opened(name) for name in WORKERS]
        await house.ops.graphs.run(GRAPH, deps=True)
        await self._settled(sessions)
        while (moment := await self._next()) < end:
            house.clock.advance_to(max(moment, house.clock.now()))
            await drain(scheduler)
            await self._settled(sessions)
        house.clock.advance_to(end)
        for session in sessions:
            await house.store.close_session(session, at=end)

    async def _next(self) -> Instant:
        """When a schedule is due next; a scheduler that is down looks again when it is up."""
        (row,) = await self._house.store.upcoming(limit=1)
        begin, end = self._down
        return end if begin <= row.due < end else row.due

    async def _opened(self, name: str) -> SessionId:
        now = self._house.clock.now()
        session = Session(
            id=self._house.ids.session(),
            worker=name,
            pools=("default",),
            concurrency=4,
            lease=15.0,
            version="",
            containment="none",
            host=name,
            pid=1,
            opened=now,
            seen=now,
        )
        await self._house.store.open_session(session)
        return session.id

    async def _settled(self, sessions: Sequence[SessionId]) -> None:
        """Until nothing follows from anything any more at this moment."""
        promoter, busy = self._house.promoter(), True
        while busy:
            await drain(promoter)
            busy = await self._work(self._dice.choice(sessions))

    async def _work(self, session: SessionId) -> bool:
        """Whether anything was queued: it is done at once, however long it says that it took."""
        store, now = self._house.store, self._house.clock.now()
        claims = await store.claim(session, pools=["default"], n=4, at=now)
        if not claims:
            return False
        await store.start([Start(run=claim.run.id, fence=claim.fence, at=now) for claim in claims])
        await store.finish([self._ended(claim, session, now) for claim in claims])
        return True

    def _ended(self, claim: Claim, session: SessionId, now: Instant) -> Finish:
        fails = self._dice.random() < TROUBLE.get(claim.run.job, 0)
        state, reason = (State.FAILED, Reason.EXIT) if fails else (State.SUCCEEDED, None)
        length = Duration(int(self._dice.lognormvariate(0, 0.4) * USUAL_S * SECOND))
        attempt = Attempt(
            run=claim.run.id,
            n=claim.run.attempt + 1,
            fence=claim.fence,
            session=session,
            worker=claim.run.worker or "",
            started=now,
            finished=later(now, length),
            outcome=state,
            reason=reason,
            exit_code=3 if fails else 0,
        )
        return Finish(run=claim.run.id, fence=claim.fence, state=state, reason=reason, attempt=attempt)
