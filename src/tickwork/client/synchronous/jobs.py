"""The verbs on jobs, by a server."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tickwork.boards.edits import edited_job, field_of, key_of
from tickwork.boards.single import ROOT, said_of
from tickwork.client.moments import Moment, text_of
from tickwork.client.shapes import Done, Page
from tickwork.client.synchronous.http import Connection, path
from tickwork.core.codec import from_json
from tickwork.core.model import Command, Job
from tickwork.errors import Conflict, NotFound
from tickwork.operations.checkins import MadeCheckin
from tickwork.operations.overrides import field_json
from tickwork.operations.switches import Choice, Resumed
from tickwork.operations.verify import VerifyReport
from tickwork.operations.views import (
    CheckinView,
    Explanation,
    GraphView,
    JobDetailView,
    JobView,
    LedgerEntry,
    NextView,
    RevisionView,
    RunDetailView,
    RunView,
    TaskView,
)

T = TypeVar("T")


class Jobs:
    """`job` is its id, or its name where only one job has that.

    All raise `NotFound` for what is not there (or not to be seen with this key), and `NotAllowed`.
    """

    def __init__(self, http: Connection) -> None:
        self._http = http

    # -- finding --

    def list(
        self, *, project: str | None = None, text: str | None = None, tags: Sequence[str] = ()
    ) -> Iterator[JobView]:
        """By id, with `text` in their id or name and with all of the tags."""
        query = {"project": project, "q": text, "tag": list(tags)}
        for job in self._http.pages(path("jobs"), Page[JobView], query=query):
            if set(tags) <= set(job.tags):  # a server of an older version does not know what is asked
                yield job

    def find(self, job: str) -> str:
        """The id of the job that has this id, else of the only one that has this name."""
        return (self.get(job)).job.id

    def get(self, job: str, *, start: Moment | None = None) -> JobDetailView:
        """With its schedules, newest runs and gaps. What the clocks do is told as seen from `start`."""
        return self._ask("GET", job, JobDetailView, query={"start": text_of(start)})

    def definition(self, job: str) -> dict[str, Any]:
        """What it is, in the words of a board."""
        return self._ask("GET", job, dict[str, Any], "definition")

    def definitions(self, jobs: Sequence[str] = ()) -> Sequence[Job]:
        """These jobs, or all, as they are stored. Each is asked for by itself."""
        names = jobs or [job.id for job in self.list()]
        details = [self.get(name) for name in names]
        return [from_json(msgspec.json.encode(detail.definition), Job) for detail in details]

    def revisions(self, job: str) -> Sequence[RevisionView]:
        """All of them, oldest first."""
        return self._ask("GET", job, list[RevisionView], "revisions")

    def tasks(self, *, project: str | None = None) -> Sequence[TaskView]:
        """The catalogue: what jobs can be made from."""
        tasks = self._http.ask("GET", path("tasks"), list[TaskView])
        return [task for task in tasks if project is None or task.project == project]

    # -- defining --

    def create(self, name: str, definition: Mapping[str, Any], *, project: str = "default") -> JobDetailView:
        """`definition`: in the words of a board. Raises `InvalidDefinition`, and `Conflict` if there is such a job."""
        body = {"name": name, "project": project, "definition": definition}
        return self._http.ask("POST", path("jobs"), JobDetailView, body=body, headers=self._http.once())

    def save(self, job: Job, *, new: bool = False) -> JobView:
        """Create or change one of a person's own, given as it is stored; with `new` only create. The program of a
        registered type is the server's. Raises `Conflict` for a board's job, and for a `new` one that exists."""
        body = {"name": job.name, "project": job.project, "definition": in_words(job), "replace": not new}
        headers = self._http.once()
        return (self._http.ask("POST", path("jobs"), JobDetailView, body=body, headers=headers)).job

    def replace(self, job: str, definition: Mapping[str, Any], *, revision: int | None = None) -> JobDetailView:
        """Give it another definition. Raises `Conflict` if it is of another `revision` now."""
        return self._ask(
            "PUT", job, JobDetailView, "definition", body={"definition": definition}, headers=_if(revision)
        )

    def patch(self, job: str, changes: Mapping[str, Any], *, revision: int | None = None) -> JobDetailView:
        """Change single keys; None takes a key away. Raises as `replace`."""
        return self._ask("PATCH", job, JobDetailView, "definition", body={"changes": changes}, headers=_if(revision))

    def edit(self, job: str, said: Sequence[str], *, folder: Path = ROOT) -> Sequence[str]:
        """`patch`, as it is written at a terminal: `["timeout=2h", "retries=3"]`. Returns the keys that were not so
        already. `folder`: where relative paths start from."""
        detail = self.get(job)
        before = from_json(msgspec.json.encode(detail.definition), Job)
        wanted, fields = edited_job(before, said, folder=folder)
        changed = [field for field in fields if field_json(wanted, field) != field_json(before, field)]
        if changed:
            self.replace(detail.job.id, said_of(wanted), revision=detail.job.revision)
        return [key_of(field) for field in changed]

    def reset(self, job: str, keys: Sequence[str] = ()) -> Sequence[str]:
        """Let the board decide these keys again (none: all that were changed by hand); returns them."""
        fields = [field_of(key) for key in keys] or [edit.field for edit in (self.get(job)).edits]
        if fields:
            wanted = [key_of(field) for field in fields]
            self._ask("POST", job, JobDetailView, "definition", "reset", body={"keys": wanted})
        return [key_of(field) for field in fields]

    def delete(self, job: str, *, revision: int | None = None) -> None:
        """Its history stays; its runs that have not begun are cancelled."""
        self._ask("DELETE", job, type(None), headers=_if(revision))

    # -- running --

    def run(
        self,
        job: str,
        params: Mapping[str, Any] | None = None,
        *,
        with_deps: bool = False,
        with_dependants: bool = False,
        pins: Mapping[str, str] | None = None,
        armed: bool = False,
    ) -> RunView:
        """Run it now, beside its schedules. It is queued once, however often the request had to be repeated.

        `with_deps`: after what it needs, as far as that is outdated; `with_dependants`: before all that needs it;
        `pins`: runs to use instead of the newest, by job. Raises `InvalidParameter`, and `NotAllowed` for a protected
        job unless `armed`.
        """
        body = {
            "params": params,
            "with_deps": with_deps,
            "with_dependants": with_dependants,
            "pins": pins or {},
            "armed": armed,
        }
        detail = self._ask("POST", job, RunDetailView, "run", body=body, headers=self._http.once())
        return detail.run

    def submit(self, definition: Mapping[str, Any], *, name: str = "", project: str = "default") -> RunView:
        """Run something once that is in no list of jobs: the definition is there for this run only."""
        body = {"name": name, "project": project, "definition": definition}
        headers = self._http.once()
        return (self._http.ask("POST", path("runs"), RunDetailView, body=body, headers=headers)).run

    def pause(self, job: str, *, why: str = "", until: Moment | None = None) -> None:
        """Schedule nothing new until it is resumed."""
        self._ask("POST", job, type(None), "pause", body={"why": why, "until": text_of(until)})

    def resume(self, job: str, *, choice: Choice = Choice.POLICY, pick: Sequence[Moment] = ()) -> Resumed:
        """On again; what was skipped meanwhile is made up for by `choice`, or exactly the slots in `pick`."""
        body = {"choice": choice, "pick": [text_of(moment) for moment in pick]}
        return self._ask("POST", job, Resumed, "resume", body=body)

    def replay(
        self,
        job: str,
        *,
        slots: Sequence[Moment] = (),
        start: Moment | None = None,
        end: Moment | None = None,
    ) -> Sequence[RunView]:
        """Run past slots again: those in `slots`, or all that were missed from `start` until before `end`."""
        body = {"slots": [text_of(slot) for slot in slots], "start": text_of(start), "end": text_of(end)}
        return self._ask("POST", job, list[RunView], "replay", body=body)

    def backfill(
        self, job: str, *, start: Moment, end: Moment, limit: int = 100, spread: float = 0, again: bool = False
    ) -> Sequence[RunView]:
        """Run every slot from `start` until before `end`, as one group; `spread` seconds apart; those that succeeded
        already only with `again`. Raises `InvalidDefinition` for more than `limit`."""
        body = {
            "start": text_of(start),
            "end": text_of(end),
            "limit": limit,
            "spread": spread,
            "again": again,
        }
        return self._ask("POST", job, list[RunView], "backfill", body=body)

    def change(self, action: str, jobs: Sequence[str], *, why: str = "") -> Sequence[Done]:
        """`run`, `pause`, `resume` or `delete` many, by their ids. Each is answered for by itself."""
        body = {"action": action, "jobs": jobs, "why": why}
        return self._http.ask("POST", path("jobs", "bulk"), list[Done], body=body)

    # -- looking --

    def next(self, job: str, *, count: int = 10, start: Moment | None = None) -> Sequence[NextView]:
        """Its next due moments."""
        query = {"count": count, "start": text_of(start)}
        return self._ask("GET", job, list[NextView], "next", query=query)

    def why(self, job: str, *, at: Moment | None = None) -> Explanation:
        """What it is about to do, or what became of the moment `at`, in one sentence."""
        return self._ask("GET", job, Explanation, "why", query={"at": text_of(at)})

    def ledger(
        self, job: str, *, start: Moment | None = None, end: Moment | None = None, limit: int = 1000
    ) -> Sequence[LedgerEntry]:
        """Every due moment of a stretch of time (the last 24 hours and the next), and what became of it."""
        query = {"start": text_of(start), "end": text_of(end), "limit": limit}
        return self._ask("GET", job, list[LedgerEntry], "ledger", query=query)

    def verify(self, job: str) -> VerifyReport:
        """Whether its ledger accounts for every due moment exactly once."""
        return self._ask("GET", job, VerifyReport, "verify")

    def missed(self, job: str, *, start: Moment | None = None, end: Moment | None = None) -> Sequence[str]:
        """The slots that were missed or fell into a pause and were not made up for (of the last 24 hours)."""
        query = {"start": text_of(start), "end": text_of(end)}
        return self._ask("GET", job, list[str], "missed", query=query)

    def history(self, job: str, *, count: int = 100) -> Sequence[RunView]:
        """Its newest ended runs, oldest first."""
        return self._ask("GET", job, list[RunView], "history", query={"count": count})

    def graph(self, job: str) -> GraphView:
        """The job with all that it waits for and all that waits for it."""
        return self._ask("GET", job, GraphView, "graph")

    # -- told of from elsewhere --

    def checkin(self, job: str) -> CheckinView | None:
        """Since when it has a check-in URL; None: it has none."""
        try:
            return self._ask("GET", job, CheckinView, "checkin")
        except NotFound:
            self.get(job)
            return None

    def make_checkin(self, job: str) -> MadeCheckin:
        """A check-in URL, shown this once; one that it had is good for nothing from now on."""
        return self._ask("POST", job, MadeCheckin, "checkin")

    def revoke_checkin(self, job: str) -> None:
        """Raises `NotFound` where it has none."""
        self._ask("DELETE", job, type(None), "checkin")

    # -- asking --

    def _ask(self, method: str, job: str, kind: type[T], *rest: str, **said: Any) -> T:
        try:
            return self._http.ask(method, path("jobs", job, *rest), kind, **said)
        except NotFound:
            found = self._named(job)
            if found == job:
                raise
        return self._http.ask(method, path("jobs", found, *rest), kind, **said)

    def _named(self, name: str) -> str:
        named = [job.id for job in self.list(text=name) if name in {job.name, job.id}]
        if not named:
            raise NotFound(f"there is no job {name!r}; `tickwork ls` lists them")
        if len(named) > 1:
            ids = ", ".join(named)
            raise Conflict(f"{len(named)} jobs are called {name!r}; say which one by its id: {ids}")
        return named[0]


def in_words(job: Job) -> dict[str, Any]:
    """Of a registered type, the type instead of its program."""
    said = said_of(job)
    return {**said, "command": job.of} if isinstance(job.task, Command) and job.of is not None else said


def _if(revision: int | None) -> dict[str, str]:
    return {} if revision is None else {"if-match": f'"{revision}"'}
