"""Jobs and boards over a store. What reads and writes boards is imported where it is used: it is much."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tickwork.cli.local.address import server_url
from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.ids import JobId
from tickwork.core.model import Job, Origin
from tickwork.errors import NotFound
from tickwork.operations import Operations
from tickwork.operations.absent import Absent
from tickwork.operations.ahead import Preview
from tickwork.operations.changes import Change
from tickwork.operations.checkins import MadeCheckin
from tickwork.operations.jobs import decode_job
from tickwork.operations.runners import Runner
from tickwork.operations.viewing import run_view
from tickwork.operations.views import (
    CheckinView,
    Explanation,
    GraphView,
    JobDetailView,
    JobView,
    LedgerEntry,
    NextView,
    RunView,
    TaskView,
)

if TYPE_CHECKING:
    from tickwork.boards.board import Board


class LocalJobs:
    def __init__(self, ops: Operations) -> None:
        self._ops = ops

    async def list(self, *, project: str | None = None, tags: Sequence[str] = ()) -> AsyncIterator[JobView]:
        for view in await self._ops.reads.jobs(project=project, tags=tags):
            yield view

    async def find(self, job: str) -> str:
        return (await self._ops.jobs.document(job)).id

    async def get(self, job: str, *, start: Instant | None = None) -> JobDetailView:
        return await self._ops.reads.job(job, start=start)

    async def tasks(self, *, project: str | None = None) -> Sequence[TaskView]:
        from tickwork.boards.single import task_view

        return [task_view(task) for task in await self._ops.jobs.tasks(project=project)]

    async def definitions(self, jobs: Sequence[str] = ()) -> Sequence[Job]:
        found = [await self._ops.jobs.document(name) for name in jobs] if jobs else await self._ops.jobs.all()
        return [decode_job(document) for document in found]

    async def save(self, job: Job, *, new: bool = False) -> JobView:
        await self._ops.jobs.save(job, new=new)
        return (await self._ops.reads.job(job.id)).job

    async def edit(self, job: str, said: Sequence[str], *, folder: Path) -> Sequence[str]:
        from tickwork.boards.edits import edited_job, key_of

        document = await self._ops.jobs.document(job)
        wanted, fields = edited_job(decode_job(document), said, folder=folder)
        (resolved,) = await self._ops.runners.resolved([wanted])
        return [key_of(field) for field in await self._ops.edits.edit(document, resolved, fields)]

    async def reset(self, job: str, keys: Sequence[str] = ()) -> Sequence[str]:
        from tickwork.boards.edits import field_of, key_of

        fields = dict.fromkeys(map(field_of, keys))
        reset = await self._ops.edits.reset(await self._ops.jobs.document(job), [*fields])
        return [key_of(field) for field in reset]

    async def delete(self, job: str) -> None:
        await self._ops.jobs.delete(job)

    async def run(
        self,
        job: str,
        params: Mapping[str, Any] | None = None,
        *,
        with_deps: bool = False,
        with_dependants: bool = False,
        pins: Mapping[str, str] | None = None,
        armed: bool = False,
    ) -> RunView:
        run = await self._ops.graphs.run(
            job, params=params, deps=with_deps, dependants=with_dependants, pins=pins, armed=armed
        )
        return run_view(run)

    async def replay(
        self, job: str, *, slots: Sequence[Instant] = (), start: Instant | None = None, end: Instant | None = None
    ) -> Sequence[RunView]:
        if start is not None and end is not None:
            found = await self._ops.replay.missed(job, start=start, end=end)
        else:
            found = [await self._ops.replay.slot(job, slot) for slot in slots]
        return [run_view(run) for run in await self._ops.replay.slots(found, origin=Origin.REPLAY)]

    async def backfill(
        self, job: str, *, start: Instant, end: Instant, limit: int = 100, spread: float = 0, again: bool = False
    ) -> Sequence[RunView]:
        between = Duration(round(spread * SECOND))
        runs = await self._ops.replay.backfill(job, start=start, end=end, limit=limit, spread=between, again=again)
        return [run_view(run) for run in runs]

    async def next(self, job: str, *, count: int = 10, start: Instant | None = None) -> Sequence[NextView]:
        return await self._ops.jobs.next(job, count=count, start=start)

    async def why(self, job: str, *, at: Instant | None = None) -> Explanation:
        return await self._ops.explain.job(job, at=at)

    async def ledger(self, job: str, *, start: Instant, end: Instant, limit: int = 1000) -> Sequence[LedgerEntry]:
        try:
            identity = (await self._ops.jobs.find(job)).id
        except NotFound:
            identity = JobId(job)  # deleted, it may have a history all the same
        return await self._ops.ledger.entries(identity, start=start, end=end, limit=limit)

    async def graph(self, job: str) -> GraphView:
        return await self._ops.graphs.graph(job)

    async def checkin(self, job: str) -> CheckinView | None:
        return await self._ops.checkins.show(job)

    async def make_checkin(self, job: str) -> MadeCheckin:
        identity = await self.find(job)
        return MadeCheckin(job=identity, url=f"{server_url(self._ops)}/checkin/{await self._ops.checkins.make(job)}")

    async def revoke_checkin(self, job: str) -> None:
        await self._ops.checkins.revoke(job)


class LocalRunners:
    def __init__(self, ops: Operations) -> None:
        self._runners = ops.runners

    async def list(self) -> Sequence[Runner]:
        return await self._runners.all()

    async def command(self, type: str) -> str:
        return await self._runners.command(type)

    async def put(self, type: str, command: str) -> Sequence[str]:
        return [job.id for job in await self._runners.put(type, command)]

    async def delete(self, type: str) -> None:
        await self._runners.delete(type)


class LocalBoards:
    def __init__(self, ops: Operations) -> None:
        self._ops = ops

    async def apply(self, board: "Board") -> Sequence[Change]:
        from tickwork.boards.applying import apply_board

        return await apply_board(self._ops, board)

    async def absent(self, board: "Board") -> Sequence[Absent]:
        return await self._ops.jobs.absent(board.jobs)

    async def review(self, board: "Board") -> tuple[Sequence[Preview], Sequence[Absent]]:
        from tickwork.boards.applying import preview_board

        return await preview_board(self._ops, board), await self.absent(board)

    async def export(self, project: str, *, folder: Path) -> str:
        from tickwork.boards.write import write_board

        jobs = [decode_job(document) for document in await self._ops.jobs.all(project=project)]
        return write_board(jobs, folder=folder)
