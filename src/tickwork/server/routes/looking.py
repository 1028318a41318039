"""Looking at one job: what is next, what became of what was due, what hangs together with it; and at all of them."""

from typing import Annotated

import msgspec
from fastapi import Query

from tickwork.core.clock import HOUR, iso, later
from tickwork.core.ids import JobId
from tickwork.core.model import Run
from tickwork.core.states import TERMINAL
from tickwork.errors import InvalidDefinition
from tickwork.operations.project_graph import ProjectGraph
from tickwork.operations.verify import VerifyReport
from tickwork.operations.viewing import length, run_view
from tickwork.operations.views import Explanation, GraphView, LedgerEntry, NextView, RunView
from tickwork.server.call import Caller
from tickwork.server.routing import Routes
from tickwork.server.times import Moment
from tickwork.store.protocol import Kind, RunFilter

routes = Routes("jobs")
_DAY = 24 * HOUR


@routes.get("/jobs/{job}/next", returns=list[NextView])
async def list_job_next(
    call: Caller, count: Annotated[int, Query(ge=1, le=1000, description="So many.")] = 10, start: Moment = None
) -> list[NextView]:
    """Its next due moments."""
    return await call.ops.jobs.next(call.job.id, count=count, start=start)


@routes.get("/jobs/{job}/why", returns=Explanation)
async def explain_job(call: Caller, at: Moment = None) -> Explanation:
    """What it is about to do, or what became of the moment `at`, in one sentence."""
    return await call.ops.explain.job(call.job.id, at=at)


@routes.get("/jobs/{job}/ledger", returns=list[LedgerEntry])
async def get_job_ledger(
    call: Caller,
    start: Moment = None,
    end: Moment = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="So many entries.")] = 1000,
) -> list[LedgerEntry]:
    """Every due moment of a stretch of time (default: the last 24 hours and the next), and what became of it. Also of
    a deleted job."""
    since = later(call.now, -_DAY) if start is None else start
    until = later(call.now, _DAY) if end is None else end
    if until <= since:
        raise InvalidDefinition(f"end: {iso(until)} is not after start, {iso(since)}")
    return await call.ops.ledger.entries(JobId(call.job.id), start=since, end=until, limit=limit)


@routes.get("/jobs/{job}/missed", returns=list[str])
async def list_job_missed(call: Caller, start: Moment = None, end: Moment = None) -> list[str]:
    """The slots that were missed or fell into a pause and were not made up for (default: of the last 24 hours)."""
    since = later(call.now, -_DAY) if start is None else start
    found = await call.ops.replay.missed(call.job.id, start=since, end=end or call.now)
    return [iso(slot.slot) or "" for slot in found]


@routes.get("/jobs/{job}/history", returns=list[RunView])
async def get_job_history(
    call: Caller, count: Annotated[int, Query(ge=1, le=1000, description="So many.")] = 100
) -> list[RunView]:
    """Its newest ended runs, oldest first: what a chart of durations shows."""
    where = RunFilter(job=JobId(call.job.id), states=tuple(sorted(TERMINAL)))
    runs = await call.ops.store.runs(where, limit=count)
    return [run_view(run) for run in reversed(runs)]


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended, in short: one bar of a row of bars."""

    id: str
    state: str
    reason: str | None
    duration: float | None
    """Seconds."""
    at: str
    """When it ended."""


@routes.get("/results", returns=dict[str, list[ResultView]])
async def list_results(
    call: Caller,
    job: Annotated[list[str], Query(min_length=1, max_length=200, description="Ids of jobs.")],
    count: Annotated[int, Query(ge=1, le=100, description="So many of each job.")] = 20,
) -> dict[str, list[ResultView]]:
    """The newest ended runs of up to 200 jobs, oldest first, by job. Jobs that the caller does not see are left out."""
    documents = await call.ops.store.get_many(Kind.JOB, list(dict.fromkeys(job)))
    seen = [JobId(name) for name, document in documents.items() if call.sees(document.project)]
    latest = await call.ops.store.latest(seen, n=count, states=tuple(sorted(TERMINAL)))
    return {name: [_result(run) for run in reversed(runs)] for name, runs in latest.items()}


def _result(run: Run) -> ResultView:
    return ResultView(
        id=run.id,
        state=run.state,
        reason=run.reason,
        duration=length(run.started, run.finished),
        at=iso(run.finished) or iso(run.created) or "",
    )


@routes.get("/jobs/{job}/verify", returns=VerifyReport)
async def verify_ledger(call: Caller) -> VerifyReport:
    """Whether its ledger is whole: every due moment of each of its revisions against the entry that stands for it. Also
    of a deleted job."""
    return await call.ops.verify.check(call.job.id)


class VerifyPage(VerifyReport, frozen=True, kw_only=True):
    """What was looked at in some jobs; those behind `next` are yet to be asked for."""

    next: str | None


@routes.get("/verify", returns=VerifyPage)
async def verify_ledgers(
    call: Caller,
    after: Annotated[str | None, Query(max_length=500, description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="So many jobs at most.")] = 20,
) -> VerifyPage:
    """Whether the ledger of all jobs is whole, deleted ones included, some jobs at a time."""
    report, after = await call.ops.verify.some(after=after, limit=limit)
    return VerifyPage(jobs=report.jobs, occurrences=report.occurrences, findings=report.findings, next=after)


@routes.get("/jobs/{job}/graph", returns=GraphView)
async def get_job_graph(call: Caller) -> GraphView:
    """The job with all that it waits for and all that waits for it."""
    return await call.ops.graphs.graph(call.job.id)


@routes.get("/projects/{project}/graph", returns=ProjectGraph)
async def get_graph(call: Caller) -> ProjectGraph:
    """The jobs of a project, what each waits for and how it stands; at most a thousand."""
    return await call.ops.graphs.project(call.project)
