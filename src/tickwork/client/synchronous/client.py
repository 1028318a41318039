"""The object that a program holds to work with a server."""

import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx2

from tickwork.client.moments import Moment, text_of
from tickwork.client.shapes import AboutView, Link, MeView, VerifyPage
from tickwork.client.synchronous.boards import Boards
from tickwork.client.synchronous.fleet import Calendars, Pools, Switches, Workers
from tickwork.client.synchronous.handle import RemoteRun
from tickwork.client.synchronous.http import Connection, path
from tickwork.client.synchronous.jobs import Jobs
from tickwork.client.synchronous.notices import Notify
from tickwork.client.synchronous.people import Groups, Keys, Users
from tickwork.client.synchronous.projects import Audit, Projects, Secrets
from tickwork.client.synchronous.runners import Runners
from tickwork.client.synchronous.runs import Runs
from tickwork.operations.ahead import Forecast
from tickwork.operations.today import TodayView
from tickwork.operations.verify import Finding, VerifyReport
from tickwork.operations.views import NextView


class Client:
    """The verbs of a server, as far as a key may do them.

        with Client("https://tickwork.example", "twk_…") as client:
            run = client.submit("nightly", day="2026-11-25")
            print(run.result(timeout=60))

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
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """`key`: made by `tickwork key add`. `timeout`: seconds for one answer. `verify`: whom to trust under TLS.
        `transport`: how to reach the server, if not by the network. Raises `InvalidSetting`."""
        self._http = Connection(url, key=key, timeout=timeout, verify=verify, transport=transport)
        self.jobs = Jobs(self._http)
        self.runs = Runs(self._http, self.jobs)
        self.calendars = Calendars(self._http)
        self.pools = Pools(self._http)
        self.workers = Workers(self._http, self.runs)
        self.switches = Switches(self._http, self.jobs)
        self.users = Users(self._http)
        self.groups = Groups(self._http)
        self.keys = Keys(self._http)
        self.projects = Projects(self._http)
        self.secrets = Secrets(self._http, self.projects)
        self.audit = Audit(self._http)
        self.boards = Boards(self._http, self.calendars)
        self.runners = Runners(self._http)
        self.notify = Notify(self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    @property
    def address(self) -> str:
        """Where the server is."""
        return self._http.url

    # -- runs in hand --

    def submit(self, job: str, /, **params: Any) -> RemoteRun:
        """Queue a run of a job. It is durable when this returns, and there once, however often it had to be asked for.

        Raises `InvalidParameter` for parameters that the job does not take, `NotFound`.
        """
        run = self.jobs.run(job, params=params)
        return RemoteRun(id=run.id, job=run.job, runs=self.runs)

    def run(self, id: str) -> RemoteRun:
        """A run by its id, or by the beginning of it."""
        run = (self.runs.get(id)).run
        return RemoteRun(id=run.id, job=run.job, runs=self.runs)

    # -- all of it --

    def about(self) -> AboutView:
        """Which server this is."""
        return self._http.ask("GET", path("about"), AboutView)

    def me(self) -> MeView:
        """Who the server takes this client for, and what they may."""
        return self._http.ask("GET", path("me"), MeView)

    def sign_in_link(self, user: str, *, lasts: float | None = None) -> str:
        """The address that signs a user in, once, within `lasts` seconds (None: a quarter of an hour)."""
        body = None if lasts is None else {"lasts": lasts}
        made = self._http.ask("POST", path("users", user, "link"), Link, body=body)
        return f"{self.address}{made.path}"

    def today(self, *, project: str | None = None) -> TodayView:
        """What runs, what is next, and what needs somebody."""
        return self._http.ask("GET", path("today"), TodayView, query={"project": project})

    def next(self, *, count: int = 10, start: Moment | None = None, project: str | None = None) -> Sequence[NextView]:
        """The next due moments of all jobs together."""
        query = {"limit": count, "start": text_of(start), "project": project, "every": True}
        return self._http.ask("GET", path("next"), list[NextView], query=query)

    def forecast(self, *, days: int = 7, start: Moment | None = None, project: str | None = None) -> Forecast:
        """How much comes due in each hour, and in the busiest minutes."""
        query = {"days": days, "start": text_of(start), "project": project}
        return self._http.ask("GET", path("forecast"), Forecast, query=query)

    def verify(self, job: str | None = None) -> VerifyReport:
        """Whether the ledger (of a job, or of all, deleted ones included) accounts once for every due moment."""
        if job is not None:
            return self.jobs.verify(job)
        jobs, occurrences, findings, after = 0, 0, list[Finding](), None
        while True:
            page = self._http.ask("GET", path("verify"), VerifyPage, query={"after": after})
            jobs, occurrences, after = jobs + page.jobs, occurrences + page.occurrences, page.next
            findings += page.findings
            if after is None:
                return VerifyReport(jobs=jobs, occurrences=occurrences, findings=findings)
