"""Which index of a store leads to the runs of a filter, and how far it is followed."""

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId, RunId, lowest_id
from tickwork.core.model import Run
from tickwork.core.states import LIVE, REASONS, TERMINAL, Reason, State
from tickwork.store.protocol import ID_SLACK, LOOK, LOOK_AT_ENDED, Crowd, Old, Olds, Order, Outdated, RunFilter, Tally

BEHIND_ALL: Final = "\U0010ffff"
_AMISS: Final = TERMINAL - {State.SUCCEEDED}
"""What ended so has a reason."""


class Way(StrEnum):
    """What leads to the runs."""

    ALL = "all"
    """Their ids: every run, in the asked order."""
    GROUP = "group"
    WAIT = "wait"
    LIVE = "live"
    """What has not ended: few, however long the history is."""
    JOB = "job"
    OUTCOME = "outcome"
    """What ended in one state in one project …"""
    REASON = "reason"
    """… for one reason."""
    AMISS = "amiss"
    """What ended in one state of a job, unless it is success."""


class Path(NamedTuple):
    """A way, and where it goes: its runs are in the order of their ids."""

    way: Way
    project: str | None = None
    state: State | None = None
    reason: Reason | None = None


class Stretch(NamedTuple):
    """The ids that a page may have, both ends left out, and how many runs it is looked for in."""

    low: str
    high: str
    look: int


def paths(where: RunFilter, projects: Callable[[], Sequence[str]]) -> list[Path]:
    """Those that together lead to all the runs of the filter, and to as few others as there are indexes for.
    `projects`: those that have ended runs."""
    for way, given in ((Way.GROUP, where.group), (Way.WAIT, where.wait)):
        if given is not None:
            return [Path(way)]
    if where.states and LIVE.issuperset(where.states):
        return [Path(Way.LIVE)]
    ended = _ended(where)
    if where.job is not None:
        may_be_live = not where.reasons and not TERMINAL.issuperset(where.states)
        is_amiss = _AMISS.issuperset(ended) and not may_be_live
        return [Path(Way.AMISS, state=state) for state in sorted(ended)] if is_amiss else [Path(Way.JOB)]
    if where.projects is None and ended == TERMINAL:
        return [Path(Way.ALL)]
    known = projects() if where.projects is None else where.projects
    if where.reasons:
        both = [(state, reason) for state in sorted(ended) for reason in sorted(REASONS[state] & {*where.reasons})]
        return [Path(Way.REASON, project, *of) for project in known for of in both]
    found = [Path(Way.OUTCOME, project, state) for project in known for state in sorted(ended)]
    live = where.order is not Order.ENDED and LIVE.intersection(where.states or LIVE)
    return [*found, Path(Way.LIVE)] if live else found


def _ended(where: RunFilter) -> frozenset[State]:
    """In which of these those runs of the filter are that have ended."""
    having = {state for state in _AMISS if not REASONS[state].isdisjoint(where.reasons)}
    return TERMINAL.intersection(where.states or TERMINAL, having if where.reasons else TERMINAL)


def beside(where: RunFilter, paths: Sequence[Path]) -> RunFilter:
    """What of the filter these paths of it do not answer already."""
    by_reason = any(path.way is Way.REASON for path in paths)
    return msgspec.structs.replace(where, reasons=()) if by_reason else where


def states(where: RunFilter) -> tuple[State, ...]:
    """In which of these a run of the filter is; none: in any."""
    if where.order is not Order.ENDED:
        return where.states
    return tuple(sorted(TERMINAL.intersection(where.states or TERMINAL)))


def stretch(where: RunFilter, *, after: RunId | None, limit: int) -> Stretch:
    low, high = bounds(where.since, where.until)
    if after is not None and where.order is Order.NEWEST:
        high = min(high, after)
    elif after is not None and where.order is Order.OLDEST:
        low = max(low, after)
    look = LOOK if is_sought(where) else LOOK_AT_ENDED if where.order is Order.ENDED else limit
    return Stretch(low, high, max(look, limit))


def bounds(since: Instant | None, until: Instant | None) -> tuple[str, str]:
    """Between which ids those of runs are that were created in the stretch."""
    low = "" if since is None else lowest_id(Instant(since - ID_SLACK))
    return low, BEHIND_ALL if until is None else lowest_id(Instant(until + ID_SLACK))


def outdated_within(which: Outdated, *, after: RunId | None) -> tuple[str, str]:
    """Between which ids the runs are that may be outdated: whatever ended before then was created before then."""
    _, high = bounds(None, which.before)
    return after or "", high if which.until is None else min(high, which.until)


def olds(looked_at: Sequence[tuple[RunId, JobId, bool]], *, look: int) -> Olds:
    """`looked_at`: run, job and whether it may go."""
    through = looked_at[-1][0] if len(looked_at) == look else None
    return Olds(runs=[Old(run, job) for run, job, goes in looked_at if goes], through=through)


def crowd(found: Sequence[tuple[JobId, int, str | None]], *, look: int) -> Crowd:
    """`found`: the jobs with many runs, and the last one that was looked at; the how manieth each was, and its project
    (None: it has not so many)."""
    through = found[-1][0] if found and found[-1][1] == look else None
    return Crowd(jobs=[(job, project) for job, _, project in found if project is not None], through=through)


def stretches(since: Instant, until: Instant, width: Duration) -> list[tuple[Instant, str, str]]:
    """The beginning of each, its lowest id, and the lowest one behind it."""
    edges = [Instant(at) for at in range(since, until, width)]
    ids = [lowest_id(edge) for edge in (*edges, until)]
    return list(zip(edges, ids, ids[1:], strict=False))


def tallies(
    stretches: Sequence[tuple[Instant, str, str]],
    *,
    live: Iterable[tuple[str, str]],
    ended: Iterable[tuple[int, str, int]],
) -> list[Tally]:
    """`live`: ids and states of all; `ended`: number of the stretch, state, count."""
    counts = Counter({(number, state): count for number, state, count in ended})
    edges = [low for _, low, _ in stretches] + [high for _, _, high in stretches[-1:]]
    counts.update((bisect_right(edges, run) - 1, state) for run, state in live)
    within = sorted((n, state) for n, state in counts if 0 <= n < len(stretches))
    return [Tally(at=stretches[n][0], state=State(state), count=counts[n, state]) for n, state in within]


def is_sought(where: RunFilter) -> bool:
    """Whether it asks for what no index tells."""
    given = (where.pool, where.worker, *(() if is_close(where) else (where.origin, where.schedule)))
    return bool(where.reasons or where.text) or any(one is not None for one in given)


def is_close(where: RunFilter) -> bool:
    """Whether all that its way leads to may be looked at."""
    return where.job is not None or where.group is not None


def folded(text: str | None) -> str | None:
    """As the stores compare texts: ASCII's capitals are small letters."""
    return "".join(char.lower() if char.isascii() else char for char in text) if text else None


def merged(pages: Iterable[Sequence[Run]], order: Order, limit: int) -> list[Run]:
    """One page of those of several paths."""
    return list(islice(heapq.merge(*pages, key=_BY[order], reverse=order is not Order.OLDEST), limit))


def _by_id(run: Run) -> tuple[int, str]:
    return 0, run.id


def _by_end(run: Run) -> tuple[int, str]:
    return run.finished or 0, run.id


_BY: Final = {Order.NEWEST: _by_id, Order.OLDEST: _by_id, Order.ENDED: _by_end}
