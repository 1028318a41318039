"""The object that a program holds to work with a server."""

import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx2

from tickwork.client.asynchronous.boards import AsyncBoards
from tickwork.client.asynchronous.fleet import AsyncCalendars, AsyncPools, AsyncSwitches, AsyncWorkers
from tickwork.client.asynchronous.handle import AsyncRemoteRun
from tickwork.client.asynchronous.http import AsyncConnection, path
from tickwork.client.asynchronous.jobs import AsyncJobs
from tickwork.client.asynchronous.notices import AsyncNotify
from tickwork.client.asynchronous.people import AsyncGroups, AsyncKeys, AsyncUsers
from tickwork.client.asynchronous.projects import AsyncAudit, AsyncProjects, AsyncSecrets
from tickwork.client.asynchronous.runners import AsyncRunners
from tickwork.client.asynchronous.runs import AsyncRuns
from tickwork.client.moments import Moment, text_of
from tickwork.client.shapes import AboutView, Link, MeView, VerifyPage
from tickwork.operations.ahead import Forecast
from tickwork.operations.today import TodayView
from tickwork.operations.verify import Finding, VerifyReport
from tickwork.operations.views import NextView


class AsyncClient:
    """The verbs of a server, as far as a key may do them.

        async with AsyncClient("https://tickwork.example", "twk_…") as client:
            run = await client.submit("nightly", day="2026-11-25")
            print(await run.result(timeout=60))

    Requests that were lost on the way are repeated where that does nothing twice; what was asked for and cannot be
    answered raises `StoreUnavailable`. Everything else is raised as the same verb raises it over a store: `NotFound`,
    `Conflict`, `InvalidDefinition`, `NotAllowed`, `NotSignedIn`.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        timeout: float = 30.0,
        verify: ssl.SSLContext | bool = True,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`key`: made by `tickwork key add`. `timeout`: seconds for one answer. `verify`: whom to trust under TLS.
        `transport`: how to reach the server, if not by the network. Raises `InvalidSetting`."""
        self._http = AsyncConnection(url, key=key, timeout=timeout, verify=verify, transport=transport)
        self.jobs = AsyncJobs(self._http)
        self.runs = AsyncRuns(self._http, self.jobs)
        self.calendars = AsyncCalendars(self._http)
        self.pools = AsyncPools(self._http)
        self.workers = AsyncWorkers(self._http, self.runs)
        self.switches = AsyncSwitches(self._http, self.jobs)
        self.users = AsyncUsers(self._http)
        self.groups = AsyncGroups(self._http)
        self.keys = AsyncKeys(self._http)
        self.projects = AsyncProjects(self._http)
        self.secrets = AsyncSecrets(self._http, self.projects)
        self.audit = AsyncAudit(self._http)
        self.boards = AsyncBoards(self._http, self.calendars)
        self.runners = AsyncRunners(self._http)
        self.notify = AsyncNotify(self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    @property
    def address(self) -> str:
        """Where the server is."""
        return self._http.url

    # -- runs in hand --

    async def submit(self, job: str, /, **params: Any) -> AsyncRemoteRun:
        """Queue a run of a job. It is durable when this returns, and there once, however often it had to be asked for.

        Raises `InvalidParameter` for parameters that the job does not take, `NotFound`.
        """
        run = await self.jobs.run(job, params=params)
        return AsyncRemoteRun(id=run.id, job=run.job, runs=self.runs)

    async def run(self, id: str) -> AsyncRemoteRun:
        """A run by its id, or by the beginning of it."""
        run = (await self.runs.get(id)).run
        return AsyncRemoteRun(id=run.id, job=run.job, runs=self.runs)

    # -- all of it --

    async def about(self) -> AboutView:
        """Which server this is."""
        return await self._http.ask("GET", path("about"), AboutView)

    async def me(self) -> MeView:
        """Who the server takes this client for, and what they may."""
        return await self._http.ask("GET", path("me"), MeView)

    async def sign_in_link(self, user: str, *, lasts: float | None = None) -> str:
        """The address that signs a user in, once, within `lasts` seconds (None: a quarter of an hour)."""
        body = None if lasts is None else {"lasts": lasts}
        made = await self._http.ask("POST", path("users", user, "link"), Link, body=body)
        return f"{self.address}{made.path}"

    async def today(self, *, project: str | None = None) -> TodayView:
        """What runs, what is next, and what needs somebody."""
        return await self._http.ask("GET", path("today"), TodayView, query={"project": project})

    async def next(
        self, *, count: int = 10, start: Moment | None = None, project: str | None = None
    ) -> Sequence[NextView]:
        """The next due moments of all jobs together."""
        query = {"limit": count, "start": text_of(start), "project": project, "every": True}
        return await self._http.ask("GET", path("next"), list[NextView], query=query)

    async def forecast(self, *, days: int = 7, start: Moment | None = None, project: str | None = None) -> Forecast:
        """How much comes due in each hour, and in the busiest minutes."""
        query = {"days": days, "start": text_of(start), "project": project}
        return await self._http.ask("GET", path("forecast"), Forecast, query=query)

    async def verify(self, job: str | None = None) -> VerifyReport:
        """Whether the ledger (of a job, or of all, deleted ones included) accounts once for every due moment."""
        if job is not None:
            return await self.jobs.verify(job)
        jobs, occurrences, findings, after = 0, 0, list[Finding](), None
        while True:
            page = await self._http.ask("GET", path("verify"), VerifyPage, query={"after": after})
            jobs, occurrences, after = jobs + page.jobs, occurrences + page.occurrences, page.next
            findings += page.findings
            if after is None:
                return VerifyReport(jobs=jobs, occurrences=occurrences, findings=findings)
