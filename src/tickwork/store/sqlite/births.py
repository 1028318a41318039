"""How runs are born: keys first, then the overlap rule (its sentences are in the docstring of `Ledger.fire`)."""

from collections import Counter
from collections.abc import Sequence
from typing import assert_never

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Actor, Overlap, Run
from tickwork.core.states import TERMINAL, Reason, State, Wait
from tickwork.errors import NotFound, StoreError
from tickwork.store.protocol import Born, NewRun, Topic
from tickwork.store.sqlite import documents, rows
from tickwork.store.sqlite.transaction import Row, Tx


def enqueue(tx: Tx, runs: Sequence[NewRun], *, at: Instant, by: Actor | None = None, verb: str = "run") -> list[Born]:
    born = bear(tx, runs, at=at, asked=True)
    if by is not None:
        for new, child in zip(runs, born, strict=True):
            if not child.existing:
                documents.write_audit(
                    tx, by=by, at=at, verb=verb, kind="run", id=child.run, revision=new.run.revision, note=new.run.job
                )
    return born


def bear(tx: Tx, runs: Sequence[NewRun], *, at: Instant, asked: bool) -> list[Born]:
    """`asked`: somebody wants these runs, so none of them is skipped for another one; it waits."""
    _require_definitions(tx, runs)
    crowded = _crowded(tx, runs)
    free = iter(_bear_freely(tx, [new for new in runs if new.run.job not in crowded], at))
    return [_bear_one(tx, new, at, asked=asked) if new.run.job in crowded else next(free) for new in runs]


def _require_definitions(tx: Tx, runs: Sequence[NewRun]) -> None:
    needed = {(new.run.job, new.run.revision) for new in runs}
    if (missing := tx.row("born_undefined", (rows.json_text(needed),))) is not None:
        job, revision = missing
        raise NotFound(f"job {job} has no definition of revision {revision}; put the job first")


def _crowded(tx: Tx, runs: Sequence[NewRun]) -> set[JobId]:
    """The jobs whose runs can hinder one another: those that do not allow it and have more than one."""
    jobs = {new.run.job for new in runs if new.overlap is not Overlap.ALLOW}
    if not jobs:
        return set()
    several = {job for job, n in Counter(new.run.job for new in runs).items() if n > 1}
    occupied = {job for (job,) in tx.rows("overlap_occupied", (rows.json_text(jobs),))}
    return jobs & (several | occupied)


def _bear_freely(tx: Tx, runs: Sequence[NewRun], at: Instant) -> list[Born]:
    """All at once: no run can hinder another."""
    if not runs:
        return []
    newest_before = tx.value("born_newest")
    children = [_ended(new.run, at) for new in runs]
    batch = [
        rows.born_row(run, exclusive=new.overlap is not Overlap.ALLOW) for run, new in zip(children, runs, strict=True)
    ]
    all_new = tx.many("born_insert", batch) == len(runs)
    born = [_born(tx, run) for run in children] if all_new else _sort_out(tx, children, newest_before)
    inputs = {
        new.run.id: new.params
        for new, child in zip(runs, born, strict=True)
        if new.params is not None and not child.existing
    }
    if inputs:
        tx.many("born_input", inputs.items())
    tx.many("pin_put", [(n.run.id, n.pins) for n, c in zip(runs, born, strict=True) if n.pins and not c.existing])
    return born


def _sort_out(tx: Tx, runs: list[Run], newest_before: int) -> list[Born]:
    """Some of a batch were in the ledger already. Those that were not have newer rows, and are new once."""
    born, new = [], set[RunId]()
    for run in runs:
        row = tx.row("born_existing", (run.id, run.schedule, run.nominal))
        assert row is not None  # it was inserted, or met this one
        if row[0] == run.id and row[3] > newest_before and run.id not in new:
            new.add(run.id)
            born.append(_born(tx, run))
        else:
            born.append(_existing(row))
    return born


def _bear_one(tx: Tx, new: NewRun, at: Instant, *, asked: bool) -> Born:
    run = new.run
    if existing := tx.row("born_existing", (run.id, run.schedule, run.nominal)):
        return _existing(existing)
    if run.state is State.QUEUED:
        run = among_others(tx, new, at, asked=asked)
    run = _ended(run, at)
    if not tx.do("born_insert", rows.born_row(run, exclusive=new.overlap is not Overlap.ALLOW)):
        raise StoreError(f"run {run.id} of job {run.job} would be its second one at a time")
    if new.params is not None:
        tx.do("born_input", (run.id, new.params))
    if new.pins is not None:
        tx.do("pin_put", (run.id, new.pins))
    return _born(tx, run)


def among_others(tx: Tx, new: NewRun, at: Instant, *, asked: bool) -> Run:
    """The run as its job's other runs let it be born."""
    run = new.run
    busy: RunId | None = tx.value("overlap_busy", (run.job,))
    waiting: RunId | None = tx.value("overlap_waiting", (run.job,))
    earlier = busy or waiting
    if earlier is None:
        return run
    match new.overlap:
        case Overlap.ALLOW:
            return run
        case Overlap.SKIP:
            return _waits(run) if asked else _skipped(run, earlier)
        case Overlap.QUEUE:
            return _waits(run) if asked or waiting is None else _skipped(run, waiting)
        case Overlap.REPLACE:
            return _waits(run) if _replace_others(tx, run, at) else run
        case _:
            assert_never(new.overlap)


def _waits(run: Run) -> Run:
    return msgspec.structs.replace(run, state=State.WAITING, wait=Wait.OVERLAP)


def _skipped(run: Run, earlier: RunId) -> Run:
    note = run.note or f"run {earlier} was not over"
    return msgspec.structs.replace(run, state=State.SKIPPED, reason=Reason.OVERLAP, about=earlier, note=note)


def _replace_others(tx: Tx, run: Run, at: Instant) -> bool:
    """Returns whether one of them is held, so that the run has to wait for its end."""
    note = f"by run {run.id}"
    pending = tx.rows("replace_pending_list", (run.job,))
    if pending:
        event = tx.next("event", len(pending))
        tx.many("replace_pending", [(other, note, at, event + i) for i, (other,) in enumerate(pending)])
        tx.wakes.add(Topic.OUTBOX)
    held = tx.do("replace_held", (run.job, f"{Reason.REPLACED}|{note}"))
    if held:
        tx.wakes.add(Topic.ORDERS)
    return bool(held)


def _ended(run: Run, at: Instant) -> Run:
    """A run that is born at its end ended now."""
    if run.state in TERMINAL and run.finished is None:
        return msgspec.structs.replace(run, finished=at)
    return run


def _born(tx: Tx, run: Run) -> Born:
    if run.state is State.QUEUED:
        tx.wakes.add(Topic.QUEUED)
    elif run.wait is Wait.UPSTREAM:
        tx.wakes.add(Topic.OUTBOX)
    return Born(run=run.id, state=run.state, reason=run.reason)


def _existing(row: Row) -> Born:
    return Born(run=row[0], state=rows.state_of(row[1]), reason=rows.reason_of(row[2]), existing=True)
