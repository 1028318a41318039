"""Projects over a store."""

from collections.abc import Sequence

from tickwork.operations import Operations
from tickwork.operations.projects import ProjectDetail, ProjectView


class LocalProjects:
    def __init__(self, ops: Operations) -> None:
        self._projects = ops.projects
        self._retention = ops.retention

    async def list(self) -> Sequence[ProjectView]:
        return await self._projects.list()

    async def show(self, name: str) -> ProjectDetail:
        return await self._projects.show(name)

    async def put(self, name: str, *, description: str = "") -> ProjectView:
        return await self._projects.put(name, description=description)

    async def keep(self, name: str, keep: str) -> None:
        from tickwork.boards.edits import said_value

        await self._retention.put_project(name, said_value("keep", keep))

    async def delete(self, name: str) -> None:
        await self._projects.delete(name)
