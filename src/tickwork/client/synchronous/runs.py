"""The verbs on runs, by a server."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from tickwork.client.moments import Moment, text_of
from tickwork.client.results import result_of
from tickwork.client.shapes import Deleted, Done, LogPage, Page
from tickwork.client.synchronous.http import Connection, path
from tickwork.client.synchronous.jobs import Jobs, in_words
from tickwork.core.clock import SystemClock
from tickwork.core.groups import state_of_group
from tickwork.core.ids import JobId
from tickwork.core.model import Job, Origin, Task
from tickwork.core.states import HELD, TERMINAL, State
from tickwork.errors import Conflict, NotFound
from tickwork.operations.notify.views import DeliveryView
from tickwork.operations.views import ChunkView, Explanation, GroupView, RunDetailView, RunView

T = TypeVar("T")

LONGEST: Final = 20.0
"""Seconds that one request waits for the end of a run: proxies end what takes much longer."""
_PAUSE, _LONGEST_PAUSE = 0.1, 1.0
_BEGUN: Final = (*sorted(HELD), State.SUCCEEDED, State.FAILED, State.CANCELLED)


class Runs:
    """`run` is its id, or the beginning of it. All raise `NotFound` for what is not there, and `NotAllowed`."""

    def __init__(self, http: Connection, jobs: Jobs) -> None:
        self._http = http
        self._jobs = jobs

    # -- finding --

    def list(
        self,
        *,
        job: str | None = None,
        project: str | None = None,
        states: Sequence[State] = (),
        origin: Origin | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        oldest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[RunView]:
        """The newest first, at most `limit`. `job`: its id; `since` and `until` bound their creation."""
        query = {
            "job": job,
            "project": project,
            "state": list(states),
            "origin": origin,
            "since": text_of(since),
            "until": text_of(until),
            "oldest_first": oldest_first,
        }
        for run in self._http.pages(path("runs"), Page[RunView], query=query, limit=limit):
            yield run

    def resolve(self, run: str) -> str:
        """The id that begins so. Raises `Conflict` if several do."""
        query = {"begins": run, "limit": 2}
        found = (self._http.ask("GET", path("runs"), Page[RunView], query=query)).items
        if not found:
            raise NotFound(f"there is no run {run!r}; `tickwork runs` lists them")
        if len(found) > 1:
            raise Conflict(f"several runs begin with {run!r}; write more of the id")
        return found[0].id

    def newest(self, job: str) -> str:
        """The newest run of a job that has begun, else the newest at all."""
        identity = self._jobs.find(job)
        for states in (_BEGUN, ()):
            for run in self.list(job=identity, states=states, limit=1):
                return run.id
        raise NotFound(f"job {identity} has no runs yet")

    def run_or_newest(self, name: str) -> str:
        """The newest run of the job of that name, else the run whose id begins so."""
        try:
            identity = self._jobs.find(name)
        except NotFound:
            identity = ""
        if identity:
            return self.newest(identity)
        try:
            return self.resolve(name)
        except NotFound:
            raise NotFound(
                f"there is no run and no job {name!r}; `tickwork runs` and `tickwork ls` list them"
            ) from None

    def get(self, run: str) -> RunDetailView:
        """With its parameters, result, error, progress and attempts."""
        return self._ask("GET", run, RunDetailView)

    def why(self, run: str) -> Explanation:
        """Why it stands where it stands, in one sentence."""
        return self._ask("GET", run, Explanation, "why")

    def notices(self, run: str) -> Sequence[DeliveryView]:
        """Who is told, or was in the last two weeks, of what befell it."""
        return self._ask("GET", run, list[DeliveryView], "notices")

    def group(self, run: str) -> GroupView:
        """The runs that it belongs to, and what they are like as a whole."""
        one = (self.get(run)).run
        for name in dict.fromkeys([one.id, one.group or one.id]):  # what it is the head of, else what it is a part of
            try:
                return self._http.ask("GET", path("run-groups", name), GroupView)
            except NotFound:
                pass
        return GroupView(id=one.id, state=state_of_group([State(one.state)]), runs=[one])

    # -- its end --

    def wait(self, run: str, *, timeout: float | None = None) -> RunDetailView:
        """The run, when it is over. Raises `TimeoutError` after `timeout` seconds; the run goes on."""
        clock = SystemClock()
        begun = clock.monotonic()
        while True:
            left = LONGEST if timeout is None else timeout - (clock.monotonic() - begun)
            wait = max(0.0, min(left, LONGEST))
            detail = self._ask("GET", run, RunDetailView, query={"wait": wait}, wait=wait)
            if detail.run.state in TERMINAL:
                return detail
            if left <= 0:
                raise TimeoutError(f"run {detail.run.id} of {detail.run.job} is {detail.run.state} after {timeout:g} s")
            run = detail.run.id

    def result(self, run: str, *, timeout: float | None = None) -> Any:
        """What the job returned, as JSON has it. Waits as `wait` does.

        Raises `RunFailed` for a run that was not successful, `PickleRefused` for a pickled result.
        """
        return result_of(self.wait(run, timeout=timeout))

    # -- changing --

    def submit(self, task: Task, *, of: str | None = None, name: str = "") -> RunView:
        """Run something once that is in no list of jobs. `of`: the type whose registered program the server runs."""
        return self._jobs.submit(in_words(Job(id=JobId(""), name=name, task=task, of=of)), name=name)

    def cancel(self, run: str, *, why: str = "") -> RunView:
        """At once if it has not begun, else by TERM, the job's grace, KILL. One that is over stays as it is."""
        return self._ask("POST", run, RunView, "cancel", body={"why": why}, repeatable=True)

    def retry(self, run: str) -> RunView:
        """Run it again with the same parameters, as a new run that points at it."""
        return self._ask("POST", run, RunView, "retry")

    def rerun(self, run: str, *, from_failed: bool = False) -> RunView:
        """Run its group again: all of it, or what did not succeed."""
        return self._ask("POST", run, RunView, "rerun", body={"from_failed": from_failed})

    def delete(self, run: str) -> bool:
        """Delete what is known of it. False: it goes when its job's cleanup function has succeeded."""
        answer = self._ask("DELETE", run, Deleted)
        return answer.gone

    def pin(self, run: str, *, undo: bool = False) -> str:
        """Keep it for ever, whatever is said about how long runs are kept (`undo`: no longer). Returns its id."""
        identity = self.resolve(run)
        self._http.ask("DELETE" if undo else "PUT", path("runs", identity, "pin"), type(None))
        return identity

    def change(self, action: str, runs: Sequence[str], *, why: str = "") -> Sequence[Done]:
        """`cancel` or `retry` many, by their ids. Each is answered for by itself."""
        body = {"action": action, "runs": runs, "why": why}
        return self._http.ask("POST", path("runs", "bulk"), list[Done], body=body)

    # -- its log --

    def log(self, run: str, *, attempt: int | None = None, follow: bool = False) -> Iterator[ChunkView]:
        """An attempt's log in order (default: of the newest that has any). With `follow` also what comes until
        the run is over; where no attempt was asked for, the logs of the attempts that follow as well."""
        current = (self.get(run)).run
        reading = max(current.attempt, 1) if follow and current.state not in TERMINAL and attempt is None else attempt
        after, pause = -1, _PAUSE
        while True:
            query = {"attempt": reading, "after": after}
            page = self._http.ask("GET", path("runs", current.id, "log"), LogPage, query=query)
            for chunk in page.chunks:
                yield chunk
            pause = _PAUSE if page.next > after else min(pause * 2, _LONGEST_PAUSE)
            after = page.next
            if page.more:
                continue
            if reading is not None and attempt is None and reading < current.attempt:
                reading, after = reading + 1, -1
            elif not follow or current.state in TERMINAL or current.attempt > (attempt or current.attempt):
                return
            else:
                time.sleep(pause)
            # Looked at before the next page is read: what an attempt wrote is stored before it is over.
            current = (self.get(current.id)).run

    def text(self, run: str, *, attempt: int | None = None) -> str:
        """Its log as plain lines."""
        query = {"attempt": attempt, "format": "text"}
        return self._ask("GET", run, str, "log", query=query)

    # -- asking --

    def _ask(self, method: str, run: str, kind: type[T], *rest: str, **said: Any) -> T:
        try:
            return self._http.ask(method, path("runs", run, *rest), kind, **said)
        except NotFound:
            found = self.resolve(run)
            if found == run:
                raise
        return self._http.ask(method, path("runs", found, *rest), kind, **said)
