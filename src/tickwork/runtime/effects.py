"""What follows from completions: the consumers of the outbox.

Each effect is idempotent, because an event comes again when a promoter dies between carrying it out and consuming it.
"""

from collections.abc import Mapping, Sequence

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import Clock, Instant, later
from tickwork.core.codec import to_json
from tickwork.core.ids import JobId, schedule_id
from tickwork.core.model import PARTS, SYSTEM, Job, Scope, Switch
from tickwork.core.states import State
from tickwork.core.switches import switch_id
from tickwork.core.timing.schedule import AfterCompletion
from tickwork.runtime.followers import Followers
from tickwork.runtime.mapping import Maps
from tickwork.runtime.notify.completions import MARKS, Completions
from tickwork.runtime.shipping.waiting import Waiting
from tickwork.store.protocol import Document, Event, Fire, Kind, Put, Store
from tickwork.telemetry import Notice, Telemetry

_DECISIVE = (State.SUCCEEDED, State.FAILED)
"""Skipped, missed and cancelled runs neither make a row of failures longer nor end it."""
_MARKS = (b'"after_completion"', b'"disable_after_failures"')


class Effects:
    """Follows up batches of completions."""

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, ship: bool = False) -> None:
        """`ship`: the logs of runs are wanted elsewhere."""
        self._waiting = Waiting(store=store, clock=clock) if ship else None
        self._store = store
        self._clock = clock
        self._telemetry = telemetry
        self._definitions = DefinitionCache()
        self._followers = Followers(store=store, clock=clock)
        self._maps = Maps(store=store, clock=clock)
        self._notices = Completions(store=store, clock=clock)

    async def follow(self, events: Sequence[Event]) -> None:
        await self._maps.follow(events)
        if self._waiting is not None:
            await self._waiting.add(events)
        await self._followers.follow(events)
        rules = await self._notices.rules()
        documents = await self._store.get_many(Kind.JOB, sorted({event.job for event in events}))
        await self._notices.follow(events, self._jobs(documents, MARKS, everybody=not rules.none), rules)
        jobs = self._jobs(documents, _MARKS)
        for event in events:
            job = jobs.get(event.job)
            if job is not None and not await self._is_part(event):
                await self._delay(job, event)
                await self._disable(job, event)

    async def _is_part(self, event: Event) -> bool:
        """Whether it is the end of a part of another run, and not of a run of the job."""
        detail = await self._store.run(event.run)
        return detail is not None and detail.run.origin in PARTS

    def _jobs(
        self, documents: Mapping[str, Document], marks: Sequence[bytes], *, everybody: bool = False
    ) -> Mapping[JobId, Job]:
        """The jobs whose definition asks for an effect; most do not, and are not even decoded."""
        return {
            JobId(d.id): self._job(d)
            for d in documents.values()
            if everybody or any(mark in (d.body or b"") for mark in marks)
        }

    def _job(self, document: Document) -> Job:
        return self._definitions.get(document.body or b"")

    async def _delay(self, job: Job, event: Event) -> None:
        """`after_completion`: the next occurrence is `delay` after this run ended. One that is due already stays."""
        delays = {
            schedule_id(job.id, schedule.key): schedule.trigger.delay
            for schedule in job.schedules
            if isinstance(schedule.trigger, AfterCompletion)
        }
        if not delays:
            return
        fires = [
            Fire(schedule=row.schedule, expect=row.version, cursor=row.cursor, due=later(event.at, delay))
            for row in await self._store.timetable([job.id])
            if (delay := delays.get(row.schedule)) is not None and row.due is None and row.cursor <= event.at
        ]
        if fires:
            await self._store.fire(fires, at=self._clock.now())

    async def _disable(self, job: Job, event: Event) -> None:
        """`disable_after_failures`: so many failed runs in a row, since the job was last switched on, switch it off."""
        limit = job.disable_after_failures
        if limit is None or event.state is not State.FAILED:
            return
        identity = switch_id(Scope.JOB, job.id)
        history = await self._store.revisions(Kind.SWITCH, identity)
        if history and history[-1].body is not None:
            return
        since = history[-1].changed if history else Instant(0)
        latest = (await self._store.latest([job.id], n=limit, states=_DECISIVE)).get(job.id, [])
        failed = [run for run in latest if run.state is State.FAILED and (run.finished or since) > since]
        if len(failed) == limit:
            await self._switch_off(job, limit, event)

    async def _switch_off(self, job: Job, failures: int, event: Event) -> None:
        now, why = self._clock.now(), f"{failures} runs in a row have failed"
        await self._notices.disabled(job, event, why=why)  # first: once it is off, nobody comes here again
        switch = Switch(scope=Scope.JOB, target=job.id, by=SYSTEM, since=now, why=why)
        put = Put(
            kind=Kind.SWITCH,
            id=switch_id(Scope.JOB, job.id),
            body=to_json(switch),
            project=job.project,
            name=job.id,
            expect=0,
        )
        await self._store.put([put], by=SYSTEM, at=now, verb="pause", note=why)
        self._telemetry.emit(Notice(text=f"job {job.id} is switched off: {why}; `tickwork resume {job.id}`"))
