"""The first of many queues together, reading little of each: most have nothing that is ahead."""

from collections.abc import Callable, Mapping
from heapq import merge
from math import ceil
from typing import Any, Protocol, TypeVar


class Comparable(Protocol):
    """What `<` is for."""

    def __lt__(self, other: Any, /) -> bool: ...


Item = TypeVar("Item")
Key = TypeVar("Key", bound=Comparable)
LEAST = 4
"""Of a queue, at the first look into many."""


def first_of(
    queues: Mapping[str, int],
    n: int,
    *,
    read: Callable[[Mapping[str, int]], Mapping[str, list[Item]]],
    key: Callable[[Item], Key],
) -> list[Item]:
    """At least the first `n` of all queues in the order of `key`, or all that there are.

    `queues`: how many are wanted of each, at most. `read` returns the first so many of each queue that is named, in
    order; more of a queue is asked for while what was not read of it may come before what was read of others.
    """
    if not queues or n <= 0:
        return []
    asked = {name: min(most, max(LEAST, ceil(2 * n / len(queues)))) for name, most in queues.items() if most > 0}
    found = dict(read(asked))
    while True:
        in_order = list(merge(*found.values(), key=key))
        ends = {name: key(items[-1]) for name, items in found.items() if len(items) == asked[name] < queues[name]}
        sure = min(ends.values(), default=None)
        if sure is None or (len(in_order) >= n and not sure < key(in_order[n - 1])):
            return in_order
        more = {name: min(queues[name], 4 * asked[name]) for name, end in ends.items() if not sure < end}
        asked |= more
        found |= read(more)
