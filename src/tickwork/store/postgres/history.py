"""Reading the ledger, and forgetting what is old."""

from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId, lowest_id
from tickwork.core.lanes import bare_lane
from tickwork.core.model import Actor, Attempt, Gap, Run
from tickwork.core.states import TERMINAL, State
from tickwork.store import ways
from tickwork.store.postgres import audit
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import decoder, state_of
from tickwork.store.protocol import Crowd, Olds, Order, Outdated, RunDetail, RunFilter, Tally
from tickwork.store.ways import Path, Way


def run(tx: Tx, id: RunId) -> RunDetail | None:
    row = tx.row("run", run=id)
    if row is None:
        return None
    value, params, result, error, pins = row
    return RunDetail(run=decoder(Run).decode(value), params=params, result=result, error=error, pins=pins)


def get_runs(tx: Tx, ids: Sequence[RunId]) -> dict[RunId, Run]:
    return {run.id: run for run in tx.values("get_runs", Run, runs=list(ids))} if ids else {}


def held_by(tx: Tx, session: SessionId) -> list[Run]:
    return tx.values("held_by", Run, session=session)


def resolve(tx: Tx, prefix: str, *, limit: int = 2) -> list[RunId]:
    return [row[0] for row in tx.rows("resolve", prefix=prefix, limit=limit)]


def runs(tx: Tx, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
    paths = ways.paths(where, lambda: _projects(tx))
    last = tx.value("runs_end", run=after) if where.order is Order.ENDED and after is not None else None
    parameters = _parameters(ways.beside(where, paths), after=after, last=last, limit=limit)
    statement = "runs_oldest" if where.order is Order.OLDEST else "runs_newest"
    pages = [tx.values(statement, Run, **parameters | of) for path in paths for of in _halves(path, where)]
    return ways.merged(pages, where.order, limit)


def _halves(path: Path, where: RunFilter) -> list[dict[str, Any]]:
    """What has ended and what has not stand in indexes of their own."""
    halves: tuple[bool | None, ...] = {
        Way.LIVE: (False,),
        Way.OUTCOME: (True,),
        Way.JOB: (True, False),
    }.get(path.way, (None,))
    of: dict[str, Any] = {
        "project": path.project,
        "state": path.state,
        "reason": path.reason,
        "outcome": path.project if path.way is Way.OUTCOME else None,
        "amiss": where.job if path.way is Way.AMISS else None,
    }
    if path.state is not None:  # asked again, PostgreSQL would look up every project and state of the filter
        of |= {"projects": None, "states": None, "job": None}
    return [{"over": over, **of} for over in halves]


def _parameters(where: RunFilter, *, after: RunId | None, last: Instant | None, limit: int) -> dict[str, Any]:
    stretch, close = ways.stretch(where, after=after, limit=limit), ways.is_close(where)
    parameters = {
        "low": stretch.low,
        "high": stretch.high,
        "look": stretch.look,
        "projects": None if where.projects is None else list(where.projects),
        "states": list(ways.states(where)) or None,
        "job": where.job,
        "wait": where.wait,
        "group": where.group,
        "origin": where.origin if close else None,
        "schedule": where.schedule if close else None,
        "since": where.since,
        "until": where.until,
        "reasons": list(where.reasons) or None,
        "lane": None if where.pool is None else bare_lane(where.pool),
        "worker": where.worker,
        "text": ways.folded(where.text),
        "sought_origin": None if close else where.origin,
        "sought_schedule": None if close else where.schedule,
        "limit": limit,
    }
    if where.order is Order.OLDEST:
        return parameters
    return parameters | {"after": after, "last": last, "by_end": where.order is Order.ENDED}


def latest(tx: Tx, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()) -> dict[JobId, list[Run]]:
    newest: dict[JobId, list[Run]] = {job: [] for job in jobs}
    if jobs:
        over = not states or not TERMINAL.isdisjoint(states)
        for found in tx.values("latest", Run, jobs=list(newest), n=n, states=list(states) or None, over=over):
            newest[found.job].append(found)
    return newest


def gaps(
    tx: Tx,
    *,
    job: JobId | None = None,
    schedule: ScheduleId | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    projects: Sequence[str] | None = None,
    newest: bool = False,
    limit: int = 1000,
) -> list[Gap]:
    return tx.values(
        "gaps_newest" if newest else "gaps",
        Gap,
        job=job,
        schedule=schedule,
        since=since,
        until=until,
        projects=None if projects is None else list(projects),
        limit=limit,
    )


def attempts(tx: Tx, run: RunId) -> list[Attempt]:
    return tx.values("attempts", Attempt, run=run)


def counts(tx: Tx, *, project: str | None = None, since: Instant | None = None) -> dict[State, int]:
    every = [("" if since is None else lowest_id(since), ways.BEHIND_ALL)]
    ended = [(state, n) for _, state, n in _ended(tx, every, None if project is None else [project])]
    found = [*tx.rows("counts", project=project), *ended]
    return dict.fromkeys(State, 0) | {state_of(state): n for state, n in found}


def tally(
    tx: Tx, *, since: Instant, until: Instant, width: Duration, projects: Sequence[str] | None = None
) -> list[Tally]:
    stretches = ways.stretches(since, until, width)
    within = None if projects is None else list(projects)
    live = tx.rows("tally_live", projects=within)
    ended = _ended(tx, [(low, high) for _, low, high in stretches], within)
    return ways.tallies(stretches, live=live, ended=ended)


def _ended(tx: Tx, stretches: Sequence[tuple[str, str]], projects: list[str] | None) -> list[Any]:
    """(Number of the stretch, state, count)."""
    return tx.rows(
        "tally",
        lows=[low for low, _ in stretches],
        highs=[high for _, high in stretches],
        projects=_projects(tx) if projects is None else projects,
        states=sorted(TERMINAL),
    )


def _projects(tx: Tx) -> list[str]:
    """Those that have ended runs."""
    return [project for (project,) in tx.rows("runs_projects")]


def outcomes(tx: Tx) -> list[tuple[str, State]]:
    return [(project, state_of(state)) for project, state in tx.rows("outcomes")]


def outdated(tx: Tx, which: Outdated, *, after: RunId | None = None, look: int = 1000) -> Olds:
    low, high = ways.outdated_within(which, after=after)
    within = {"low": low, "high": high, "look": look}
    asked = {"state": which.state, "before": which.before, "keep": which.keep}
    if which.job is None:
        found = tx.rows("outdated_outcome", project=which.project, spare=list(which.spare), **asked, **within)
    else:
        found = tx.rows("outdated_job", job=which.job, **asked, **within)
    return ways.olds(found, look=look)


def nth_newest(tx: Tx, jobs: Sequence[JobId], *, n: int) -> dict[JobId, RunId]:
    return dict(tx.rows("nth_newest", jobs=list(jobs), n=n)) if jobs else {}


def crowded(tx: Tx, *, n: int, after: JobId | None = None, look: int = 1000) -> Crowd:
    return ways.crowd(tx.rows("crowded", n=n, after=after or "", look=look), look=look)


def log_sizes(tx: Tx, runs: Sequence[RunId]) -> dict[RunId, int]:
    return dict(tx.rows("log_sizes", runs=list(runs))) if runs else {}


def prune_gaps(tx: Tx, *, before: Instant, limit: int) -> int:
    gone: int = tx.value("prune_gaps", before=before, limit=limit)
    return gone


def forget(tx: Tx, runs: Sequence[RunId], *, at: Instant | None, by: Actor | None) -> int:
    gone = _forget(tx, runs)
    if by is not None and at is not None:
        audit.write(tx, [audit.Touched(run=run) for run in gone], by=by, at=at, verb="delete")
    return len(gone)


def _forget(tx: Tx, runs: Sequence[RunId]) -> list[RunId]:
    return [run for (run,) in tx.rows("forget", runs=list(runs))] if runs else []


def pruned(tx: Tx, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
    return {job: slot for job, slot in tx.rows("pruned", jobs=list(jobs))} if jobs else {}  # noqa: C416 (rows have no type)
