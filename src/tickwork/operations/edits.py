"""Single fields of a job, changed by a person."""

from collections.abc import Iterable, Sequence

import msgspec

from tickwork.core.merge import edited
from tickwork.core.model import Job
from tickwork.errors import NotFound
from tickwork.operations.checking import check
from tickwork.operations.context import Context
from tickwork.operations.frozen import freeze_all
from tickwork.operations.jobs import decode_job
from tickwork.operations.overrides import Edit, Overrides, field_json, laid_over, overrides_of, put_overrides, told
from tickwork.operations.saving import Saver
from tickwork.store.protocol import Document, Kind


class Edits:
    """The verbs on single fields.

    A job of a person's own is simply saved. Of a board's job each changed field is kept beside the definition, so
    that applying the board again leaves it as the person wants it (`core.merge`).
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._saver = Saver(context)

    async def of(self, job: str) -> list[Edit]:
        """What people changed about a board's job; nothing for any other."""
        return list(told(job, overrides_of(await self._store.get(Kind.OVERRIDE, job))))

    async def edit(self, document: Document, wanted: Job, fields: Iterable[str]) -> list[str]:
        """Give the job of `document` these fields of `wanted`; returns those that were not so already.

        Raises `InvalidDefinition`, and `Conflict` if the job is not of the document's revision any more.
        """
        job = decode_job(document)
        values = {field: field_json(wanted, field) for field in fields}
        changed = [field for field, value in values.items() if value != field_json(job, field)]
        old = await self._store.get(Kind.OVERRIDE, job.id)
        overrides = overrides_of(old)
        if document.owner:
            by, at = self._context.actor, self._context.clock.now()
            made = {
                field: edited(overrides.get(field), value, current=field_json(job, field), by=by, at=at)
                for field, value in values.items()
            }
            overrides = {field: kept for field, kept in {**overrides, **made}.items() if kept is not None}
        await self._save(document, laid_over(job, {field: values[field] for field in changed}), overrides, old)
        return changed

    async def replace(self, document: Document, wanted: Job) -> list[str]:
        """`edit` every field in which `wanted` differs from the job of `document`; returns them."""
        job = decode_job(document)
        differing = [
            field.name
            for field in msgspec.structs.fields(Job)
            if field_json(wanted, field.name) != field_json(job, field.name)
        ]
        return await self.edit(document, wanted, differing) if differing else []

    async def reset(self, document: Document, fields: Sequence[str] = ()) -> list[str]:
        """Let the board decide these fields again (none: all that people changed); returns them.

        Raises `NotFound` for one that nobody changed, `Conflict` as `edit`.
        """
        job = decode_job(document)
        old = await self._store.get(Kind.OVERRIDE, job.id)
        overrides = overrides_of(old)
        for field in fields:
            if field not in overrides:
                raise NotFound(f"nobody changed {field} of {job.id} by hand; `tickwork show {job.id}` tells what was")
        gone = list(fields) or list(overrides)
        left = {field: override for field, override in overrides.items() if field not in gone}
        await self._save(document, laid_over(job, {field: bytes(overrides[field].board) for field in gone}), left, old)
        return gone

    async def _save(self, document: Document, job: Job, overrides: Overrides, old: Document | None) -> None:
        (frozen,) = await freeze_all([job], self._store)
        check(frozen)
        await self._saver.write(
            [frozen],
            remove=(),
            owner=document.owner,
            also=put_overrides(job, overrides, owner=document.owner, old=old),
            verb="edit",
            seen={document.id: document},
        )
