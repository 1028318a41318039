"""Reading the ledger, page by page: one call of the server looks at a bounded number of runs."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId, RunId, ScheduleId, SessionId, lowest_id
from tickwork.core.model import Actor, Attempt, Gap, Run
from tickwork.core.states import LIVE, TERMINAL, State
from tickwork.store import ways
from tickwork.store.protocol import LOOK_AT_ENDED, Crowd, Old, Olds, Order, Outdated, RunDetail, RunFilter, Tally
from tickwork.store.redis import calls, packing, replies
from tickwork.store.redis.caller import Caller
from tickwork.store.redis.replies import Read

_EVERY = 1 << 31
_LOOK = 1000
"""Runs that one call of the server looks at."""
_LIVE, _TERMINAL = tuple(sorted(LIVE)), tuple(sorted(TERMINAL))


async def run(caller: Caller, id: RunId) -> RunDetail | None:
    return replies.detail(await caller.read("run", id))


async def held_by(caller: Caller, session: SessionId) -> list[Run]:
    return [packing.run_of(packed) for packed in await caller.read("held_by", session)]


async def get_runs(caller: Caller, ids: Sequence[RunId]) -> dict[RunId, Run]:
    found = [packing.run_of(packed) for packed in await caller.read("get_runs", list(ids))]
    return {run.id: run for run in found}


async def resolve(caller: Caller, prefix: str, *, limit: int = 2) -> list[RunId]:
    return [RunId(run.decode()) for run in await caller.read("resolve", prefix, limit)]


async def runs(caller: Caller, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
    read = caller.read
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


async def latest(
    caller: Caller, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()
) -> dict[JobId, list[Run]]:
    found = await caller.read("latest", list(jobs), n, list(states))
    return {job: [packing.run_of(one) for one in packed] for job, packed in zip(jobs, found, strict=True)}


async def outdated(caller: Caller, which: Outdated, *, after: RunId | None = None, look: int = 1000) -> Olds:
    low, high = ways.outdated_within(which, after=after)
    asked = (which.state, which.project or False, which.job or False, which.before, which.keep)
    found, *through = await caller.read("outdated", *asked, low, high, list(which.spare), min(look, _LOOK))
    texts = [text.decode() for text in found]
    runs = [Old(RunId(run), JobId(job)) for run, job in zip(texts[::2], texts[1::2], strict=True)]
    return Olds(runs=runs, through=RunId(through[0].decode()) if through else None)


async def gaps(
    caller: Caller,
    *,
    job: JobId | None = None,
    schedule: ScheduleId | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    projects: Sequence[str] | None = None,
    newest: bool = False,
    limit: int = 1000,
) -> list[Gap]:
    where = [packing.field(given) for given in (job, schedule, since, until)]
    asked = _EVERY if newest or projects is not None else limit
    found = [packing.gap_of(packed) for packed in await caller.read("gaps", *where, asked)]
    found = [gap for gap in found if projects is None or gap.project in projects]
    return (sorted(found, key=lambda gap: (gap.last, gap.id), reverse=True) if newest else found)[:limit]


async def attempts(caller: Caller, run: RunId) -> list[Attempt]:
    return [packing.attempt_of(packed) for packed in await caller.read("attempts", run)]


async def counts(caller: Caller, *, project: str | None = None, since: Instant | None = None) -> dict[State, int]:
    every = replies.counts(await caller.read("counts", packing.field(project)))
    if since is None:
        return every
    stretch = (lowest_id(since), ways.BEHIND_ALL)
    ended = await _ended(caller.read, [stretch], None if project is None else (project,))
    return every | dict.fromkeys(TERMINAL, 0) | {State(state): count for _, state, count in ended}


async def tally(
    caller: Caller, *, since: Instant, until: Instant, width: Duration, projects: Sequence[str] | None = None
) -> list[Tally]:
    stretches = ways.stretches(since, until, width)
    bounds = [(low, high) for _, low, high in stretches]
    within = None if projects is None else tuple(projects)
    ended = await _ended(caller.read, bounds, within)
    live = await _within(caller.read, bounds, RunFilter(states=_LIVE, projects=within))
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


async def outcomes(caller: Caller) -> list[tuple[str, State]]:
    found = [text.decode() for text in await caller.read("outcomes")]
    return [(project, State(state)) for project, state in zip(found[::2], found[1::2], strict=True)]


async def nth_newest(caller: Caller, jobs: Sequence[JobId], *, n: int) -> dict[JobId, RunId]:
    found = replies.padded(jobs, await caller.read("nth_newest", list(jobs), n)) if jobs else []
    return {job: RunId(run.decode()) for job, run in found if run is not None}


async def log_sizes(caller: Caller, runs: Sequence[RunId]) -> dict[RunId, int]:
    sizes = await caller.read("log_sizes", list(runs)) if runs else []
    return {run: size for run, size in zip(runs, sizes, strict=True) if size}


async def crowded(caller: Caller, *, n: int, after: JobId | None = None, look: int = 1000) -> Crowd:
    return replies.crowd(await caller.read("crowded", n, after or "", look))


async def prune_gaps(caller: Caller, *, before: Instant, limit: int) -> int:
    return int(await caller.write("prune_gaps", before, limit))


async def forget(caller: Caller, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
    return int(await caller.write("forget", list(runs), packing.field(at), calls.actor(by), once=True))


async def pruned(caller: Caller, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
    found = replies.padded(jobs, await caller.read("pruned", list(jobs)))
    return {job: Instant(int(instant)) for job, instant in found if instant is not None}
