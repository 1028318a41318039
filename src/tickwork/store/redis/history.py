"""Reading the ledger, page by page: one call of the server looks at a bounded number of runs."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, lowest_id
from tickwork.core.model import Gap, Run
from tickwork.core.states import LIVE, TERMINAL, State
from tickwork.store import ways
from tickwork.store.protocol import LOOK_AT_ENDED, Old, Olds, Order, Outdated, RunFilter, Tally
from tickwork.store.redis import calls, packing, replies
from tickwork.store.redis.replies import Read

_EVERY = 1 << 31
_LOOK = 1000
"""Runs that one call of the server looks at."""
_LIVE, _TERMINAL = tuple(sorted(LIVE)), tuple(sorted(TERMINAL))


async def runs(read: Read, where: RunFilter, *, after: RunId | None, limit: int) -> list[Run]:
    if where.order is not Order.ENDED:
        return await _page(read, where, ways.stretch(where, after=after, limit=limit), limit)
    found = await _page(read, where, ways.stretch(where, after=None, limit=limit), LOOK_AT_ENDED)
    if after is None:
        return _by_end(found, limit)
    last = [packing.run_of(packed) for packed in await read("get_runs", [after])]
    return _by_end([run for run in found if last and _end(run) < _end(last[0])], limit)


def _end(run: Run) -> tuple[int, str]:
    return run.finished or 0, run.id


def _by_end(found: Sequence[Run], limit: int) -> list[Run]:
    return sorted(found, key=_end, reverse=True)[:limit]


async def _page(read: Read, where: RunFilter, within: ways.Stretch, limit: int) -> list[Run]:
    found, looked, seeks = list[Run](), 0, ways.is_sought(where)
    behind, edge = within.low, within.high
    if where.order is not Order.OLDEST:
        behind, edge = edge, behind
    while len(found) < limit and not (seeks and looked >= within.look):
        arguments = [*calls.where(where), behind or False, limit - len(found), *calls.sought(where), edge or False]
        packed, *more = await read("runs", *arguments)
        found += [packing.run_of(one) for one in packed]
        if not more:
            break
        behind, looked = more[0].decode(), looked + more[1]
    return found


async def outdated(read: Read, which: Outdated, *, after: RunId | None, look: int) -> Olds:
    low, high = ways.outdated_within(which, after=after)
    asked = (which.state, which.project or False, which.job or False, which.before, which.keep)
    found, *through = await read("outdated", *asked, low, high, list(which.spare), min(look, _LOOK))
    texts = [text.decode() for text in found]
    runs = [Old(RunId(run), JobId(job)) for run, job in zip(texts[::2], texts[1::2], strict=True)]
    return Olds(runs=runs, through=RunId(through[0].decode()) if through else None)


async def gaps(
    read: Read, where: Sequence[Any], *, projects: Sequence[str] | None, newest: bool, limit: int
) -> list[Gap]:
    asked = _EVERY if newest or projects is not None else limit
    found = [packing.gap_of(packed) for packed in await read("gaps", *where, asked)]
    found = [gap for gap in found if projects is None or gap.project in projects]
    return (sorted(found, key=lambda gap: (gap.last, gap.id), reverse=True) if newest else found)[:limit]


async def counts(read: Read, *, project: str | None, since: Instant | None) -> dict[State, int]:
    every = replies.counts(await read("counts", packing.field(project)))
    if since is None:
        return every
    stretch = (lowest_id(since), ways.BEHIND_ALL)
    ended = await _ended(read, [stretch], None if project is None else (project,))
    return every | dict.fromkeys(TERMINAL, 0) | {State(state): count for _, state, count in ended}


async def tally(
    read: Read, stretches: Sequence[tuple[Instant, str, str]], *, projects: Sequence[str] | None
) -> list[Tally]:
    bounds = [(low, high) for _, low, high in stretches]
    ended = await _ended(read, bounds, projects)
    live = await _within(read, bounds, RunFilter(states=_LIVE, projects=None if projects is None else tuple(projects)))
    return ways.tallies(stretches, live=[(run.id, run.state) for run in live], ended=ended)


async def _ended(
    read: Read, bounds: Sequence[tuple[str, str]], projects: Sequence[str] | None
) -> list[tuple[int, str, int]]:
    """(Number of the stretch, state, count). Runs that have ended are in no index of their projects."""
    if projects is not None:
        found = await _within(read, bounds, RunFilter(states=_TERMINAL, projects=tuple(projects)))
        lows = [low for low, _ in bounds]
        seen = Counter((bisect_right(lows, run.id) - 1, run.state) for run in found)
        return [(number, state, count) for (number, state), count in seen.items()]
    counted = await read("tally", bounds, _TERMINAL)
    return [
        (number, state, count)
        for number, row in enumerate(counted)
        for state, count in zip(_TERMINAL, row, strict=True)
        if count
    ]


async def _within(read: Read, bounds: Sequence[tuple[str, str]], where: RunFilter) -> list[Run]:
    return await _page(read, where, ways.Stretch(bounds[0][0], bounds[-1][1], _EVERY), _EVERY)
