"""What a ledger should do, as simply as it can be said: dicts, no SQL, no batches, no keys."""

from dataclasses import dataclass, field

from tickwork.core.model import Overlap
from tickwork.core.states import HELD, TERMINAL, Reason, State, Wait

BUSY = {State.QUEUED, State.CLAIMED, State.RUNNING}


@dataclass(kw_only=True)
class ModelRun:
    id: str
    job: str
    overlap: Overlap
    ready_at: int
    priority: int = 0
    once: bool = False
    state: State = State.QUEUED
    reason: Reason | None = None
    wait: Wait | None = None
    attempt: int = 0
    losses: int = 0
    session: str | None = None
    fence: int | None = None
    cancel: Reason | None = None
    finished: int | None = None
    event: bool = False

    def visible(self) -> tuple:
        """What has to be equal in the store."""
        return (self.state, self.reason, self.wait, self.attempt, self.losses, self.session, self.fence, self.cancel)

    def end(self, state: State, reason: Reason | None, at: int, *, event: bool = True) -> None:
        self.let_go()
        self.state, self.reason, self.wait, self.finished, self.event = state, reason, None, at, event
        self.cancel = None

    def let_go(self) -> None:
        self.session = self.fence = None

    def go_on(self, state: State, at: int, *, ready_at: int | None = None, wait: Wait | None = None) -> None:
        """Back to the queue or to waiting, unless somebody wants it cancelled."""
        if self.cancel is not None:
            self.end(State.CANCELLED, self.cancel, at)
            return
        self.let_go()
        self.state, self.wait = state, wait
        self.ready_at = self.ready_at if ready_at is None else ready_at


@dataclass
class Row:
    """A schedule that is due at the multiples of `every`."""

    every: int
    revision: int
    cursor: int
    version: int


@dataclass
class ModelSession:
    beat: int = 0
    ended: bool = False


@dataclass
class ModelLedger:
    runs: dict[str, ModelRun] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    slots: dict[str, set[int]] = field(default_factory=dict)
    """Of each job: the slots that the ledger has to account for."""
    sessions: dict[str, ModelSession] = field(default_factory=dict)

    # -- births --

    def bear(self, run: ModelRun, at: int, *, asked: bool) -> None:
        self._keep_apart(run, at, asked=asked, event=False)
        self.runs[run.id] = run

    def unblock(self, run: ModelRun, state: State, reason: Reason | None, at: int, *, asked: bool) -> State | None:
        """Of a run that waited for others: None where it did not (any more)."""
        if run.wait is not Wait.UPSTREAM:
            return None
        if state is State.QUEUED:
            run.state, run.wait = state, None
            self._keep_apart(run, at, asked=asked, event=True)
        else:
            run.end(state, reason, at)
        return run.state

    def _keep_apart(self, run: ModelRun, at: int, *, asked: bool, event: bool) -> None:
        """From other runs of its job, as its overlap rule says; `event`: its end is one, if it comes to that."""
        mine = [other for other in self.runs.values() if other.job == run.job and other is not run]
        others = [other for other in mine if other.state in BUSY or other.wait is Wait.OVERLAP]
        if others and run.overlap is not Overlap.ALLOW:
            self._among(run, others, at, asked=asked, event=event)

    def _among(self, run: ModelRun, others: list[ModelRun], at: int, *, asked: bool, event: bool) -> None:
        if run.overlap is Overlap.REPLACE:
            held = [other for other in others if other.state in HELD]
            for other in others:
                if other in held:
                    other.cancel = other.cancel or Reason.REPLACED
                else:
                    other.end(State.CANCELLED, Reason.REPLACED, at)
            waits = bool(held)
            if not waits:
                return
        else:
            waiting = any(other.wait is Wait.OVERLAP for other in others)
            waits = asked or (run.overlap is Overlap.QUEUE and not waiting)
        if waits:
            run.state, run.wait = State.WAITING, Wait.OVERLAP
        else:
            run.end(State.SKIPPED, Reason.OVERLAP, at, event=event)

    # -- claims --

    def claimable(self, at: int, n: int) -> list[ModelRun]:
        queued = [run for run in self.runs.values() if run.state is State.QUEUED and run.ready_at <= at]
        return sorted(queued, key=lambda run: (-run.priority, run.ready_at, run.id))[:n]

    def holder(self, run: str, fence: int) -> ModelRun | None:
        """The run, if this fence still holds it."""
        found = self.runs.get(run)
        return found if found is not None and found.fence == fence else None

    def settle(self, session: str, beat: int, max_losses: int, at: int) -> bool:
        dead = self.sessions[session]
        if dead.ended or dead.beat != beat:
            return False
        dead.ended = True
        for run in self.runs.values():
            if run.session == session:
                self._lose(run, max_losses, at)
        return True

    def _lose(self, run: ModelRun, max_losses: int, at: int) -> None:
        run.losses += 1
        hopeless = run.losses >= max_losses or (run.once and run.state is State.RUNNING)
        if hopeless and run.cancel is None:
            run.end(State.FAILED, Reason.LOST, at)
        else:
            run.go_on(State.QUEUED, at)

    def cancel(self, run: ModelRun, at: int) -> None:
        if run.state in HELD:
            run.cancel = run.cancel or Reason.USER
        elif run.state not in TERMINAL:
            run.end(State.CANCELLED, Reason.USER, at)

    # -- flow --

    def promote(self, at: int) -> None:
        due = [run for run in self.runs.values() if run.wait is Wait.DEFERRED and run.ready_at <= at]
        for run in sorted(due, key=lambda run: (run.ready_at, run.id)):
            if run.overlap is not Overlap.ALLOW and self._busy(run.job):
                run.wait = Wait.OVERLAP
            else:
                run.state, run.wait = State.QUEUED, None
        for job in {run.job for run in self.runs.values() if run.wait is Wait.OVERLAP}:
            if not self._busy(job):
                first = min(
                    (r for r in self.runs.values() if r.job == job and r.wait is Wait.OVERLAP), key=lambda r: r.id
                )
                first.state, first.wait = State.QUEUED, None

    def _busy(self, job: str) -> bool:
        return any(run.job == job and run.state in BUSY for run in self.runs.values())

    def prunable(self, before: int, keep: int) -> set[str]:
        newest: dict[str, list[str]] = {}
        for id_ in sorted(self.runs, reverse=True):
            newest.setdefault(self.runs[id_].job, []).append(id_)
        kept = {id_ for ids in newest.values() for id_ in ids[:keep]}
        return {
            run.id
            for run in self.runs.values()
            if run.finished is not None and run.finished < before and not run.event and run.id not in kept
        }

    # -- the timetable --

    def advance(self, job: str, until: int) -> None:
        """Move a cursor: from now on the ledger has to account for all slots up to there."""
        row = self.rows[job]
        self.slots.setdefault(job, set()).update(multiples(row.every, row.cursor, until))
        row.cursor = until
        row.version += 1


def multiples(every: int, after: int, until: int) -> list[int]:
    """The slots of a schedule in (after, until]."""
    return list(range((after // every + 1) * every, until + 1, every))
