"""What applying a board would do to the jobs of a store, found out before anything is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from tickwork.core.codec import from_json
from tickwork.core.ids import JobId
from tickwork.core.merge import Verdict
from tickwork.core.model import Job
from tickwork.errors import Conflict
from tickwork.operations.overrides import Edit, Merged, bare, merged, overrides_of, put_overrides, without_overrides
from tickwork.store.protocol import Document, Put


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    KEPT = "kept"
    """A person's change of a field stays."""
    AGREED = "agreed"
    """A person's change of a field is what the board says too now."""
    CONFLICT = "conflict"
    """A person's change of a field stays, though the board says something else than before."""


DONE = (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED)
"""What changes a definition."""
_KINDS = {
    Verdict.KEPT: ChangeKind.KEPT,
    Verdict.AGREED: ChangeKind.AGREED,
    Verdict.CONFLICT: ChangeKind.CONFLICT,
}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an apply does to one job, or leaves as a person wants it."""

    kind: ChangeKind
    job: str
    fields: tuple[str, ...] = ()
    """The fields of the definition that differ."""
    edit: Edit | None = None
    """What a person changed, where that is what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be written."""

    jobs: list[Job]
    """Those that are added or changed, with what people changed laid over what the board says."""
    removed: list[JobId]
    changes: list[Change]
    overrides: list[Put]
    seen: dict[str, Document | None]
    """The documents that it was made from, of every job it touches (None: there was none)."""


def plan_of(
    merges: Iterable[Merged],
    *,
    board: str,
    present: Mapping[str, Document],
    owned: Mapping[str, Document],
    overrides: Mapping[str, Document],
) -> Plan:
    """The plan for a board's merged definitions. Raises `Conflict` where a job belongs to somebody else."""
    merges = list(merges)
    changes, jobs, puts = [], [], []
    for one in merges:
        old = present.get(one.job.id)
        refuse_foreign(one.job, old, board)
        if change := _change(one.job, old):
            changes.append(change)
            jobs.append(one.job)
        changes.extend(_told(one.edits))
        puts += put_overrides(one.job, one.left, owner=board, old=overrides.get(one.job.id))
    wanted = {one.job.id for one in merges}
    removed = [JobId(name) for name in owned if name not in wanted]
    changes += [Change(kind=ChangeKind.REMOVED, job=name) for name in removed]
    puts += [without_overrides(document) for name, document in overrides.items() if name not in wanted]
    touched: list[str] = [*(job.id for job in jobs), *removed]
    seen = {name: present.get(name) or owned.get(name) for name in touched}
    return Plan(jobs=jobs, removed=removed, changes=changes, overrides=puts, seen=seen)


def merges_of(jobs: Sequence[Job], overrides: Mapping[str, Document]) -> list[Merged]:
    return [
        merged(job, overrides_of(overrides[job.id])) if job.id in overrides else Merged(job=job, left={}, edits=[])
        for job in jobs
    ]


def refuse_foreign(job: Job, old: Document | None, owner: str) -> None:
    """Raises `Conflict` for a job that is not this owner's."""
    if old is None or old.owner == owner:
        return
    whose = f"board {old.owner}" if old.owner else "a person, by hand"
    hint = "" if owner else f"; `tickwork edit {job.id}` changes single fields of it"
    raise Conflict(f"job {job.id} was made by {whose}; rename it here, or delete it there first{hint}")


def _told(edits: Iterable[Edit]) -> Iterator[Change]:
    for edit in edits:
        yield Change(kind=_KINDS[edit.verdict], job=edit.job, fields=(edit.field,), edit=edit)


def _change(job: Job, old: Document | None) -> Change | None:
    if old is None:
        return Change(kind=ChangeKind.ADDED, job=job.id)
    before = from_json(old.body or b"", Job)
    differing = tuple(field for field in Job.__struct_fields__ if _differs(getattr(job, field), getattr(before, field)))
    return Change(kind=ChangeKind.CHANGED, job=job.id, fields=differing) if differing else None


def _differs(one: object, other: object) -> bool:
    """The content of calendars counts here: other days make another revision."""
    return one != other and bare(one, frozen=True) != bare(other, frozen=True)
