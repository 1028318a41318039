"""Reading the ledger, and forgetting what is old."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId
from tickwork.core.model import Actor, Attempt, Gap, Run
from tickwork.core.states import LIVE, State
from tickwork.store.protocol import Order, RunDetail, RunFilter
from tickwork.store.sqlite import documents, rows
from tickwork.store.sqlite.transaction import Row, Tx

_BEHIND_ALL = b""
"""SQLite sorts every blob behind every text."""


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


def resolve(tx: Tx, prefix: str, *, limit: int) -> list[RunId]:
    return [row[0] for row in tx.rows("resolve", (prefix, limit))]


def runs(tx: Tx, where: RunFilter, *, after: RunId | None, limit: int) -> list[Run]:
    newest = where.order is Order.NEWEST
    bindings = (
        after if after is not None else _BEHIND_ALL if newest else "",
        where.project,
        rows.json_text(where.states) if where.states else None,
        where.schedule,
        where.since,
        where.until,
        limit,
        where.job,
        where.wait,
        where.group,
        where.origin,
    )
    return [rows.run_of(row) for row in tx.rows(f"runs{_way_to(where)}_{where.order.value}", bindings)]


def _way_to(where: RunFilter) -> str:
    """The index that leads to the fewest runs."""
    if where.group is not None:
        return "_of_group"
    if where.wait is not None:
        return "_waiting"
    if where.states and LIVE.issuperset(where.states):
        return "_live"
    return "" if where.job is None else "_of_job"


def latest(tx: Tx, jobs: Sequence[JobId], *, n: int, states: Sequence[State]) -> dict[JobId, list[Run]]:
    if not states:
        return {job: [rows.run_of(row) for row in tx.rows("latest", (job, n))] for job in jobs}
    wanted = rows.json_text(states)
    return {job: [rows.run_of(row) for row in tx.rows("latest_in_states", (job, n, wanted))] for job in jobs}


def gaps(
    tx: Tx,
    *,
    job: JobId | None,
    schedule: ScheduleId | None,
    since: Instant | None,
    until: Instant | None,
    limit: int,
) -> list[Gap]:
    statement = "gaps" if job is None else "gaps_of_job"
    return [rows.gap_of(row) for row in tx.rows(statement, (job, schedule, since, until, limit))]


def attempts(tx: Tx, run: RunId) -> list[Attempt]:
    return [rows.attempt_of(row) for row in tx.rows("attempts", (run,))]


def counts(tx: Tx, *, project: str | None) -> dict[State, int]:
    return dict.fromkeys(State, 0) | {rows.state_of(state): n for state, n in tx.rows("counts", (project,))}


def prune(tx: Tx, *, before: Instant, keep: int, limit: int, spare: Sequence[JobId]) -> int:
    old = tx.rows("prune_runs", (before, keep, limit, rows.json_text(spare)))
    _forget(tx, old)
    gaps = tx.rows("prune_gaps", (before, limit - len(old)))
    tx.many("pruned_put", gaps)
    return len(old) + len(gaps)


def forget(tx: Tx, runs: Sequence[RunId], *, at: Instant | None, by: Actor | None) -> int:
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
