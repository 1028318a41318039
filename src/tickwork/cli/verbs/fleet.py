"""On calendars, pools, workers and switches."""

from collections.abc import Sequence
from typing import Protocol

from tickwork.core.clock import Instant
from tickwork.core.model import Scope
from tickwork.operations.calendars import CalendarView
from tickwork.operations.switches import Choice, Resumed
from tickwork.operations.views import (
    PoolView,
    WorkerView,
)


class CalendarVerbs(Protocol):
    async def list(self) -> Sequence[CalendarView]: ...
    async def show(self, name: str) -> CalendarView: ...
    async def put(
        self,
        name: str,
        *,
        days: Sequence[str] = (),
        ics: str | None = None,
        country: str | None = None,
        subdivision: str | None = None,
        years: int | None = None,
    ) -> CalendarView: ...
    async def delete(self, name: str) -> None: ...


class PoolVerbs(Protocol):
    async def list(self) -> Sequence[PoolView]: ...
    async def show(self, name: str) -> PoolView: ...
    async def put(
        self,
        name: str,
        *,
        description: str = "",
        lease: float | None = None,
        max_running: int | None = None,
        job_timeout: float | None = None,
        projects: Sequence[str] = (),
    ) -> PoolView: ...
    async def delete(self, name: str) -> None: ...


class WorkerVerbs(Protocol):
    async def list(self) -> Sequence[WorkerView]: ...
    async def held_by(self, name: str) -> int: ...


class SwitchVerbs(Protocol):
    async def pause(self, scope: Scope, target: str, *, why: str = "", until: Instant | None = None) -> str: ...
    async def resume(
        self, scope: Scope, target: str, *, choice: Choice = Choice.POLICY, pick: Sequence[Instant] = ()
    ) -> Resumed: ...
