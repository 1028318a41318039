"""Runs over a store."""

from collections.abc import AsyncIterator, Sequence

from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Task
from tickwork.core.states import State
from tickwork.errors import NotFound
from tickwork.operations import Operations
from tickwork.operations.notify.views import DeliveryView
from tickwork.operations.viewing import chunk_view, run_view
from tickwork.operations.views import ChunkView, Explanation, GroupView, RunDetailView, RunView
from tickwork.store.protocol import RunFilter, Stream

_PAGE = 1000


class LocalRuns:
    def __init__(self, ops: Operations) -> None:
        self._ops = ops

    async def list(
        self, *, job: str | None = None, states: Sequence[State] = (), limit: int | None = None
    ) -> AsyncIterator[RunView]:
        where = RunFilter(job=None if job is None else JobId(job), states=tuple(states))
        left, after = limit, None
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            page = await self._ops.store.runs(where, after=after, limit=size)
            for run in page:
                yield run_view(run)
            if len(page) < size:
                return
            after, left = page[-1].id, None if left is None else left - size

    async def submit(self, task: Task, *, of: str | None = None, name: str = "") -> RunView:
        return run_view(await self._ops.runs.submit(task, of=of, name=name))

    async def resolve(self, run: str) -> str:
        return await self._ops.runs.resolve(run)

    async def run_or_newest(self, name: str) -> str:
        return await self._ops.runs.run_or_newest(name)

    async def get(self, run: str) -> RunDetailView:
        return await self._detail(await self._ops.runs.resolve(run))

    async def why(self, run: str) -> Explanation:
        return await self._ops.explain.run(run)

    async def notices(self, run: str) -> Sequence[DeliveryView]:
        detail = await self._ops.runs.detail(await self._ops.runs.resolve(run))
        return await self._ops.notify.about(detail.run)

    async def group(self, run: str) -> GroupView:
        return await self._ops.graphs.group(run)

    async def wait(self, run: str) -> RunDetailView:
        identity = await self._ops.runs.resolve(run)
        await self._ops.runs.wait(identity)
        return await self._detail(identity)

    async def cancel(self, run: str, *, why: str = "") -> RunView:
        identity = await self._ops.runs.resolve(run)
        await self._ops.runs.kill(identity, why=why)
        return run_view((await self._ops.runs.detail(identity)).run)

    async def rerun(self, run: str, *, from_failed: bool = False) -> RunView:
        return run_view(await self._ops.reruns.run(run, from_failed=from_failed))

    async def delete(self, run: str) -> bool:
        return await self._ops.runs.delete(run)

    async def pin(self, run: str, *, undo: bool = False) -> str:
        return await self._ops.retention.pin(run, undo=undo)

    async def log(self, run: str, *, attempt: int | None = None, follow: bool = False) -> AsyncIterator[ChunkView]:
        """Without what is known of a failure but was not said."""
        async for chunk in self._ops.runs.log(RunId(run), attempt=attempt, follow=follow):
            if chunk.stream is not Stream.FRAMES:
                yield chunk_view(chunk)

    async def _detail(self, run: RunId) -> RunDetailView:
        detail = await self._ops.reads.run(run)
        if detail is None:
            raise NotFound(f"run {run} was pruned just now")
        return detail
