"""What no completion tells: runs that are late or take too long, moments that were missed, pools that nobody serves,
schedules that never fire again. Each look costs a few reads, whatever there is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Clock, Duration, Instant, iso, later
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId, RunId, ScheduleId, schedule_id
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import LATE_AFTER, PARTS, Job, Run
from tickwork.core.notices import Delivery, Notice, delivery, gap_notice, run_notice
from tickwork.core.rules import Occasion, channels_for
from tickwork.core.sentences import never_sentence
from tickwork.core.states import HELD, State
from tickwork.core.timing.ending import never_again
from tickwork.core.timing.text import format_duration
from tickwork.operations.fleet import read_outages
from tickwork.operations.notify.levels import Rules, read_rules
from tickwork.operations.notify.outgoing import Outgoing
from tickwork.runtime.notify.completions import MARKS
from tickwork.runtime.notify.usual import Usual
from tickwork.store.protocol import Keep, Kind, Note, Order, RunFilter, Store

_LOOKED_AT: Final = 200
_SLACK: Final = MINUTE
"""The clocks of two servers differ by less; what is looked at twice is told once."""
_GAPS: Final = 10_000
_RESTING: Final = 1000
"""Schedules that nothing is due of, in one look."""
_SPACE: Final = "notify.watch"
_SEEN: Final = "seen"


class _Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far all servers together have looked."""

    gaps: Instant
    """Gaps that were made until then."""
    pools: dict[str, Instant] = {}
    """Those that were told of, since when nobody serves them."""
    endings: Instant = Instant(0)
    """When all schedules that rest were looked at last …"""
    rested: str = ""
    """… and up to which of them since; none: it is not yet time again."""
    looked: Instant = Instant(0)
    """When anybody looked last. It is noted each time: that shows whether the store takes anything."""


class Watch:
    """One look puts on their way what is to be told."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._outgoing = Outgoing(store=store, clock=clock)
        self._definitions = DefinitionCache()
        self._usual = Usual(store=store, clock=clock)
        self._reached: dict[tuple[State, ...], RunId] = {}
        """By states: up to which run those beyond the oldest have had their turn."""

    async def look(self) -> None:
        rules = await read_rules(self._store)
        await self._queued(rules)
        await self._running(rules)
        await self._shared(rules)

    async def _shared(self, rules: Rules) -> None:
        """What is remembered from look to look: noted only after it is on its way."""
        now = self._clock.now()
        before = await self._read_seen(now)
        seen = msgspec.structs.replace(
            before,
            gaps=await self._gaps(rules, before.gaps),
            pools=await self._pools(rules, before.pools),
            looked=now,
        )
        seen = await self._endings(rules, seen)
        note = Note(space=_SPACE, key=_SEEN, body=to_json(seen))
        await self._store.keep([Keep(note=note, expect=to_json(before))], at=now)

    async def _read_seen(self, now: Instant) -> _Seen:
        """The first one begins now: what was before anybody looked is told to nobody."""
        first = Note(space=_SPACE, key=_SEEN, body=to_json(_Seen(gaps=now)))
        found = await self._store.notes(_SPACE, [_SEEN], at=now)
        if _SEEN in found:
            return from_json(found[_SEEN].body, _Seen)
        await self._store.keep([Keep(note=first, new=True)], at=now)
        return from_json((await self._store.notes(_SPACE, [_SEEN], at=now))[_SEEN].body, _Seen)

    # -- live runs --

    async def _queued(self, rules: Rules) -> None:
        now = self._clock.now()
        where = RunFilter(states=(State.QUEUED,), order=Order.OLDEST)
        waiting = [run for run in await self._some(where) if run.ready_at < now and run.pool != ELSEWHERE]

        def late(run: Run, job: Job) -> str | None:
            grace = job.late_after or LATE_AFTER
            if run.ready_at >= later(now, -grace):
                return None
            since, limit = iso(run.ready_at), format_duration(grace)
            return f"it has been ready since {since}, and no worker began it within {limit}"

        await self._tell(Occasion.LATE, waiting, rules, late)

    async def _running(self, rules: Rules) -> None:
        now = self._clock.now()
        held = await self._some(RunFilter(states=tuple(sorted(HELD)), order=Order.OLDEST))
        running = [run for run in held if run.started is not None and run.origin not in PARTS]
        jobs = await self._asking(Occasion.TOO_LONG, running, rules)
        usual = await self._usual.limits({name for name, job in jobs.items() if job.too_long is None})

        def too_long(run: Run, job: Job) -> str | None:
            limit = job.too_long or usual.get(run.job)
            if limit is None or run.started is None or now - run.started <= limit:
                return None
            said = format_duration(Duration(max(limit // SECOND, 1) * SECOND))
            return f"that is longer than {said}" + ("" if job.too_long else ", which nearly all of its runs stay below")

        await self._tell(Occasion.TOO_LONG, running, rules, too_long)

    async def _some(self, where: RunFilter) -> Sequence[Run]:
        """The oldest, and as many of the others: other ones at each look, so that each has its turn."""
        oldest = await self._store.runs(where, limit=_LOOKED_AT)
        if len(oldest) < _LOOKED_AT:
            return oldest
        after = max(self._reached.get(where.states, oldest[-1].id), oldest[-1].id)
        others = await self._store.runs(where, after=after, limit=_LOOKED_AT)
        self._reached[where.states] = others[-1].id if others else oldest[-1].id
        return [*oldest, *others]

    async def _tell(
        self, occasion: Occasion, runs: Sequence[Run], rules: Rules, wrong: Callable[[Run, Job], str | None]
    ) -> None:
        """`wrong`: what is wrong with a run, in words; None: nothing."""
        jobs = await self._asking(occasion, runs, rules)
        now = self._clock.now()
        await self._outgoing.add(
            delivery(channel, msgspec.structs.replace(run_notice(occasion, run, now=now, why=why), at=run.ready_at))
            for run in runs
            if run.job in jobs and (why := wrong(run, jobs[run.job])) is not None
            for channel in channels_for(rules.of(jobs[run.job]), occasion)
        )

    async def _asking(self, occasion: Occasion, runs: Sequence[Run], rules: Rules) -> Mapping[JobId, Job]:
        """The jobs of these runs with a rule about the occasion."""
        jobs = await self._jobs({run.job for run in runs}, rules)
        return {name: job for name, job in jobs.items() if channels_for(rules.of(job), occasion)}

    # -- what is remembered --

    async def _gaps(self, rules: Rules, seen: Instant) -> Instant:
        """Tell of gaps made since; returns until when all are told."""
        gaps = await self._store.gaps(since=later(seen, -DAY), limit=_GAPS)
        new = [gap for gap in gaps if gap.created > later(seen, -_SLACK)]
        notices = [notice for gap in new if (notice := gap_notice(gap)) is not None]
        jobs = await self._jobs({notice.job for notice in notices if notice.job is not None}, rules)
        await self._outgoing.add(
            delivery(channel, notice)
            for notice in notices
            if notice.job is not None and notice.job in jobs
            for channel in channels_for(rules.of(jobs[notice.job]), Occasion.MISSED)
        )
        return max([seen, *(gap.created for gap in new)])

    async def _pools(self, rules: Rules, told: Mapping[str, Instant]) -> dict[str, Instant]:
        now, out = self._clock.now(), await read_outages(self._store)
        found: list[Delivery] = []
        for pool, since in {**told, **out}.items():
            if (out.get(pool) == told.get(pool)) or not (channels := channels_for(rules.of_pool(pool), Occasion.POOL)):
                continue
            notice = _pool_notice(pool, since, is_out=pool in out, now=now)
            found += [delivery(channel, notice) for channel in channels]
        await self._outgoing.add(found)
        return dict(out)

    async def _endings(self, rules: Rules, seen: _Seen) -> _Seen:
        """Each hour, of jobs that nothing is left of: some of them at each look. A schedule that ends as it was written
        to end is no news."""
        now = self._clock.now()
        if not seen.rested and now < later(seen.endings, HOUR):
            return seen
        after = ScheduleId(seen.rested) if seen.rested else None
        page = await self._store.idle(after=after, limit=_RESTING)
        jobs = await self._jobs({row.job for row in page}, rules)
        await self._tell_endings([job for job in jobs.values() if job.enabled], rules, now)
        if len(page) == _RESTING:
            return msgspec.structs.replace(seen, rested=page[-1].schedule)
        return msgspec.structs.replace(seen, endings=now, rested="")

    async def _tell_endings(self, jobs: Sequence[Job], rules: Rules, now: Instant) -> None:
        asking = {job.id: job for job in jobs if channels_for(rules.of(job), Occasion.NEVER_FIRES)}
        if not asking:
            return
        due = {row.schedule: row.due for row in await self._store.timetable(sorted(asking))}
        found: list[Delivery] = []
        for job in asking.values():
            if any(due.get(schedule_id(job.id, one.key)) is not None for one in job.schedules):
                continue
            if (why := never_again(job, now)) is not None:
                notice = _ending_notice(job, why, now)
                found += [delivery(name, notice) for name in channels_for(rules.of(job), Occasion.NEVER_FIRES)]
        await self._outgoing.add(found)

    async def _jobs(self, names: Iterable[JobId], rules: Rules) -> Mapping[JobId, Job]:
        """Those that somebody may be told about."""
        documents = await self._store.get_many(Kind.JOB, sorted(set(names)))
        return {
            JobId(d.id): self._definitions.get(d.body)
            for d in documents.values()
            if d.body is not None and (not rules.none or any(mark in d.body for mark in MARKS))
        }


def _pool_notice(pool: str, since: Instant, *, is_out: bool, now: Instant) -> Notice:
    if is_out:
        title, words = f"pool {pool} is unresponsive", "runs are queued, and none of its workers is heard"
    else:
        title, words = f"pool {pool} has recovered", "a worker is heard again, or nothing is queued any more"
    return Notice(
        occasion=Occasion.POOL,
        about=f"{pool} {since} {'out' if is_out else 'back'}",
        at=since if is_out else now,
        title=title,
        sentence=f"pool {pool}: {words}",
        pool=pool,
    )


def _ending_notice(job: Job, why: str, now: Instant) -> Notice:
    written = max(schedule.since or Instant(0) for schedule in job.schedules)
    return Notice(
        occasion=Occasion.NEVER_FIRES,
        about=f"{job.id} {written}",
        at=max(written, Instant(0)) or now,
        title=f"{job.id} never fires again",
        sentence=never_sentence(job.id, why),
        job=job.id,
        project=job.project,
        pool=job.pool,
    )
