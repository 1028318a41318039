"""How long the history of jobs is kept: what levels say, and what it comes down to for one job."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from tickwork.core.clock import Duration, Instant, later
from tickwork.core.states import State

NO_LIMIT: Final = 0
"""Of how many runs are kept at most."""


class Retention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one level says; what it leaves open (None), the wider ones say."""

    age: Duration | None = None
    """Older ended runs go …"""
    states: dict[State, Duration] = {}
    """… those that ended in these states, when they are older than this …"""
    least: int | None = None
    """… but never the newest so many of a job."""
    most: int | None = None
    """Of a job's runs the newest so many stay, however young the others are; `NO_LIMIT`: all."""


class Told(NamedTuple):
    """A value, and the level that says it."""

    value: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What holds for the runs of one job."""

    ages: Mapping[State, Told]
    least: Told
    most: Told

    def before(self, state: State, now: Instant) -> Instant:
        """What ended so before then is too old."""
        return later(now, -self.ages[state].value)


def kept(levels: Sequence[tuple[str, Retention]], ended: Sequence[State]) -> Kept:
    """`levels`: the narrowest first, with their names; the last one says everything. For a state the narrowest level
    decides that says anything about age: its word about that state goes before its word about all."""
    least = _first((name, one.least) for name, one in levels)
    most = _first((name, one.most) for name, one in levels)
    if most.value != NO_LIMIT and most.value < least.value:
        most = Told(least.value, least.by)
    ages = {state: _first((name, one.states.get(state, one.age)) for name, one in levels) for state in ended}
    return Kept(ages=ages, least=least, most=most)


def _first(said: Iterable[tuple[str, int | None]]) -> Told:
    return next(Told(value, name) for name, value in said if value is not None)
