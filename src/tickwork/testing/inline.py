"""A `Tickwork` for tests: a store in memory, time that stands until it is moved, and jobs that run right here.

    with inline([tally, mail]) as tw:           # or: async with inline(…) as tw
        shop.close_day()                        # submits jobs
        assert_enqueued(tally, day="2026-11-25")
        tw.advance("1h")                        # retries and schedules that are due by then

A job is called in the thread that submits it (or that moves the time), as soon as it is queued: the debugger stops in
it, its output is the test's. What became of a run is in the store as always.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Self, TypeVar

from tickwork.app import binding
from tickwork.app.definition import JobFunction
from tickwork.app.encoding import any_json
from tickwork.core.clock import Instant, later
from tickwork.core.codec import from_json
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import Job
from tickwork.core.states import State
from tickwork.core.timing.text import parse_duration
from tickwork.embedded import RunHandle, Tickwork
from tickwork.embedded.tickwork import Jobs
from tickwork.errors import NotConnected
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.scheduler import Scheduler
from tickwork.service import Service
from tickwork.store.protocol import Order, RunFilter, Store
from tickwork.telemetry import Telemetry
from tickwork.testing.clock import FakeClock
from tickwork.testing.seat import Seat

T = TypeVar("T")
_ALL = 100_000
_TO_COME = (State.QUEUED, State.WAITING)


def inline(jobs: Jobs = (), *, eager: bool = True, start: Instant | None = None) -> "Inline":
    """`eager=False`: nothing runs before `work()` or `advance(…)`. `start`: what time it is."""
    return Inline(jobs, eager=eager, clock=FakeClock() if start is None else FakeClock(start))


class Inline(Tickwork):
    """See `inline`. `clock` is the time of everything in it."""

    def __init__(self, jobs: Jobs, *, eager: bool, clock: FakeClock) -> None:
        super().__init__("memory://", jobs=jobs, name="inline", serve=False)
        self._settings = replace(self._settings, signing_key="inline")  # no test leaves a key file behind
        self.clock = clock
        self._clock = clock
        self._eager = eager
        self._services: list[Service] = []
        self._seat: Seat

    def _define(self, function: JobFunction[..., Any]) -> Job:
        return function.definition(target=f"inline:{function.__name__}")

    def start(self) -> Self:
        super().start()
        store, clock, ids, telemetry = self.operations.store, self.clock, Ids(clock=self.clock), Telemetry()
        self._services = [
            Scheduler(store=store, clock=clock, ids=ids, telemetry=telemetry),
            Promoter(store=store, clock=clock, telemetry=telemetry),
        ]
        functions = {function.id: function for function in self._functions}
        self._seat = Seat(
            store=store,
            clock=clock,
            session=ids.session(),
            functions=functions,
            key=self._running().signing.value,
            seed=ids.seed(),
        )
        self._do(self._seat.open())
        return self

    def submit(self, job: JobFunction[..., Any] | str, /, **params: Any) -> RunHandle:
        run = super().submit(job, **params)
        if self._eager:
            self.work()
        return run

    async def asubmit(self, job: JobFunction[..., Any] | str, /, **params: Any) -> RunHandle:
        return await asyncio.to_thread(self.submit, job, **params)

    def work(self) -> int:
        """Run what can run at this moment, and what follows from it. Returns how many attempts that were."""
        attempts = 0
        while claims := self._do(self._settle_and_claim()):
            for claim in claims:
                ending, bars = self._seat.call(claim)
                self._do(self._seat.finish(claim, ending, bars))
            attempts += len(claims)
        return attempts

    def advance(self, length: str | float) -> int:
        """Let time pass; what is due meanwhile runs when it is due. Returns how many attempts that were."""
        until = later(self.clock.now(), parse_duration(length, what="advance"))
        attempts = self.work()
        while (moment := self._do(self._next_moment())) is not None and moment <= until:
            self.clock.advance_to(moment)
            attempts += self.work()
        self.clock.advance_to(until)
        return attempts + self.work()

    async def aadvance(self, length: str | float) -> int:
        """`advance`, for coroutines."""
        return await asyncio.to_thread(self.advance, length)

    def enqueued(self, job: JobFunction[..., Any] | str) -> list[dict[str, Any]]:
        """The parameters of all its runs, oldest first, whatever became of them."""
        name = job.id if isinstance(job, JobFunction) else JobId(job)
        return self._do(_params(self.operations.store, name))

    async def _settle_and_claim(self) -> Any:
        for service in self._services:
            while await service.tick() == 0.0:
                pass
        return await self._seat.claim()

    async def _next_moment(self) -> Instant | None:
        """When something is due, later than now."""
        store, now = self.operations.store, self.clock.now()
        rows = await store.upcoming(limit=1)
        runs = await store.runs(RunFilter(states=_TO_COME), limit=_ALL)
        moments = [row.due for row in rows if row.due is not None] + [run.ready_at for run in runs]
        return min((moment for moment in moments if moment > now), default=None)

    def _do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._running().ask(lambda: coroutine).result()


def assert_enqueued(job: JobFunction[..., Any] | str, /, *, times: int | None = None, **params: Any) -> None:
    """A run of the job was submitted with (at least) these parameters; `times`: exactly so often.

    Within `inline`. The message of the failure says what was submitted instead.
    """
    tw = binding.active()
    if not isinstance(tw, Inline):
        raise NotConnected("assert_enqueued looks into `inline(…)`; use it inside of that")
    wanted = from_json(any_json(params), dict[str, Any])
    found = tw.enqueued(job)
    matching = [given for given in found if all(given.get(name) == value for name, value in wanted.items())]
    enough = bool(matching) if times is None else len(matching) == times
    if not enough:
        often = "" if times is None else f" {times} times"
        raise AssertionError(f"{job!r} was not submitted{often} with {params}; it was with: {found or 'nothing'}")


async def _params(store: Store, job: JobId) -> list[dict[str, Any]]:
    runs = await store.runs(RunFilter(job=job, order=Order.OLDEST), limit=_ALL)
    details = [await store.run(run.id) for run in runs]
    return [from_json(detail.params or b"{}", dict[str, Any]) for detail in details if detail is not None]
