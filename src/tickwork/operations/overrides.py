"""What people changed about boards' jobs, as the store keeps it, and how it is laid over what a board says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from tickwork.core.clock import Instant, iso
from tickwork.core.codec import from_json, to_json
from tickwork.core.merge import Override, Verdict, merge
from tickwork.core.model import Job
from tickwork.core.timing.schedule import Schedule
from tickwork.operations.paging import every
from tickwork.store.protocol import Document, Documents, Kind, Put

Overrides = dict[str, Override]
"""By the field of the definition."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a board's job that a person changed, as it is told."""

    job: str
    field: str
    """Of the definition (`Job`)."""
    verdict: Verdict
    value: msgspec.Raw
    board: msgspec.Raw
    """What the board says."""
    by: str
    at: str | None


class _Body(msgspec.Struct, frozen=True):
    fields: Overrides


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A board's definition with what people changed laid over it."""

    job: Job
    left: Overrides
    """The changes that are still there."""
    edits: list[Edit]


def merged(job: Job, overrides: Mapping[str, Override]) -> Merged:
    """The three-way merge of a board's `job`, field by field."""
    left: Overrides = {}
    edits: list[Edit] = []
    for field, override in overrides.items():
        board = field_json(job, field)
        verdict, kept = merge(override, board)
        edits.append(_edit(job.id, field, override, verdict, board))
        if kept is not None:
            left[field] = kept
    values = {field: bytes(kept.value) for field, kept in left.items()}
    return Merged(job=laid_over(job, values), left=left, edits=edits)


def laid_over(job: Job, values: Mapping[str, bytes]) -> Job:
    """The job with these fields, each as `field_json` says it."""
    read = {field: from_json(value, _types()[field]) for field, value in values.items()}
    return msgspec.structs.replace(job, **read) if read else job


def field_json(job: Job, field: str) -> bytes:
    """A field in the form that is compared and kept: without what saving adds to it."""
    return msgspec.json.encode(bare(getattr(job, field)), order="deterministic")


def bare(value: Any, *, frozen: bool = False) -> Any:
    """Schedules without the moment of their saving and (unless `frozen`) the content of calendars: neither is the
    board's to say."""
    if not isinstance(value, tuple):
        return value
    return tuple(_bare_schedule(item, frozen=frozen) if isinstance(item, Schedule) else item for item in value)


def _bare_schedule(schedule: Schedule, *, frozen: bool) -> Schedule:
    exclude = schedule.exclude
    if exclude is not None and not frozen:
        exclude = msgspec.structs.replace(exclude, frozen=())
    return msgspec.structs.replace(schedule, since=Instant(0), exclude=exclude)


def told(job: str, overrides: Mapping[str, Override]) -> Iterator[Edit]:
    """What people changed about a job, as it stands."""
    for field, override in overrides.items():
        verdict, _ = merge(override, bytes(override.board))
        yield _edit(job, field, override, verdict, bytes(override.board))


def _edit(job: str, field: str, override: Override, verdict: Verdict, board: bytes) -> Edit:
    return Edit(
        job=job,
        field=field,
        verdict=verdict,
        value=override.value,
        board=msgspec.Raw(board),
        by=override.by.name,
        at=iso(override.at),
    )


@cache
def _types() -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(Job)}


def overrides_of(document: Document | None) -> Overrides:
    """None: nobody changed anything."""
    return from_json(document.body, _Body).fields if document is not None and document.body is not None else {}


def put_overrides(job: Job, overrides: Overrides, *, owner: str, old: Document | None) -> list[Put]:
    """What keeps them, if they are not what is kept already. None left: the document goes."""
    if overrides == overrides_of(old):
        return []
    return [
        Put(
            kind=Kind.OVERRIDE,
            id=job.id,
            body=to_json(_Body(fields=overrides)) if overrides else None,
            project=job.project,
            name=job.name,
            owner=owner,
            expect=0 if old is None else old.revision,
        )
    ]


def without_overrides(document: Document) -> Put:
    """The end of what people changed about a job that goes."""
    return Put(
        kind=Kind.OVERRIDE,
        id=document.id,
        body=None,
        project=document.project,
        name=document.name,
        owner=document.owner,
        expect=document.revision,
    )


async def read_overrides(store: Documents, board: str) -> dict[str, Document]:
    """What people changed about a board's jobs, by the job's id."""
    return {document.id: document for document in await every(store, Kind.OVERRIDE, owner=board)}
