"""Reading the ledger, and forgetting what is old."""

from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId, lowest_id
from tickwork.core.lanes import bare_lane
from tickwork.core.model import Actor, Attempt, Gap, Run
from tickwork.core.states import LIVE, TERMINAL, State, Wait
from tickwork.store import ways
from tickwork.store.protocol import Crowd, Olds, Order, Outdated, RunDetail, RunFilter, Tally
from tickwork.store.sqlite import documents, rows
from tickwork.store.sqlite.transaction import Row, Tx


def run(tx: Tx, id: RunId) -> RunDetail | None:
    row = tx.row("run", (id,))
    if row is None:
        return None
    params, result, error, pins = row[rows.RUN_WIDTH :]
    return RunDetail(run=rows.run_of(row), params=params, result=result, error=error, pins=pins)


def get_runs(tx: Tx, ids: Sequence[RunId]) -> dict[RunId, Run]:
    found = [rows.run_of(row) for row in tx.rows("get_runs", (rows.json_text(ids),))]
    return {run.id: run for run in found}


def held_by(tx: Tx, session: SessionId) -> list[Run]:
    return [rows.run_of(row) for row in tx.rows("held_by", (session,))]


def resolve(tx: Tx, prefix: str, *, limit: int = 2) -> list[RunId]:
    return [row[0] for row in tx.rows("resolve", (prefix, limit))]


def runs(tx: Tx, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
    paths = ways.paths(where, lambda: _projects(tx))
    last = tx.value("runs_end", (after,)) if where.order is Order.ENDED and after is not None else None
    bindings = _bindings(ways.beside(where, paths), after=after, last=last, limit=limit)
    statement = "runs_oldest" if where.order is Order.OLDEST else "runs_newest"
    pages = [tx.rows(statement, bindings | path._asdict()) for path in paths]
    return ways.merged([[rows.run_of(row) for row in page] for page in pages], where.order, limit)


def _bindings(where: RunFilter, *, after: RunId | None, last: Instant | None, limit: int) -> dict[str, Any]:
    stretch, close = ways.stretch(where, after=after, limit=limit), ways.is_close(where)
    return {
        "low": stretch.low,
        "high": stretch.high,
        "look": stretch.look,
        "projects": None if where.projects is None else rows.json_text(where.projects),
        "states": _some(ways.states(where)),
        "job": where.job,
        "wait": where.wait,
        "group": where.group,
        "origin": where.origin if close else None,
        "schedule": where.schedule if close else None,
        "since": where.since,
        "until": where.until,
        "reasons": _some(where.reasons),
        "lane": None if where.pool is None else bare_lane(where.pool),
        "worker": where.worker,
        "text": ways.folded(where.text),
        "sought_origin": None if close else where.origin,
        "sought_schedule": None if close else where.schedule,
        "after": after,
        "last": last,
        "by_end": where.order is Order.ENDED,
        "limit": limit,
    }


def _some(values: Sequence[str]) -> str | None:
    return rows.json_text(values) if values else None


def latest(tx: Tx, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()) -> dict[JobId, list[Run]]:
    if not states:
        return {job: [rows.run_of(row) for row in tx.rows("latest", (job, n))] for job in jobs}
    wanted = rows.json_text(states)
    if LIVE.issuperset(states):
        waits = rows.json_text(list(Wait))
        return {job: [rows.run_of(row) for row in tx.rows("latest_live", (job, n, wanted, waits))] for job in jobs}
    return {job: [rows.run_of(row) for row in tx.rows("latest_in_states", (job, n, wanted))] for job in jobs}


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
    statement = "gaps_newest" if newest else "gaps" if job is None else "gaps_of_job"
    within = None if projects is None else rows.json_text(projects)
    return [rows.gap_of(row) for row in tx.rows(statement, (job, schedule, since, until, limit, within))]


def attempts(tx: Tx, run: RunId) -> list[Attempt]:
    return [rows.attempt_of(row) for row in tx.rows("attempts", (run,))]


def counts(tx: Tx, *, project: str | None = None, since: Instant | None = None) -> dict[State, int]:
    every = [("" if since is None else lowest_id(since), ways.BEHIND_ALL)]
    ended = [(state, n) for _, state, n in _ended(tx, every, None if project is None else [project])]
    found = [*tx.rows("counts", (project,)), *ended]
    return dict.fromkeys(State, 0) | {rows.state_of(state): n for state, n in found}


def tally(
    tx: Tx, *, since: Instant, until: Instant, width: Duration, projects: Sequence[str] | None = None
) -> list[Tally]:
    stretches = ways.stretches(since, until, width)
    within = None if projects is None else rows.json_text(projects)
    live = tx.rows("tally_live", (within,))
    ended = _ended(tx, [(low, high) for _, low, high in stretches], projects)
    return ways.tallies(stretches, live=live, ended=ended)


def _ended(tx: Tx, stretches: Sequence[tuple[str, str]], projects: Sequence[str] | None) -> list[Row]:
    """(Number of the stretch, state, count)."""
    within = _projects(tx) if projects is None else projects
    bindings = (rows.json_text(stretches), rows.json_text(within), rows.json_text(sorted(TERMINAL)))
    return tx.rows("tally", bindings)


def _projects(tx: Tx) -> list[str]:
    """Those that have ended runs."""
    return [project for (project,) in tx.rows("runs_projects")]


def outcomes(tx: Tx) -> list[tuple[str, State]]:
    asked = (rows.json_text(_projects(tx)), rows.json_text(sorted(TERMINAL)))
    return [(project, rows.state_of(state)) for project, state in tx.rows("outcomes", asked)]


def outdated(tx: Tx, which: Outdated, *, after: RunId | None = None, look: int = 1000) -> Olds:
    low, high = ways.outdated_within(which, after=after)
    bindings = {
        "project": which.project,
        "job": which.job,
        "state": which.state,
        "before": which.before,
        "keep": which.keep,
        "spare": rows.json_text(which.spare),
        "low": low,
        "high": high,
        "look": look,
    }
    found = tx.rows("outdated_outcome" if which.job is None else "outdated_job", bindings)
    return ways.olds([(run, job, bool(goes)) for run, job, goes in found], look=look)


def nth_newest(tx: Tx, jobs: Sequence[JobId], *, n: int) -> dict[JobId, RunId]:
    found = {job: tx.value("nth_newest", (job, n)) for job in jobs}
    return {job: run for job, run in found.items() if run is not None}


def crowded(tx: Tx, *, n: int, after: JobId | None = None, look: int = 1000) -> Crowd:
    return ways.crowd(tx.rows("crowded", (n, after or "", look)), look=look)


def log_sizes(tx: Tx, runs: Sequence[RunId]) -> dict[RunId, int]:
    return dict(tx.rows("log_sizes", (rows.json_text(runs),)))


def prune_gaps(tx: Tx, *, before: Instant, limit: int) -> int:
    gaps = tx.rows("prune_gaps", (before, limit))
    tx.many("pruned_put", gaps)
    return len(gaps)


def forget(tx: Tx, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
    ripe = tx.rows("forget_ripe", (rows.json_text(runs),))
    _forget(tx, ripe)
    if by is not None and at is not None:
        for (run,) in ripe:
            documents.write_audit(tx, by=by, at=at, verb="delete", kind="run", id=run, revision=None, note=None)
    return len(ripe)


def _forget(tx: Tx, old: Sequence[Row]) -> None:
    tx.many("pruned_put", tx.rows("prune_runs_through", (rows.json_text([run for (run,) in old]),)))
    for statement in (
        "prune_input",
        "prune_pin",
        "prune_result",
        "prune_attempt",
        "prune_log",
        "prune_progress",
        "prune_run",
    ):
        tx.many(statement, old)


def pruned(tx: Tx, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
    return {job: through for job in jobs if (through := tx.value("pruned", (job,))) is not None}
