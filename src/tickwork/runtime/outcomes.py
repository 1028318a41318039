"""What became of runs, counted for who tells of it."""

from collections import Counter
from collections.abc import Iterable

from tickwork.core.states import Reason, State
from tickwork.telemetry import Outcomes


def outcomes(ends: Iterable[tuple[State, Reason | None]]) -> Outcomes:
    """By state and reason."""
    return counted((state, reason, 1) for state, reason in ends)


def counted(ends: Iterable[tuple[State, Reason | None, int]]) -> Outcomes:
    """By state and reason, where each stands for several."""
    found: Counter[tuple[str, str]] = Counter()
    for state, reason, count in ends:
        found[state, reason or ""] += count
    return tuple((state, reason, count) for (state, reason), count in found.items())
