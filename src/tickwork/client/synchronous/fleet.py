"""The verbs on what all projects share, by a server: calendars, pools, workers, switches."""

from collections.abc import Sequence

from tickwork.client.moments import Moment, text_of
from tickwork.client.synchronous.http import Connection, path
from tickwork.client.synchronous.jobs import Jobs
from tickwork.client.synchronous.runs import Runs
from tickwork.core.model import Scope
from tickwork.core.states import HELD
from tickwork.operations.calendars import CalendarView
from tickwork.operations.switches import Choice, Resumed
from tickwork.operations.views import PoolView, SwitchView, WorkerView


class Calendars:
    def __init__(self, http: Connection) -> None:
        self._http = http

    def list(self) -> Sequence[CalendarView]:
        """By name."""
        return self._http.ask("GET", path("calendars"), list[CalendarView])

    def show(self, name: str) -> CalendarView:
        return self._http.ask("GET", path("calendars", name), CalendarView)

    def put(
        self,
        name: str,
        *,
        days: Sequence[str] = (),
        ics: str | None = None,
        country: str | None = None,
        subdivision: str | None = None,
        years: int | None = None,
    ) -> CalendarView:
        """Create it or replace its days, by exactly one of `days`, `ics` (a text) and `country`."""
        body = {"days": days, "ics": ics, "country": country, "subdivision": subdivision, "years": years}
        return self._http.ask("PUT", path("calendars", name), CalendarView, body=body)

    def delete(self, name: str) -> None:
        """Raises `Conflict` while a job excludes it."""
        self._http.ask("DELETE", path("calendars", name), type(None))


class Pools:
    def __init__(self, http: Connection) -> None:
        self._http = http

    def list(self) -> Sequence[PoolView]:
        """Those that are described, that jobs name, and that workers serve."""
        return self._http.ask("GET", path("pools"), list[PoolView])

    def show(self, name: str) -> PoolView:
        return self._http.ask("GET", path("pools", name), PoolView)

    def put(
        self,
        name: str,
        *,
        description: str = "",
        lease: float | None = None,
        max_running: int | None = None,
        job_timeout: float | None = None,
        projects: Sequence[str] = (),
    ) -> PoolView:
        """Describe a pool as a whole. `lease`, `job_timeout`: seconds; `projects`: who may use it (none: all)."""
        body = {
            "description": description,
            "lease": lease,
            "max_running": max_running,
            "job_timeout": job_timeout,
            "projects": projects,
        }
        return self._http.ask("PUT", path("pools", name), PoolView, body=body)

    def delete(self, name: str) -> None:
        """Forget a description. Raises `Conflict` while something uses the pool."""
        self._http.ask("DELETE", path("pools", name), type(None))


class Workers:
    def __init__(self, http: Connection, runs: Runs) -> None:
        self._http = http
        self._runs = runs

    def list(self) -> Sequence[WorkerView]:
        """Those that have not ended, the oldest first."""
        return self._http.ask("GET", path("workers"), list[WorkerView])

    def drain(self, name: str, *, why: str = "") -> None:
        """It takes nothing new; what runs on it goes on."""
        self._http.ask("POST", path("workers", name, "drain"), type(None), body={"why": why}, repeatable=True)

    def undrain(self, name: str) -> None:
        """It takes runs again."""
        self._http.ask("POST", path("workers", name, "undrain"), type(None), repeatable=True)

    def held_by(self, name: str) -> int:
        """How many runs the worker has in hand."""
        held = [run.worker for run in self._runs.list(states=tuple(HELD))]
        return held.count(name)


class Switches:
    def __init__(self, http: Connection, jobs: Jobs) -> None:
        self._http = http
        self._jobs = jobs

    def list(self) -> Sequence[SwitchView]:
        """What is off: by whom, why, until when."""
        return self._http.ask("GET", path("switches"), list[SwitchView])

    def pause(self, scope: Scope, target: str = "", *, why: str = "", until: Moment | None = None) -> str:
        """Off: a job, a task, a project, a pool, a worker or (without a target) everything. Returns the target's id."""
        name = self._id(scope, target)
        body = {"scope": scope, "target": name, "why": why, "until": text_of(until)}
        self._http.ask("POST", path("switches", "off"), type(None), body=body, repeatable=True)
        return name

    def resume(
        self, scope: Scope, target: str = "", *, choice: Choice = Choice.POLICY, pick: Sequence[Moment] = ()
    ) -> Resumed:
        """On again; what was skipped meanwhile is made up for by `choice`, or exactly the slots in `pick`."""
        slots = [text_of(moment) for moment in pick]
        body = {"scope": scope, "target": self._id(scope, target), "choice": choice, "pick": slots}
        return self._http.ask("POST", path("switches", "on"), Resumed, body=body)

    def _id(self, scope: Scope, target: str) -> str:
        return self._jobs.find(target) if scope is Scope.JOB else target
