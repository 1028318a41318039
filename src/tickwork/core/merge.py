"""Fields of a board's job that a person changed, and the three-way merge with what the board says later.

Values are the JSON of the definition's field, so that equal bytes are equal values.
"""

from enum import StrEnum

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.model import Actor


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """One field as a person wants it, whatever the board says."""

    value: msgspec.Raw
    base: msgspec.Raw
    """What the board said when the person changed it …"""
    board: msgspec.Raw
    """… and what it said when it was applied last: to this the field returns."""
    by: Actor
    at: Instant


class Verdict(StrEnum):
    """What becomes of a person's change when the board is applied."""

    KEPT = "kept"
    """The board says what it said: the person's value stays."""
    AGREED = "agreed"
    """The board came to say the same: the change has done its work and goes."""
    CONFLICT = "conflict"
    """The board says something else than before: the person's value stays, and somebody has to look."""


def merge(override: Override, board: bytes) -> tuple[Verdict, Override | None]:
    """The verdict on a change when the board says `board` now, and the change from now on (None: there is none).

    A conflict lasts, however often the board is applied, until the board agrees or returns to what it said, or
    the person changes the field again.
    """
    if board == bytes(override.value):
        return Verdict.AGREED, None
    verdict = Verdict.KEPT if board == bytes(override.base) else Verdict.CONFLICT
    return verdict, msgspec.structs.replace(override, board=msgspec.Raw(board))


def edited(override: Override | None, value: bytes, *, current: bytes, by: Actor, at: Instant) -> Override | None:
    """The change of a field to `value` by a person; None where that is what the board says.

    `current`: the field as it is now, which without an earlier change is what the board says.
    """
    board = current if override is None else bytes(override.board)
    if value == board:
        return None
    if override is not None and value == bytes(override.value) and override.board == override.base:
        return override
    said = msgspec.Raw(board)
    return Override(value=msgspec.Raw(value), base=said, board=said, by=by, at=at)
