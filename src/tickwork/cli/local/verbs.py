"""All of them."""

from collections.abc import Sequence

from tickwork.cli.local.address import server_url
from tickwork.cli.local.fleet import LocalPools, LocalWorkers
from tickwork.cli.local.jobs import LocalBoards, LocalJobs, LocalRunners
from tickwork.cli.local.notices import LocalNotify
from tickwork.cli.local.people import LocalAudit, LocalKeys
from tickwork.cli.local.projects import LocalProjects
from tickwork.cli.local.runs import LocalRuns
from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.operations import Operations
from tickwork.operations.ahead import Forecast
from tickwork.operations.people.links import TTL
from tickwork.operations.verify import VerifyReport
from tickwork.operations.views import NextView


class LocalVerbs:
    """`cli.verbs.Verbs` over a store; where a server is asked as `Operations` are, these themselves."""

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self.jobs = LocalJobs(ops)
        self.runs = LocalRuns(ops)
        self.calendars = ops.calendars
        self.pools = LocalPools(ops)
        self.workers = LocalWorkers(ops)
        self.switches = ops.switches
        self.users = ops.people.users
        self.groups = ops.people.groups
        self.keys = LocalKeys(ops)
        self.projects = LocalProjects(ops)
        self.secrets = ops.secrets
        self.audit = LocalAudit(ops)
        self.boards = LocalBoards(ops)
        self.runners = LocalRunners(ops)
        self.notify = LocalNotify(ops)

    async def next(self, *, count: int = 10, start: Instant | None = None) -> Sequence[NextView]:
        return await self._ops.jobs.next(None, count=count, start=start)

    async def sign_in_link(self, user: str, *, lasts: float | None = None) -> str:
        ttl = TTL if lasts is None else Duration(round(lasts * SECOND))
        token = await self._ops.people.links.make(user, ttl=ttl)
        return f"{server_url(self._ops)}/ui/#sign-in={token}"

    async def forecast(self, *, days: int = 7, start: Instant | None = None, project: str | None = None) -> Forecast:
        projects = None if project is None else [project]
        return await self._ops.ahead.forecast(days=days, start=start, projects=projects)

    async def verify(self, job: str | None = None) -> VerifyReport:
        return await self._ops.verify.check(job)
