"""What deciding about waiting runs takes from the store, read in few calls."""

import asyncio
from collections.abc import Collection, Iterable, Sequence

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import Instant
from tickwork.core.codec import from_json
from tickwork.core.dependencies import Need, Pins
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import PARTS, Job, Run
from tickwork.core.outdated import Success, Successes
from tickwork.core.readiness import NotYet
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import Kind, RunDetail, RunFilter, Store

_MEMBERS = 100_000
_FEW = 30
"""Jobs that are looked for one by one in a group, which may have thousands of runs."""
_LOOK_BACK = 500
"""Newest runs of a job among which the one for a slot is looked for."""


def pins_of(detail: RunDetail | None) -> Pins:
    return Pins() if detail is None or detail.pins is None else from_json(detail.pins, Pins)


async def details(store: Store, runs: Iterable[RunId]) -> dict[RunId, RunDetail]:
    wanted = list(dict.fromkeys(runs))
    found = await asyncio.gather(*map(store.run, wanted))
    return {run: detail for run, detail in zip(wanted, found, strict=True) if detail is not None}


async def successes(store: Store, jobs: Sequence[JobId]) -> Successes:
    """The newest successful run of each job, with what it used."""
    newest = await store.latest(list(jobs), states=(State.SUCCEEDED,))
    ids = {job: runs[0].id for job, runs in newest.items() if runs}
    known = await details(store, ids.values())
    return {job: Success(run=run, used=pins_of(known.get(run)).needs) for job, run in ids.items()}


async def members(store: Store, group: str, *, jobs: Collection[JobId] | None = None) -> list[Run]:
    """The runs of a group (of these jobs, if any are given), without the parts of others."""
    wheres = [RunFilter(group=group)]
    if jobs is not None and len(jobs) <= _FEW:
        wheres = [RunFilter(group=group, job=job) for job in jobs]
    pages = await asyncio.gather(*(store.runs(where, limit=_MEMBERS) for where in wheres))
    return [run for page in pages for run in page if run.origin not in PARTS]


async def occurrence(store: Store, need: Need, slot: Instant) -> RunId | NotYet | None:
    """The run of the needed job that counts for `slot`; whether it is still to come; None: there is none."""
    earliest = slot if need.within is None else Instant(slot - need.within + 1)
    recent = await store.runs(RunFilter(job=need.job), limit=_LOOK_BACK)
    fitting = [run for run in recent if run.slot is not None and earliest <= run.slot <= slot]
    done = [run for run in fitting if run.state is State.SUCCEEDED]
    if done:
        return max(done, key=lambda run: (run.slot or 0, run.id)).id
    if any(run.state not in TERMINAL for run in fitting):
        return NotYet()
    rows = await store.timetable([need.job])
    undecided = any(row.due is not None and row.due <= slot for row in rows)
    return NotYet(by_time=True) if undecided else None


class Definitions:
    """Jobs at the revisions that runs have."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache = DefinitionCache()

    async def of(self, runs: Iterable[Run]) -> dict[RunId, Job]:
        listed = list(runs)
        wanted = {(run.job, run.revision) for run in listed}
        current = await self._store.get_many(Kind.JOB, sorted({job for job, _ in wanted})) if wanted else {}
        documents = {(document.id, document.revision): document for document in current.values()}
        older = sorted(wanted - documents.keys())
        read = await asyncio.gather(*(self._store.get(Kind.JOB, job, revision) for job, revision in older))
        documents |= {key: document for key, document in zip(older, read, strict=True) if document is not None}
        return {
            run.id: self._cache.get(document.body)
            for run in listed
            if (document := documents.get((run.job, run.revision))) is not None and document.body is not None
        }
