"""The timetable, runs, gaps, claims."""

from collections.abc import Sequence
from typing import Protocol

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId
from tickwork.core.lanes import Limit
from tickwork.core.model import Actor, Attempt, Fence, Gap, Run
from tickwork.core.states import Reason, State
from tickwork.store.protocol.claims import Claim, ClaimLost, Finish, Orders, Queued, Session, Start
from tickwork.store.protocol.history import Crowd, Olds, Outdated, RunFilter, Tally
from tickwork.store.protocol.runs import Born, CancelOutcome, Event, NewRun, RunDetail, Unblock
from tickwork.store.protocol.timetable import Due, Fire, ScheduleRow


class Ledger(Protocol):
    """Timetable, runs, gaps, claims."""

    # -- timetable --

    async def due(self, at: Instant, *, limit: int) -> Due:
        """The schedules whose `due` ≤ `at`, earliest first, at most `limit`, in one consistent snapshot."""
        ...

    async def fire(
        self, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
    ) -> list[list[Born] | None]:
        """Move cursors and write their runs and gaps, all in one transaction. Nothing of it is to be seen before `at`
        (a store that `WAITS` does so itself for up to `EARLY`). With no fires it makes ready what the first one needs.

        For each fire: the born runs, or None where the row's version was not the expected one (another
        scheduler was faster, or the schedule was edited): nothing of that fire is written. If
        `switch_version` is given and is not the current one, nothing at all is written and all are None.

        Overlap, for a run born `queued`, against the job's runs that are waiting (for `overlap`), queued,
        claimed or running, whatever their origin (but for `cleanup`, which does not run the job):
        `allow`: queued. `skip`: an earlier one → `skipped(overlap)` with `about` it. `queue`: an earlier one →
        `waiting` (wait `overlap`); if one is waiting so already → `skipped(overlap)`. `replace`: earlier
        ones that have not begun → `cancelled(replaced)`, held ones get a cancel order `replaced|…`; if any
        was held the new run waits (wait `overlap`), else it is queued.
        Runs whose job does not allow overlap can never be queued/claimed/running two at a time: an index
        makes sure. Terminal born runs write no outbox event. Wakes `queued`, `orders`, and `outbox` for a run that is
        born waiting for others (wait `upstream`): whoever follows completions finds out whether it still has to.
        """
        ...

    async def timetable(self, jobs: Sequence[JobId]) -> list[ScheduleRow]:
        """All rows of these jobs, by schedule id."""
        ...

    async def upcoming(self, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
        """The rows with the earliest `due`, earliest first."""
        ...

    async def idle(
        self, *, projects: Sequence[str] | None = None, after: ScheduleId | None = None, limit: int = 1000
    ) -> list[ScheduleRow]:
        """The rows (of these projects; None: of all) that have no `due`, by schedule, from behind `after` on. However
        many rows have one, that costs nothing."""
        ...

    # -- runs --

    async def enqueue(
        self, runs: Sequence[NewRun], *, at: Instant, by: Actor | None = None, verb: str = "run"
    ) -> list[Born]:
        """Bear runs outside any schedule (manual, api, …), overlap as in `fire` except that a run which would
        be `skipped(overlap)` waits (wait `overlap`) instead: a person asked for it.
        One audit entry per run when `by` is given. Wakes `queued`, and `outbox` as `fire`.

        Raises `NotFound` (nothing written) for a run whose job has no document of its revision."""
        ...

    async def open_session(self, session: Session) -> None:
        """One that is open already has from now on these labels and tasks; nothing else of it changes. One that has
        ended stays as it is."""
        ...

    async def close_session(self, session: SessionId, *, at: Instant) -> None:
        """Mark it ended. Claims it still holds go back as `release` would put them; if it holds a running one, which
        cannot go back, it stays open for the reaper to settle."""
        ...

    async def claim(
        self, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit] = ()
    ) -> list[Claim]:
        """Give the session up to `n` queued runs of `pools` (lanes, core/lanes.py; nobody asks whether it serves them)
        with `ready_at` ≤ `at`: higher priority first, then earlier `ready_at`, then id. Each gets a new fence, greater
        than every fence given before. A session that is unknown or ended gets nothing.

        A run for which the limits leave no room (those that its lane names, and `limits`) is passed over. What counts
        against them is what is claimed or running at this moment, of all lanes and sessions."""
        ...

    async def queues(self) -> list[Queued]:
        """The lanes that have queued runs, by name. Costs as much as there are lanes, not runs."""
        ...

    async def depths(self) -> dict[str, int]:
        """How many runs are queued, by lane; none is left out for being ready later. May cost as much as there are."""
        ...

    async def miss(self, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
        """queued → missed(no_worker): nobody can take them. Returns those that were queued; the others are left alone.
        Wakes `outbox`."""
        ...

    async def start(self, starts: Sequence[Start]) -> list[ClaimLost]:
        """claimed → running; `attempt` goes up by one, `started` is set. Repeating it for a run that runs
        under the same fence changes nothing and is no error."""
        ...

    async def finish(self, finishes: Sequence[Finish]) -> list[ClaimLost]:
        """running (or claimed, for failed(launch), cancelled, missed and queued) → `state`; the attempt is kept, the
        claim ends; a terminal state sets `finished` and writes the outbox, in the same transaction.
        A run with a cancel request does not go on: where `state` is queued or waiting, it ends `cancelled` instead.
        Repeating it after it happened answers `ClaimLost`… except for the very same fence and attempt,
        which is no error (the acknowledgement was lost). Wakes `outbox`, and `queued` for a retry."""
        ...

    async def release(self, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
        """claimed → queued, as if never claimed (attempt and losses unchanged); with a cancel request →
        cancelled. Wakes `queued`, `outbox`."""
        ...

    async def beat(self, session: SessionId, *, at: Instant, load: float | None = None) -> Orders:
        """Renew the lease of all the session's claims (its beat goes up) and get its orders. `load`: of its host."""
        ...

    async def cancel(
        self, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
    ) -> list[CancelOutcome]:
        """waiting/queued → cancelled(reason); claimed/running: set the `cancel` request (first one stays).
        One audit entry per run when `by` is given. Wakes `orders`, `outbox`."""
        ...

    async def sessions(self, *, ended_since: Instant | None = None) -> list[Session]:
        """Sessions that have not ended (and those that ended since), oldest first."""
        ...

    async def settle(
        self, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
    ) -> list[Run] | None:
        """End a dead session if its beat is still `beat` (None: it is not, or it has ended; nothing changed).

        Its claimed runs → queued with `losses + 1`; its running ones get an attempt `failed(lost)` with `note`
        and go → queued with `losses + 1`. A run with a cancel request ends `cancelled` with that reason.
        Runs that reach `max_losses`, and running ones of an `at_most_once` job
        (`run.once`), end `failed(lost)` and write the outbox. Returns the runs as they are now.
        Wakes `queued`, `outbox`."""
        ...

    async def promote(self, *, at: Instant) -> Instant | None:
        """Let waiting runs go on: (overlap) those whose job has no queued, claimed or running run any more,
        oldest first, one per job; (deferred) those with `ready_at` ≤ `at` → queued. Queued runs that never
        began and are past their start deadline → `missed(deadline)`. Returns the next instant at which a queued
        run becomes ready or a waiting one is due, None if there is none. Wakes `queued`, `outbox`."""
        ...

    async def unblock(self, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
        """Let runs that wait for others (wait `upstream`) go on or end, each as its item says, in one transaction.

        For a run that would be queued the overlap rule is applied as in `fire`, or with `asked` as in `enqueue`: it may
        be `waiting` (wait `overlap`) or `skipped(overlap)` instead. A terminal state sets `finished` and writes the
        outbox. Returns each run's state now; None where the run did not wait so (any more): nothing was changed.
        Wakes `queued`, `orders`, `outbox`."""
        ...

    async def outbox(self, *, limit: int) -> list[Event]:
        """Completions that have not been consumed, oldest first."""
        ...

    async def consume(self, seqs: Sequence[int]) -> None:
        """Take these events out of the outbox (those already gone are no error)."""
        ...

    # -- reading --

    async def run(self, id: RunId) -> RunDetail | None: ...

    async def get_runs(self, ids: Sequence[RunId]) -> dict[RunId, Run]:
        """Those of these runs that there are, in one read."""
        ...

    async def held_by(self, session: SessionId) -> list[Run]:
        """The runs that the session holds, claimed or running, by id: what a worker whose answer got lost is given
        again."""
        ...

    async def resolve(self, prefix: str, *, limit: int = 2) -> list[RunId]:
        """Ids of runs that begin with the prefix."""
        ...

    async def runs(self, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
        """In the order of `where.order` by id (ids sort by creation) or by end, from behind `after` on."""
        ...

    async def latest(
        self, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()
    ) -> dict[JobId, list[Run]]:
        """The newest `n` runs of each job (only those in one of `states`, if any are given), newest first. Runs
        that are parts of another (`PARTS`) are left out."""
        ...

    async def gaps(
        self,
        *,
        job: JobId | None = None,
        schedule: ScheduleId | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        projects: Sequence[str] | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Gap]:
        """Gaps (of these projects; None: of all) that touch [since, until), by first slot; with `newest` by last slot,
        the newest first."""
        ...

    async def attempts(self, run: RunId) -> list[Attempt]:
        """Ended attempts, oldest first."""
        ...

    async def counts(self, *, project: str | None = None, since: Instant | None = None) -> dict[State, int]:
        """How many runs stand in each live state, and how many ended in each terminal state and are kept: of those
        whose ids were made at `since` or later (None: of all, which takes the longer the more there are)."""
        ...

    async def tally(
        self, *, since: Instant, until: Instant, width: Duration, projects: Sequence[str] | None = None
    ) -> list[Tally]:
        """For the stretches of `width` from `since` to `until` (the last one may be shorter), by beginning and state:
        how many runs (of these projects; None: of all) whose ids were made in them stand in each state now. Nothing
        for none. Reads no run that has ended where the store has an index for it."""
        ...

    # -- forgetting: what may go is found by reading, which keeps nobody waiting; then it is deleted in small batches --

    async def outcomes(self) -> list[tuple[str, State]]:
        """Each project and terminal state in which a run has ended that is kept."""
        ...

    async def outdated(self, which: Outdated, *, after: RunId | None = None, look: int = 1000) -> Olds:
        """Those of the asked runs, of the next `look` ones (about so many) by id behind `after`, of whose end everybody
        was told (no event in the outbox)."""
        ...

    async def nth_newest(self, jobs: Sequence[JobId], *, n: int) -> dict[JobId, RunId]:
        """For each job with at least `n` runs (n ≥ 1) its n-th newest, whatever it stands in."""
        ...

    async def crowded(self, *, n: int, after: JobId | None = None, look: int = 1000) -> Crowd:
        """Those jobs that exist and have more than `n` runs, whatever they stand in, of the next `look` jobs by id
        behind `after`. Reads no definition; what was never run is not even looked at, where an index leads past it."""
        ...

    async def log_sizes(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        """Bytes that are kept of the logs of these runs, of those that have any."""
        ...

    async def forget(self, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
        """Delete these runs with inputs, results, attempts and logs: those of them that have ended and have no event in
        the outbox. Returns how many went. With `by` (and `at`) there is an audit entry (verb `delete`) for each."""
        ...

    async def prune_gaps(self, *, before: Instant, limit: int) -> int:
        """Delete up to `limit` gaps that ended before then, but never one that its schedule may still extend. Returns
        how many went; fewer: there are no more."""
        ...

    async def pruned(self, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
        """For each job of which `forget` or `prune_gaps` deleted something: the latest slot (of a run without one: its
        creation) that went. Up to there the job's history may have holes."""
        ...
