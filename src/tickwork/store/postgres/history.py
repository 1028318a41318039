"""Reading the ledger, and forgetting what is old."""

from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId
from tickwork.core.model import Actor, Attempt, Gap, Run
from tickwork.core.states import LIVE, State
from tickwork.store.postgres import audit
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import decoder, state_of
from tickwork.store.protocol import RunDetail, RunFilter


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


def resolve(tx: Tx, prefix: str, *, limit: int) -> list[RunId]:
    return [row[0] for row in tx.rows("resolve", prefix=prefix, limit=limit)]


def runs(tx: Tx, where: RunFilter, *, after: RunId | None, limit: int) -> list[Run]:
    filters: dict[str, Any] = {
        "after": after,
        "project": where.project,
        "states": list(where.states) or None,
        "schedule": where.schedule,
        "since": where.since,
        "until": where.until,
        "job": where.job,
        "wait": where.wait,
        "group": where.group,
        "origin": where.origin,
        "limit": limit,
    }
    return tx.values(f"runs{_way_to(where)}_{where.order.value}", Run, **filters)


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
    newest: dict[JobId, list[Run]] = {job: [] for job in jobs}
    if jobs:
        for found in tx.values("latest", Run, jobs=list(newest), n=n, states=list(states) or None):
            newest[found.job].append(found)
    return newest


def gaps(
    tx: Tx,
    *,
    job: JobId | None,
    schedule: ScheduleId | None,
    since: Instant | None,
    until: Instant | None,
    limit: int,
) -> list[Gap]:
    return tx.values("gaps", Gap, job=job, schedule=schedule, since=since, until=until, limit=limit)


def attempts(tx: Tx, run: RunId) -> list[Attempt]:
    return tx.values("attempts", Attempt, run=run)


def counts(tx: Tx, *, project: str | None) -> dict[State, int]:
    return dict.fromkeys(State, 0) | {state_of(state): n for state, n in tx.rows("counts", project=project)}


def prune(tx: Tx, *, before: Instant, keep: int, limit: int, spare: Sequence[JobId]) -> int:
    old = [row[0] for row in tx.rows("prune_pick", before=before, keep=keep, limit=limit, spare=list(spare))]
    gone = len(_forget(tx, old))
    if gone < limit:
        gone += tx.value("prune_gaps", before=before, limit=limit - gone)
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
