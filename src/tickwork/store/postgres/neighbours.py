"""The overlap rule: what a job's other runs let one of its runs be (the sentences stand in `Ledger.fire`)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Overlap, Run
from tickwork.core.states import TERMINAL, Reason, State, Wait
from tickwork.store.postgres.transaction import Tx
from tickwork.store.protocol import Topic


@dataclass(slots=True)
class _Others:
    """The oldest busy run of a job, and the oldest one that waits for its end."""

    busy: RunId | None = None
    waiting: RunId | None = None

    def add(self, run: Run) -> None:
        if run.wait is Wait.OVERLAP:
            self.waiting = self.waiting or run.id
        elif run.state not in TERMINAL and run.wait is None:
            self.busy = self.busy or run.id


class Neighbours:
    """The runs of some jobs, those decided in this very call included. `write` brings these into the tables: one of
    them may have to be replaced."""

    def __init__(self, tx: Tx, jobs: Iterable[JobId], *, at: Instant, write: Callable[[], None]) -> None:
        self._tx = tx
        self._at = at
        self._write = write
        self._others: dict[JobId, _Others] = {}
        self._look(jobs)

    def _look(self, jobs: Iterable[JobId]) -> None:
        found = self._tx.rows("overlap_others", jobs=sorted(jobs))
        self._others |= {job: _Others(busy, waiting) for job, busy, waiting in found}

    def add(self, run: Run) -> None:
        self._others[run.job].add(run)

    def let(self, run: Run, overlap: Overlap, *, asked: bool) -> Run:
        """The run, which wants to be queued, as they let it be."""
        others = self._others[run.job]
        earlier = others.busy or others.waiting
        if earlier is None:
            return run
        match overlap:
            case Overlap.ALLOW:
                return run
            case Overlap.SKIP:
                return _waits(run) if asked else _skipped(run, earlier)
            case Overlap.QUEUE:
                return _skipped(run, others.waiting) if others.waiting and not asked else _waits(run)
            case Overlap.REPLACE:
                return _waits(run) if self._replace_others(run) else run
            case _:
                assert_never(overlap)

    def _replace_others(self, run: Run) -> bool:
        """Returns whether one of them is held, so that the run has to wait for its end."""
        self._write()
        note = f"by run {run.id}"
        if self._tx.do("replace_pending", job=run.job, note=note, at=self._at):
            self._tx.wakes.add(Topic.OUTBOX)
        held = self._tx.do("replace_held", job=run.job, request=f"{Reason.REPLACED}|{note}")
        if held:
            self._tx.wakes.add(Topic.ORDERS)
        self._look([run.job])
        return bool(held)


def _waits(run: Run) -> Run:
    return msgspec.structs.replace(run, state=State.WAITING, wait=Wait.OVERLAP)


def _skipped(run: Run, earlier: RunId) -> Run:
    note = run.note or f"run {earlier} was not over"
    return msgspec.structs.replace(run, state=State.SKIPPED, reason=Reason.OVERLAP, about=earlier, note=note)
