"""Due moments, and what became of them."""

from typing import Any

from tickwork.operations.views.view import View


class GapView(View, frozen=True, kw_only=True):
    id: str
    job: str
    project: str
    schedule: str
    first: str
    last: str
    count: int
    state: str
    reason: str
    note: str | None


class LedgerEntry(View, frozen=True, kw_only=True):
    """One due moment and what became of it. `entry`: run, gap, pending (due, undecided) or planned."""

    job: str
    slot: str | None
    schedule: str | None = None
    entry: str
    run: str | None = None
    gap: str | None = None
    state: str | None = None
    reason: str | None = None
    sentence: str


class Explanation(View, frozen=True, kw_only=True):
    """The one sentence, and the facts behind it."""

    sentence: str
    facts: dict[str, Any]
