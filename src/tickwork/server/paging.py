"""Pages of lists: `?limit=…&cursor=…`, answered as `{"items": […], "next": cursor or null}`.

A cursor is the place of the last item seen, not a count: what comes or goes meanwhile shifts nothing.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Depends, Query

from tickwork.errors import InvalidDefinition

T = TypeVar("T")
S = TypeVar("S")
LARGEST = 1000
USUAL = 100
LARGEST_NUMBER = 2**53
"""Beyond it not every reader of JSON tells numbers apart."""


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list."""

    items: list[T]
    next: str | None
    """The cursor of the page that follows; null: this is the last one."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which page somebody asks for."""

    limit: int
    after: str | None
    """The place behind which it begins, as `page_of` gave it."""

    @property
    def number(self) -> int | None:
        """The place, where places are numbers. Raises `InvalidDefinition`."""
        if self.after is not None and not (self.after.isdecimal() and int(self.after[:20]) <= LARGEST_NUMBER):
            raise InvalidDefinition("cursor: this one is of another list; take `next` of the page before")
        return None if self.after is None else int(self.after)

    @property
    def look(self) -> int:
        """One more than is shown: whether there is a next page."""
        return self.limit + 1


def wanted_page(
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="Items on the page.")] = USUAL,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = None,
) -> Wanted:
    return Wanted(limit=limit, after=None if cursor is None else _place(cursor))


PageWanted = Annotated[Wanted, Depends(wanted_page)]


def page_of(found: Sequence[S], wanted: Wanted, *, place: Callable[[S], str], view: Callable[[S], T]) -> Page[T]:
    """The page of up to `wanted.look` found items."""
    shown = found[: wanted.limit]
    more = len(found) > wanted.limit
    return Page(items=[view(item) for item in shown], next=_cursor(place(shown[-1])) if more else None)


def _cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise InvalidDefinition(f"cursor: {cursor!r} is none of ours; take `next` of the page before") from None
