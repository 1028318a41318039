"""How runs are born: keys first, then the overlap rule (its sentences are in the docstring of `Ledger.fire`).

A batch costs the same few statements however many runs it has. Whoever decides about overlap holds the locks of the
jobs (`locks`), so that two servers cannot decide about one job at the same time.
"""

from collections.abc import Iterable, Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, ScheduleId
from tickwork.core.model import Actor, Overlap, Run
from tickwork.core.states import TERMINAL, State, Wait
from tickwork.errors import NotFound, StoreError
from tickwork.store.postgres import audit
from tickwork.store.postgres.locks import Locks, stripe_of
from tickwork.store.postgres.neighbours import Neighbours
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, reason_of, sparse, state_of
from tickwork.store.protocol import Born, Kind, NewRun, Topic


def locks(runs: Iterable[NewRun]) -> Locks:
    """What whoever bears these runs must hold."""
    deciding = [new for new in runs if new.overlap is not Overlap.ALLOW]
    return Locks(
        stripes={stripe_of(Kind.JOB, new.run.job) for new in deciding},
        of_jobs={new.run.job for new in deciding if new.overlap is Overlap.REPLACE},
    )


def enqueue(tx: Tx, runs: Sequence[NewRun], *, at: Instant, by: Actor | None, verb: str) -> list[Born]:
    born = bear(tx, runs, at=at, asked=True)
    if by is not None:
        fresh = [new.run for new, child in zip(runs, born, strict=True) if not child.existing]
        touched = [audit.Touched(run=run.id, revision=run.revision, note=run.job) for run in fresh]
        audit.write(tx, touched, by=by, at=at, verb=verb)
    return born


def bear(tx: Tx, runs: Sequence[NewRun], *, at: Instant, asked: bool) -> list[Born]:
    """`asked`: somebody wants these runs, so none of them is skipped for another one; it waits."""
    if not runs:
        return []
    _require_definitions(tx, runs)
    if all(new.overlap is Overlap.ALLOW for new in runs):
        return _bear_freely(tx, runs, at)
    return _Nursery(tx, runs, at=at, asked=asked).bear(runs)


def rehearse(tx: Tx) -> None:
    """What `bear` says, about nothing: its statements are planned from then on."""
    tx.rows("lock_stripes", space=tx.space, stripes=[])
    tx.row("born_undefined", definitions=Batch([]))
    tx.rows("born_existing", keys=Batch([]))
    tx.rows("overlap_others", jobs=[])
    for exclusive in (False, True):
        tx.rows("born_insert", runs=Batch([]), exclusive=exclusive)


class _Definition(msgspec.Struct, frozen=True):
    job: JobId
    revision: int


def _require_definitions(tx: Tx, runs: Sequence[NewRun]) -> None:
    definitions = {_Definition(new.run.job, new.run.revision) for new in runs}
    if undefined := tx.row("born_undefined", definitions=Batch(list(definitions))):
        job, revision = undefined
        raise NotFound(f"job {job} has no definition of revision {revision}; put the job first")


def _bear_freely(tx: Tx, runs: Sequence[NewRun], at: Instant) -> list[Born]:
    """No run can hinder another."""
    children = [_ended(new.run, at) for new in runs]
    inserted = _insert(tx, runs, children)
    known = _Known(tx, [run for run in children if run.id not in inserted])
    born = []
    for run in children:
        if run.id in inserted:
            inserted.remove(run.id)  # the same id once more in this batch is an existing one
            born.append(_born(run))
        else:
            born.append(known.existing(run) or Born(run=run.id, state=run.state, reason=run.reason, existing=True))
    return born


class _Input(msgspec.Struct, frozen=True):
    run: RunId
    params: bytes


class _Pinned(msgspec.Struct, frozen=True):
    run: RunId
    pins: bytes


def _insert(tx: Tx, runs: Sequence[NewRun], children: Sequence[Run]) -> set[RunId]:
    """Returns those that were not there yet."""
    inserted: set[RunId] = set()
    for exclusive in (False, True):
        batch = [run for new, run in zip(runs, children, strict=True) if _exclusive(new) is exclusive]
        if batch:
            inserted |= {row[0] for row in tx.rows("born_insert", runs=Batch(sparse(batch)), exclusive=exclusive)}
    inputs = {new.run.id: new.params for new in runs if new.params is not None and new.run.id in inserted}
    if inputs:
        tx.soon("born_input", inputs=Batch([_Input(run, params) for run, params in inputs.items()]))
    pinned = {new.run.id: new.pins for new in runs if new.pins is not None and new.run.id in inserted}
    if pinned:
        tx.soon("born_pins", pinned=Batch([_Pinned(run, pins) for run, pins in pinned.items()]))
    _wake(tx, children)
    return inserted


def _wake(tx: Tx, children: Sequence[Run]) -> None:
    if any(run.state is State.QUEUED for run in children):
        tx.wakes.add(Topic.QUEUED)
    if any(run.wait is Wait.UPSTREAM for run in children):
        tx.wakes.add(Topic.OUTBOX)


def _exclusive(new: NewRun) -> bool:
    return new.overlap is not Overlap.ALLOW


def _ended(run: Run, at: Instant) -> Run:
    """A run that is born at its end ended now."""
    if run.state in TERMINAL and run.finished is None:
        return msgspec.structs.replace(run, finished=at)
    return run


def _born(run: Run) -> Born:
    return Born(run=run.id, state=run.state, reason=run.reason)


class _Key(msgspec.Struct, frozen=True):
    id: RunId
    schedule: ScheduleId | None
    nominal: str | None


class _Known:
    """Runs that are in the ledger already, by their keys."""

    def __init__(self, tx: Tx, runs: Sequence[Run]) -> None:
        keys = [_Key(run.id, run.schedule, run.nominal) for run in runs]
        found = tx.rows("born_existing", keys=Batch(keys)) if keys else []
        self._by_id = {
            asked: Born(run=run, state=state_of(state), reason=reason_of(reason), existing=True)
            for asked, run, state, reason in found
        }
        self._by_occurrence: dict[tuple[str, str | None], Born] = {}

    def existing(self, run: Run) -> Born | None:
        found = self._by_id.get(run.id)
        if found is None and run.schedule is not None:
            found = self._by_occurrence.get((run.schedule, run.nominal))
        return found

    def add(self, run: Run) -> None:
        existing = Born(run=run.id, state=run.state, reason=run.reason, existing=True)
        self._by_id[run.id] = existing
        if run.schedule is not None:
            self._by_occurrence[run.schedule, run.nominal] = existing


class _Nursery:
    """Decides one run after the other, in memory, and writes them together."""

    def __init__(self, tx: Tx, runs: Sequence[NewRun], *, at: Instant, asked: bool) -> None:
        self._tx = tx
        self._at = at
        self._asked = asked
        self._known = _Known(tx, [new.run for new in runs])
        self._neighbours = Neighbours(tx, {new.run.job for new in runs}, at=at, write=self._write)
        self._decided: list[tuple[NewRun, Run]] = []

    def bear(self, runs: Sequence[NewRun]) -> list[Born]:
        born = [self._known.existing(new.run) or self._decide(new) for new in runs]
        self._write()
        return born

    def _decide(self, new: NewRun) -> Born:
        run = new.run
        if run.state is State.QUEUED:
            run = self._neighbours.let(run, new.overlap, asked=self._asked)
        run = _ended(run, self._at)
        self._decided.append((new, run))
        self._known.add(run)
        self._neighbours.add(run)
        return _born(run)

    def _write(self) -> None:
        if not self._decided:
            return
        runs, children = zip(*self._decided, strict=True)
        self._decided = []
        inserted = _insert(self._tx, runs, children)
        for run in children:
            if run.id not in inserted:
                raise StoreError(f"run {run.id} of job {run.job} would be its second one at a time")
