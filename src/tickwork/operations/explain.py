"""Why did it run, not run, is it waiting: one sentence and the facts, for CLI, API and pages alike."""

from collections.abc import Sequence
from typing import Any

from tickwork.core.clock import SECOND, Duration, Instant, iso, later
from tickwork.core.ids import JobId
from tickwork.core.model import Job, Run
from tickwork.core.sentences import gap_sentence, run_sentence
from tickwork.core.states import HELD, LIVE, State, Wait
from tickwork.core.switches import paused_because
from tickwork.core.timing.describe import withheld
from tickwork.core.timing.ending import over_because
from tickwork.core.timing.occurrences import between, following, last
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.ledger import LedgerReads
from tickwork.operations.queueing import Queueing
from tickwork.operations.runs import Runs
from tickwork.operations.spans import Span, spans
from tickwork.operations.viewing import run_view
from tickwork.operations.views import Explanation
from tickwork.store.protocol import Kind, RunFilter

_AROUND = Duration(30 * SECOND)
"""A question about 03:00 means the occurrence within half a minute of it."""
_NAMED = 5
"""Runs that a sentence names."""


class Explain:
    """The explaining verbs."""

    def __init__(self, context: Context, jobs: Jobs, runs: Runs, ledger: LedgerReads) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs
        self._runs = runs
        self._ledger = ledger
        self._queueing = Queueing(context, jobs)

    async def run(self, name: str) -> Explanation:
        """Why this run stands where it stands."""
        run = (await self._runs.detail(await self._runs.resolve(name))).run
        sentence = run_sentence(run, now=self._context.clock.now())
        facts: dict[str, Any] = {"run": run_view(run)}
        if run.state is State.QUEUED:
            sentence = f"{sentence}; {await self._queueing.why(run, facts)}"
        elif run.state is State.WAITING:
            sentence = f"{sentence}{await self._waits_for(run, facts)}"
        return Explanation(sentence=sentence, facts=facts)

    async def job(self, name: str, *, at: Instant | None = None) -> Explanation:
        """What the job is about to do, or (with `at`) what became of the moment `at`."""
        job = await self._jobs.find(name)
        return await (self._now(job) if at is None else self._moment(job, at))

    async def _waits_for(self, run: Run, facts: dict[str, Any]) -> str:
        if run.wait is Wait.UPSTREAM:
            return await self._waits_upstream(run, facts)
        others = await self._store.runs(RunFilter(job=run.job, states=(*HELD, State.QUEUED)), limit=1)
        if not others:
            return ""
        facts["blocked_by"] = run_view(others[0])
        return f" (run {others[0].id}, {others[0].state})"

    async def _waits_upstream(self, run: Run, facts: dict[str, Any]) -> str:
        document = await self._store.get(Kind.JOB, run.job, run.revision)
        needed = {need.job for need in decode_job(document).needs} if document is not None else set()
        live = await self._store.runs(RunFilter(group=run.group or run.id, states=tuple(LIVE)), limit=10_000)
        ahead = [other for other in live if other.job in needed or other.about == run.id]
        facts["waits_for"] = [run_view(other) for other in ahead]
        shown = [f"{other.job} ({other.state}, run {other.id})" for other in ahead[:_NAMED]]
        return f": {', '.join(shown)}{', …' if len(ahead) > _NAMED else ''}" if shown else ""

    async def _now(self, job: Job) -> Explanation:
        now = self._context.clock.now()
        facts: dict[str, Any] = {"job": job.id}
        paused = paused_because(job, await self._jobs.switches(), now)
        if paused is not None:
            facts["paused"] = paused
            return Explanation(sentence=f"{job.id} does not run: {paused}", facts=facts)
        live = await self._store.runs(RunFilter(job=job.id, states=(*HELD, State.QUEUED, State.WAITING)), limit=1)
        if live:
            return await self.run(live[0].id)
        upcoming = [o.slot for s in job.schedules if (o := following(s, job.id, now)) is not None]
        if upcoming:
            facts["next"] = iso(min(upcoming))
            return Explanation(sentence=f"{job.id} is idle; it is due next at {iso(min(upcoming))}", facts=facts)
        return Explanation(sentence=f"{job.id} is idle: {_why_never(job, now)}", facts=facts)

    async def _moment(self, job: Job, at: Instant) -> Explanation:
        start, end = Instant(at - _AROUND), later(at, _AROUND + 1)
        runs = [run for run in await self._ledger.runs_between(job.id, start, end) if run.slot is not None]
        if runs:
            nearest = min(runs, key=lambda run: abs((run.slot or at) - at))
            return await self.run(nearest.id)
        known = spans(await self._store.revisions(Kind.JOB, job.id))
        due = _due_near(job.id, known, at)
        gaps = await self._store.gaps(job=job.id, since=start, until=end)
        if gaps and due is not None:
            return Explanation(sentence=gap_sentence(gaps[0]), facts={"job": job.id, "gap": gaps[0].id})
        sentence = self._not_due(job, known, at) if due is None else await self._undecided(job, due)
        return Explanation(sentence=sentence, facts={"job": job.id, "at": iso(at)})

    async def _undecided(self, job: Job, due: Instant) -> str:
        """Of a due moment that no entry stands for."""
        now = self._context.clock.now()
        if due > now:
            paused = paused_because(job, await self._jobs.switches(), due)
            to_come = f"; as things stand it will be skipped: {paused}" if paused else ", which is still to come"
            return f"{job.id} is due at {iso(due)}{to_come}"
        through = (await self._store.pruned([job.id])).get(job.id)
        if through is not None and due <= through:
            return f"{job.id} was due at {iso(due)}, and what became of it was deleted with its old history"
        return f"{job.id} was due at {iso(due)}, and that is not decided yet: is a scheduler running?"

    def _not_due(self, job: Job, known: Sequence[Span], at: Instant) -> str:
        is_past = at <= self._context.clock.now()
        not_due = f"{job.id} {'was' if is_past else 'is'} not due at {iso(at)}"
        in_force = _in_force(known, at)
        if not in_force:
            first = min((s.after for s in known), default=None)
            return f"{not_due}: {f'it has had schedules only since {iso(first)}' if first else 'it has no schedule'}"
        before = [past[-1].slot for s in in_force if (past := last(s.schedule, job.id, s.after, at, n=1))]
        after = [f.slot for s in in_force if (f := following(s.schedule, job.id, at)) is not None]
        moments = [iso(max(before)) if before else None, iso(min(after)) if after else None]
        nearest = " and ".join(moment for moment in moments if moment is not None)
        told = f"the due moments around it are {nearest}" if nearest else "its schedules are never due"
        return f"{not_due}{_withheld(job, in_force, at)}; {told}"


def _in_force(known: Sequence[Span], at: Instant) -> Sequence[Span]:
    return [s for s in known if s.after < at and (s.until is None or at <= s.until)]


def _due_near(job: JobId, known: Sequence[Span], at: Instant) -> Instant | None:
    """The due moment that is meant by `at`."""
    start, end = Instant(at - _AROUND), later(at, _AROUND + 1)
    found = [
        occurrence.slot
        for s in known
        if max(start, s.after) < min(end, s.until or end)
        for occurrence in between(s.schedule, job, max(start, s.after), min(end, s.until or end))
    ]
    return min(found, key=lambda slot: abs(slot - at), default=None)


def _withheld(job: Job, in_force: Sequence[Span], at: Instant) -> str:
    start, end = Instant(at - _AROUND), later(at, _AROUND)
    found = (withheld(s.schedule, job.id, max(start, s.after), min(end, s.until or end)) for s in in_force)
    whys = list(dict.fromkeys(why for why in found if why is not None))
    return f": it is excluded by {', '.join(whys)}" if whys else ""


def _why_never(job: Job, now: Instant) -> str:
    if not job.schedules:
        causes = " and ".join(after.job for after in job.after)
        return (
            f"it runs after {causes}, or when asked to" if causes else "it has no schedule and runs only when asked to"
        )
    whys = {s.key: why for s in job.schedules if (why := over_because(s, job.id, now)) is not None}
    if len(job.schedules) == 1:
        return (
            f"it will never be due again: {', '.join(whys.values())}" if whys else "what sets it off has not happened"
        )
    told = "".join(f"; {key}: {why}" for key, why in whys.items())
    return f"none of its schedules has a next moment{told}"
