"""What a person wants to know first: what runs, what is next, and what needs somebody."""

import asyncio
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from tickwork.core.clock import iso
from tickwork.core.ids import JobId
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import Run
from tickwork.core.states import HELD, State
from tickwork.operations.context import Context
from tickwork.operations.needs import Needs, NeedView
from tickwork.operations.reads import Reads
from tickwork.operations.viewing import length, run_view
from tickwork.operations.views import NextView, RunView, View
from tickwork.store.protocol import Order, RunFilter

_SHOWN: Final = 50
_LOOKED_AT: Final = 200
_USUAL_OF: Final = 10
"""So many successful runs make what is usual."""


class RunningView(View, frozen=True, kw_only=True):
    run: RunView
    usual: float | None
    """Seconds that its job's last successful runs took (their median)."""
    share: float | None
    """0 … 1: its progress, where it reports any."""


class TodayView(View, frozen=True, kw_only=True):
    now: str
    running: list[RunningView]
    queued: int
    """Runs that are ready and wait for a seat, as far as they were counted (at most 200)."""
    next: list[NextView]
    needs: list[NeedView]


class Today:
    """The verbs of the first page. `projects`: whose; None: all."""

    def __init__(self, context: Context, reads: Reads) -> None:
        self._store = context.store
        self._clock = context.clock
        self._reads = reads
        self._needs = Needs(context, reads)

    async def look(self, *, projects: Sequence[str] | None) -> TodayView:
        now = self._clock.now()
        running = await self._page(RunFilter(states=tuple(HELD), order=Order.OLDEST), projects)
        ready = await self._page(RunFilter(states=(State.QUEUED,), order=Order.OLDEST), projects)
        queued = [run for run in ready if run.pool != ELSEWHERE]
        return TodayView(
            now=iso(now) or "",
            running=await self._running(running[:_SHOWN]),
            queued=len(queued),
            next=await self._reads.upcoming(limit=_SHOWN, projects=projects),
            needs=await self._needs.look(queued, projects=projects, now=now),
        )

    async def _page(self, where: RunFilter, projects: Sequence[str] | None) -> list[Run]:
        return await self._reads.runs_page(where, projects=projects, after=None, limit=_LOOKED_AT)

    async def _running(self, runs: Sequence[Run]) -> list[RunningView]:
        usual = await self._usual({run.job for run in runs})
        shares = await asyncio.gather(*(self._reads.share(run.id) for run in runs))
        return [
            RunningView(run=run_view(run), usual=usual.get(run.job), share=share)
            for run, share in zip(runs, shares, strict=True)
        ]

    async def _usual(self, jobs: Iterable[JobId]) -> dict[JobId, float]:
        latest = await self._store.latest(sorted(jobs), n=_USUAL_OF, states=(State.SUCCEEDED,))
        lengths = {job: [length(run.started, run.finished) for run in runs] for job, runs in latest.items()}
        known = {job: [one for one in found if one is not None] for job, found in lengths.items()}
        return {job: median(found) for job, found in known.items() if found}
