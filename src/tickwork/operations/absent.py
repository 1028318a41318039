"""Jobs that others wait for and that do not exist. They are accepted, as boards may be applied in any order, but told
at once: whoever misspelt a name should not learn of it when the run is due."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum

import msgspec

from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.store.protocol import Documents, Kind

_COMPARED = 1000
"""Names among which similar ones are looked for."""
_SIMILAR = 3


class Edge(StrEnum):
    NEEDS = "needs"
    AFTER = "after"


_UNTIL = {Edge.NEEDS: "it cannot run", Edge.AFTER: "nothing starts it so"}


class Absent(msgspec.Struct, frozen=True, kw_only=True):
    """A job that another one waits for, and that does not exist."""

    job: str
    """The one that waits."""
    edge: Edge
    absent: str
    similar: list[str] = []
    """Jobs whose names are close to it."""

    def __str__(self) -> str:
        meant = f"; did you mean {' or '.join(self.similar)}?" if self.similar else ""
        what = f"{self.edge} {self.absent}, which does not exist; until it does, {_UNTIL[self.edge]}"
        return f"job {self.job}: {what}{meant}"


def edges_out(jobs: Iterable[Job]) -> list[tuple[JobId, Edge, JobId]]:
    """From these jobs to others than these: of most boards none."""
    own = {job.id for job in jobs}
    edges = (
        (job.id, edge, other)
        for job in jobs
        for edge, others in (
            (Edge.NEEDS, [need.job for need in job.needs]),
            (Edge.AFTER, [after.job for after in job.after]),
        )
        for other in others
    )
    return [edge for edge in edges if edge[2] not in own]


async def absent_from(
    store: Documents, jobs: Sequence[Job], *, sees: Callable[[str], bool] = lambda _project: True
) -> list[Absent]:
    """What these jobs wait for and is neither among them nor in the store. Of other jobs only those of projects that
    the asker `sees` are named."""
    edges = edges_out(jobs)
    if not edges:
        return []
    there = await store.get_many(Kind.JOB, sorted({other for _, _, other in edges}))
    missing = [edge for edge in edges if edge[2] not in there]
    if not missing:
        return []
    others = [one.id for one in await store.find(Kind.JOB, limit=_COMPARED) if sees(one.project)]
    known = dict.fromkeys([*(job.id for job in jobs), *others])
    return [
        Absent(job=job, edge=edge, absent=other, similar=get_close_matches(other, known, n=_SIMILAR, cutoff=0.7))
        for job, edge, other in missing
    ]
