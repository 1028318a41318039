"""How the edges between jobs are kept: each job names those it waits for; who waits for a job stands in a document of
kind `links` beside it, so that a completion finds its followers without reading every job.

All changes of edges also change one document, by its revision: of two concurrent saves that would close a loop
together, the second is decided anew and sees the first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tickwork.core.codec import from_json, to_json
from tickwork.core.graph import edges_of, find_cycle, told
from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.errors import InvalidDefinition
from tickwork.store.protocol import Document, Documents, Kind, Put

_VERSION, _CLEANED = "graph", "cleanup"
_MARKS = (b'"needs":', b'"after":')


class Links(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who waits for a job, by id."""

    needed_by: tuple[JobId, ...] = ()
    followed_by: tuple[JobId, ...] = ()


class _Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """The jobs that have a cleanup function."""

    jobs: tuple[JobId, ...] = ()


class _Version(msgspec.Struct, frozen=True, kw_only=True):
    n: int


async def read_links(store: Documents, jobs: Sequence[JobId]) -> dict[JobId, Links]:
    """Of those that somebody waits for."""
    documents = await store.get_many(Kind.LINKS, list(jobs))
    return {JobId(d.id): from_json(d.body, Links) for d in documents.values() if d.body is not None}


async def read_cleaned(store: Documents) -> tuple[JobId, ...]:
    """The jobs that have a cleanup function."""
    return _cleaned_of(await store.get(Kind.MARK, _CLEANED))


def _cleaned_of(document: Document | None) -> tuple[JobId, ...]:
    return () if document is None or document.body is None else from_json(document.body, _Cleaned).jobs


async def _cleaned(store: Documents, jobs: Sequence[Job], removed: Sequence[JobId]) -> list[Put]:
    document = await store.get(Kind.MARK, _CLEANED)
    known = _cleaned_of(document)
    gone = {*removed, *(job.id for job in jobs if job.cleanup is None)}
    now = tuple(sorted({*known, *(job.id for job in jobs if job.cleanup is not None)} - gone))
    expect = 0 if document is None else document.revision
    return [] if now == known else [Put(kind=Kind.MARK, id=_CLEANED, body=to_json(_Cleaned(jobs=now)), expect=expect)]


async def rewired(
    store: Documents, jobs: Sequence[Job], removed: Sequence[JobId], before: Mapping[str, Document]
) -> list[Put]:
    """What goes with the save of `jobs` and the deletion of `removed`; `before`: their documents until now.

    Raises `InvalidDefinition` for edges that close a loop, with the way around it.
    """
    return [*await _cleaned(store, jobs, removed), *await _edges(store, jobs, removed, before)]


async def _edges(
    store: Documents, jobs: Sequence[Job], removed: Sequence[JobId], before: Mapping[str, Document]
) -> list[Put]:
    old = {JobId(id_): job for id_, document in before.items() if (job := _wired(document)) is not None}
    new = {job.id: job for job in jobs}
    wired = {*old, *(job.id for job in jobs if job.needs or job.after)}  # of most boards none
    changed = [job for job in wired if _ends(old.get(job)) != _ends(new.get(job))]
    gone = set(removed)
    changed = [job for job in changed if job in new or job in gone]
    if not changed:
        return []
    version = await store.get(Kind.MARK, _VERSION)  # read first: whatever is read after it is not older
    await _refuse_loops(store, new, gone, changed)
    return [_next(version), *await _relinked(store, {job: (old.get(job), new.get(job)) for job in changed})]


def _wired(document: Document) -> Job | None:
    """The job, if it waits for others; most do not, and are not even decoded."""
    body = document.body or b""
    return from_json(body, Job) if any(mark in body for mark in _MARKS) else None


def _ends(job: Job | None) -> tuple[frozenset[JobId], frozenset[JobId]]:
    """The jobs that it needs, and those it comes after."""
    if job is None:
        return frozenset(), frozenset()
    return frozenset(need.job for need in job.needs), frozenset(after.job for after in job.after)


async def _refuse_loops(store: Documents, new: Mapping[JobId, Job], gone: set[JobId], changed: Iterable[JobId]) -> None:
    """Looks at all that can be reached from the changed jobs, also those of other boards."""
    edges: dict[JobId, list[JobId]] = {job.id: edges_of(job) for job in new.values()} | {job: [] for job in gone}
    ahead = {other for job in changed for other in edges.get(job, ())}
    while ahead := {other for other in ahead if other not in edges}:
        documents = await store.get_many(Kind.JOB, sorted(ahead))
        found = {job: _wired(documents[job]) if job in documents else None for job in ahead}
        edges |= {job: [] if of is None else edges_of(of) for job, of in found.items()}
        ahead = {other for job in found for other in edges[job]}
    if (loop := find_cycle(edges, changed)) is not None:
        raise InvalidDefinition(f"jobs would wait for each other in a loop: {told(loop)}; leave out one of the steps")


def _next(version: Document | None) -> Put:
    n = 0 if version is None or version.body is None else from_json(version.body, _Version).n
    expect = 0 if version is None else version.revision
    return Put(kind=Kind.MARK, id=_VERSION, body=to_json(_Version(n=n + 1)), expect=expect)


async def _relinked(store: Documents, changed: Mapping[JobId, tuple[Job | None, Job | None]]) -> list[Put]:
    changes: dict[JobId, _Change] = {}
    for name, (old, new) in changed.items():
        for kind, (before, now) in enumerate(zip(_ends(old), _ends(new), strict=True)):
            for other in sorted(before - now):
                changes.setdefault(other, _Change()).gone[kind].add(name)
            for other in sorted(now - before):
                changes.setdefault(other, _Change()).new[kind].add(name)
    documents = await store.get_many(Kind.LINKS, list(changes))
    return [_links_put(job, documents.get(job), change) for job, change in changes.items()]


@dataclass(frozen=True, slots=True)
class _Change:
    """Who waits for a job from now on, and who no longer: by data, and as a trigger."""

    new: tuple[set[JobId], set[JobId]] = field(default_factory=lambda: (set(), set()))
    gone: tuple[set[JobId], set[JobId]] = field(default_factory=lambda: (set(), set()))


def _links_put(job: JobId, document: Document | None, change: _Change) -> Put:
    links = Links() if document is None or document.body is None else from_json(document.body, Links)
    needed, followed = (
        tuple(sorted((set(names) - gone) | new))
        for names, gone, new in zip((links.needed_by, links.followed_by), change.gone, change.new, strict=True)
    )
    kept = Links(needed_by=needed, followed_by=followed)
    return Put(
        kind=Kind.LINKS,
        id=job,
        body=None if kept == Links() else to_json(kept),
        expect=0 if document is None else document.revision,
    )
