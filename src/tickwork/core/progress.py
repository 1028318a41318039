"""How far a run is: bars in a tree, whose parents are the sum of their children unless they were reported themselves.

Pure: bars as they were reported go in, the tree with its sums and estimates comes out.
"""

from collections.abc import Iterable

import msgspec

from tickwork.core.clock import Duration, Instant

Group = tuple[str, ...]
"""The names from the root to a bar; () is the run itself."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar as it was reported last."""

    group: Group = ()
    current: float
    total: float
    """0: nobody knows how much there is to do."""
    status: str = ""
    """One line: what is being done."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the tree. `current` and `total` are its own, or the sums of its children."""

    group: Group
    current: float
    total: float
    status: str
    children: tuple["Progress", ...] = ()

    @property
    def share(self) -> float | None:
        """0 … 1; None where there is no total."""
        return min(max(self.current / self.total, 0.0), 1.0) if self.total > 0 else None

    def left(self, elapsed: Duration) -> Duration | None:
        """What is still to come if it goes on as fast as in the time that has passed; None before there is a sign."""
        share = self.share
        return None if not share else Duration(round(elapsed * (1 - share) / share))


def tree(bars: Iterable[Bar]) -> Progress | None:
    """The tree of the last report of each group, in the order in which groups came up; None without any bar."""
    latest: dict[Group, Bar] = {}
    for bar in bars:
        latest[bar.group] = bar
    if not latest:
        return None
    below: dict[Group, list[Group]] = {(): []}
    for group in latest:
        for depth in range(len(group)):
            child = group[: depth + 1]
            if child not in below:
                below[child] = []
                below[group[:depth]].append(child)
    return _node((), latest, below)


def _node(group: Group, latest: dict[Group, Bar], below: dict[Group, list[Group]]) -> Progress:
    children = tuple(_node(child, latest, below) for child in below[group])
    own = latest.get(group)
    if own is not None:
        return Progress(group=group, current=own.current, total=own.total, status=own.status, children=children)
    return Progress(
        group=group,
        current=sum(child.current for child in children),
        total=sum(child.total for child in children),
        status="",
        children=children,
    )


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The bars of an attempt as a store keeps them."""

    attempt: int
    began: Instant
    """When the first of them was reported."""
    at: Instant
    """… and the last."""
    bars: tuple[Bar, ...]
