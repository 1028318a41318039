"""Jobs that stand on each other, and a worker that runs whatever is queued."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tests.house import House, drain, job
from tickwork.core.dependencies import After, Need, On, Pins
from tickwork.core.ids import JobId
from tickwork.core.model import Attempt, Job, Run
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Finish, Order, RunFilter

SUCCEEDED, FAILED, SKIPPED = State.SUCCEEDED, State.FAILED, State.SKIPPED


def needing(id: str, *needs: str | Need, **fields: Any) -> Job:
    wanted = tuple(need if isinstance(need, Need) else Need(job=JobId(need)) for need in needs)
    return job(id, needs=wanted, **fields)


def following(id: str, **parents: str) -> Job:
    """`following("c", a="success", b="any")`."""
    return job(id, after=tuple(After(job=JobId(name), on=On(on)) for name, on in parents.items()))


class Line:
    """A house whose worker ends each run as `ends` says by job (default: it succeeds), with the results of `gives`."""

    def __init__(self, house: House, **ends: State) -> None:
        self.house = house
        self.ends: dict[str, State] = dict(ends)
        self.gives: dict[str, Any] = {}
        self.order: list[str] = []
        """The jobs in the order in which their runs began."""
        self.most: int = 0
        """How many were handed out at once."""
        self.end_of: Callable[[Run, Pins], State] | None = None
        self.promoter = house.promoter()
        self._session: Any = None

    async def apply(self, *jobs: Job) -> None:
        await self.house.ops.jobs.apply("board", list(jobs))

    async def work(self, *, seats: int = 1000, rounds: int = 10_000) -> None:
        """Until nothing moves any more."""
        self._session = self._session or await self.house.session()
        for _ in range(rounds):
            await drain(self.promoter)
            claims = await self.house.claim(self._session, n=seats)
            if not claims:
                return
            self.most = max(self.most, len(claims))
            self.house.clock.advance(0.001)
            for claim in claims:
                await self.house.start(claim)
            await self.house.store.finish([self._finish(claim) for claim in claims])
        raise AssertionError("it goes on for ever")

    def _finish(self, claim: Any) -> Finish:
        run, pins = claim.run, Pins() if claim.pins is None else msgspec.json.decode(claim.pins, type=Pins)
        self.order.append(run.job)
        state = self.ends.get(run.job, SUCCEEDED) if self.end_of is None else self.end_of(run, pins)
        reason = {FAILED: Reason.EXCEPTION, SKIPPED: Reason.BY_JOB}.get(state)
        now = self.house.clock.now()
        attempt = Attempt(
            run=run.id,
            n=1,
            fence=claim.fence,
            session=run.session,
            worker="hand",
            started=now,
            finished=now,
            outcome=state,
            reason=reason,
        )
        result = self.gives.get(run.job)
        given = None if result is None else json.dumps(result).encode()
        return Finish(run=run.id, fence=claim.fence, state=state, reason=reason, attempt=attempt, result=given)

    async def runs(self, name: str) -> list[Run]:
        return await self.house.store.runs(RunFilter(job=JobId(name), order=Order.OLDEST), limit=10_000)

    async def states(self, *names: str) -> list[str]:
        """Of the newest run of each job, as `state` or `state(reason)`; "-" for none."""
        return [await self._state(name) for name in names]

    async def _state(self, name: str) -> str:
        runs = await self.runs(name)
        if not runs:
            return "-"
        reason = runs[-1].reason
        return f"{runs[-1].state}({reason})" if reason else str(runs[-1].state)

    async def pins(self, name: str) -> Pins:
        detail = await self.house.store.run((await self.runs(name))[-1].id)
        return Pins() if detail is None or detail.pins is None else msgspec.json.decode(detail.pins, type=Pins)

    async def run(self, name: str, **how: Any) -> Run:
        self.house.clock.advance(1)
        run = await self.house.ops.graphs.run(name, **how)
        await self.work()
        return await self.now(run)

    async def now(self, run: Run) -> Run:
        return (await self.house.ops.runs.detail(run.id)).run

    def ran(self) -> Sequence[str]:
        """What began since the last time it was asked."""
        ran, self.order = self.order, []
        return ran
