"""Pools and workers over a store."""

from collections.abc import Sequence

from tickwork.core.model import Pool
from tickwork.operations import Operations
from tickwork.operations.views import PoolView, WorkerView


class LocalPools:
    def __init__(self, ops: Operations) -> None:
        self._ops = ops

    async def list(self) -> Sequence[PoolView]:
        return await self._ops.pools.all()

    async def show(self, name: str) -> PoolView:
        return await self._ops.pools.show(name)

    async def put(
        self,
        name: str,
        *,
        description: str = "",
        lease: float | None = None,
        max_running: int | None = None,
        job_timeout: float | None = None,
        projects: Sequence[str] = (),
    ) -> PoolView:
        pool = Pool(
            name=name,
            description=description,
            lease=lease,
            max_running=max_running,
            job_timeout=job_timeout,
            projects=tuple(projects),
        )
        await self._ops.pools.put(pool)
        return await self._ops.pools.show(name)

    async def delete(self, name: str) -> None:
        await self._ops.pools.delete(name)


class LocalWorkers:
    def __init__(self, ops: Operations) -> None:
        self._ops = ops

    async def list(self) -> Sequence[WorkerView]:
        return await self._ops.reads.workers()

    async def held_by(self, name: str) -> int:
        return await self._ops.pools.held_by(name)
