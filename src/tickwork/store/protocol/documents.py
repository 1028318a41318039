"""Definitions, people, audit."""

from collections.abc import Sequence
from typing import Protocol

from tickwork.core.clock import Instant
from tickwork.core.model import Actor
from tickwork.store.protocol.definitions import Audited, AuditEntry, Document, Kind, Put, Said
from tickwork.store.protocol.timetable import Fire, Timetable


class Documents(Protocol):
    """Definitions, people, audit."""

    async def put(
        self,
        puts: Sequence[Put],
        *,
        by: Actor,
        at: Instant,
        verb: str = "put",
        note: str | None = None,
        timetable: Sequence[Timetable] = (),
        fires: Sequence[Fire] = (),
    ) -> list[int]:
        """Write documents, their timetable rows and one audit entry per document in one transaction.

        `fires` (decided occurrences up to `at` under the old revision) are applied first. A put whose body,
        name, project and owner equal the current revision writes nothing and returns that revision.
        Returns the new revisions in the order of `puts`. Raises `Conflict` (nothing written) if an
        expected revision or version does not hold. Wakes `schedule`.
        """
        ...

    async def get(self, kind: Kind, id: str, revision: int | None = None) -> Document | None:
        """The current (or the given) revision; None if there is none or the current one is a deletion."""
        ...

    async def get_many(self, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
        """The current revisions of those that exist."""
        ...

    async def find(
        self,
        kind: Kind,
        *,
        project: str | None = None,
        name: str | None = None,
        owner: str | None = None,
        tags: Sequence[str] = (),
        after: str | None = None,
        deleted: bool = False,
        limit: int = 1000,
    ) -> list[Document]:
        """Current documents in the order of their ids, from behind `after` on; exact matches.

        `tags`: only those whose body has all of these in its list `tags`; however many documents have none of them,
        that costs nothing. With `deleted` also those whose current revision is a deletion (`body` None: no tags).
        """
        ...

    async def saying(self, kind: Kind, what: Said, *, after: str | None = None, limit: int = 1000) -> list[Document]:
        """Current documents whose body has this member, in the order of their ids, from behind `after` on. However many
        have none, that costs nothing."""
        ...

    async def revisions(self, kind: Kind, id: str) -> list[Document]:
        """All revisions, oldest first, deletions included."""
        ...

    async def audit(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """Newest first; `before`: only entries with a smaller seq. `by`: whose name it is, alone or followed by `@` and
        where, or by a blank and what they did it with. Times: `since` inclusive, `until` exclusive."""
        ...

    async def record(self, entries: Sequence[Audited], *, by: Actor, at: Instant) -> None:
        """Append to the audit what changed no document: that somebody signed in, or could not."""
        ...
