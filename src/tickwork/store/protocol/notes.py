"""Small values that end by themselves."""

from collections.abc import Sequence
from typing import Protocol

from tickwork.core.clock import Instant
from tickwork.store.protocol.record import Record


class Note(Record, frozen=True, kw_only=True):
    """What a part of the house keeps for a while: a sign-in, a one-time token, a count of failures."""

    space: str
    """Whose it is: spaces do not see each other."""
    key: str
    body: bytes
    expires: Instant | None = None
    """From then on it is not there; None: until it is dropped."""


class Keep(Record, frozen=True, kw_only=True):
    """A note to be written, unconditionally or in place of what the writer has seen."""

    note: Note
    new: bool = False
    """Only if there is none …"""
    expect: bytes | None = None
    """… or only if there is one with this body."""


class Notes(Protocol):
    """Notes have no revisions and no audit, and stay behind when a store is copied: what they are about (who is
    signed in, what was answered) belongs to the servers of this store. One that has expired at `at` does not exist."""

    async def keep(self, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
        """Write them one after the other, in one transaction; False for each whose condition does not hold."""
        ...

    async def notes(self, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
        """Those of the keys that there are."""
        ...

    async def notes_under(
        self, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000
    ) -> list[Note]:
        """Those whose keys begin with the prefix, in the order of their keys, from behind `after` on."""
        ...

    async def drop(self, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
        """Take them away; True for each that was there: of several callers exactly one gets it."""
        ...

    async def sweep(self, *, at: Instant, limit: int) -> int:
        """Delete up to `limit` expired ones; how many went."""
        ...
