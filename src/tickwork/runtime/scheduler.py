"""Due occurrences → runs and gaps. Any number of schedulers may do this at once: the timetable row's version and
the occurrence's key decide, not a leader."""

from collections.abc import Sequence
from typing import ClassVar

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import SECOND, Clock, Duration, Instant
from tickwork.core.ids import Ids
from tickwork.core.states import TERMINAL
from tickwork.core.timing.ending import over_because
from tickwork.crashpoint import crash_point
from tickwork.operations.firing import decide_all, definition_of, schedule_of
from tickwork.runtime.ahead import LEAD, MOST, Ahead, Prepared, horizon
from tickwork.runtime.outcomes import counted, outcomes
from tickwork.runtime.reboot import Reboots
from tickwork.service import NAP, Service
from tickwork.store.protocol import EARLY, Born, Capability, DueRow, Fire, Store, Topic
from tickwork.telemetry import Notice, RunsFired, Telemetry

BATCH = 1000


class Scheduler(Service):
    """One tick fires a batch of due schedules in one transaction: what was decided ahead, or what a look finds."""

    name: ClassVar[str] = "scheduler"

    def __init__(self, *, store: Store, clock: Clock, ids: Ids, telemetry: Telemetry) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._ids = ids
        self._definitions = DefinitionCache()
        early = EARLY if Capability.WAITS in store.capabilities else Duration(0)
        self._ahead = Ahead(ids=ids, definitions=self._definitions, early=early)
        self._reboots = Reboots(store=store, clock=clock, ids=ids)
        self._next: Instant | None = None
        """When there is something to do, as far as is known."""

        self._changed = True
        """There was a hint since the last look."""
        self._rehearsed = not early
        """The store, where a fire is a matter of milliseconds, has heard what it says."""

    async def opened(self) -> None:
        self._stop_listening = self._store.listen([Topic.SCHEDULE], lambda _topic: self._hear())

    def _hear(self) -> None:
        self._changed = True
        self.wake()

    async def closed(self) -> None:
        self._stop_listening()

    async def tick(self) -> float:
        booting = await self._reboots.fire_some()
        now = self.clock.now()
        if prepared := self._ahead.take(now, limit=BATCH):
            await self._fire_prepared(prepared, at=max(now, prepared[-1].moment))
        elif self._ahead.is_close(now):
            self._next = self._ahead.next_moment(now)
        elif await self._look(now):
            return 0.0
        self._ahead.decide()
        if booting or self._ahead.undecided:
            return 0.0
        return _until(self._next, self.clock.now())

    async def _fire_prepared(self, prepared: list[Prepared], *, at: Instant) -> None:
        entries, fires = [one.entry for one in prepared], [one.fire for one in prepared]
        born = await self._fire(entries, fires, at=at, switch_version=self._ahead.switch_version)
        if None in born:  # the store knows more than we did
            self._ahead.forget()
        for fire in fires:
            self._ahead.fired(fire)
        # where another one was faster, there is nothing to be seen before the moment
        self._next = at if self._changed else max(at, self._ahead.next_moment(self.clock.now()))

    async def _look(self, now: Instant) -> bool:
        """Fire what is due, else prepare what is next; returns whether anything was due."""
        self._changed = False
        due = await self._store.due(now, limit=BATCH)
        if due.rows:
            fires = decide_all(due, ids=self._ids, now=now, definitions=self._definitions)
            await self._fire(due.rows, fires, at=now, switch_version=due.switch_version)
            return True
        if not self._rehearsed:
            await self._store.fire([], at=now)
            self._rehearsed = True
        self._next = due.next_due
        end = horizon(now)
        if due.next_due is not None and due.next_due <= end:
            if now >= self._ahead.known_until - LEAD:
                self._ahead.learn(await self._store.due(end, limit=MOST), until=end)
                self._ahead.decide()
            self._next = min(due.next_due, self._ahead.next_moment(now))
        return False

    async def _fire(
        self, entries: Sequence[DueRow], fires: list[Fire], *, at: Instant, switch_version: int
    ) -> list[list[Born] | None]:
        crash_point("scheduler.decided")
        born = await self._store.fire(fires, at=at, switch_version=switch_version)
        crash_point("scheduler.fired")
        self._tell(fires, born)
        self._tell_ends(entries, fires, born)
        return born

    def _tell(self, fires: list[Fire], born: list[list[Born] | None]) -> None:
        made = [run for group in born for run in group or () if not run.existing]
        over = outcomes((run.state, run.reason) for run in made if run.state in TERMINAL)
        gaps = [gap for fire, group in zip(fires, born, strict=True) if group is not None for gap in fire.gaps]
        passed = counted((gap.state, gap.reason, gap.count) for gap in gaps)
        alive = sum(run.state not in TERMINAL for run in made)
        if made or gaps:
            self.telemetry.emit(RunsFired(runs=alive, gaps=len(gaps), over=over, passed=passed))

    def _tell_ends(self, entries: Sequence[DueRow], fires: list[Fire], born: list[list[Born] | None]) -> None:
        """A schedule whose last moment this was: told here, once, because its line never comes up again."""
        for entry, fire, group in zip(entries, fires, born, strict=True):
            if group is None or fire.due is not None:
                continue
            job = definition_of(entry, self._definitions)
            why = over_because(schedule_of(job, entry.row), job.id, fire.cursor)
            if why is not None:
                self.telemetry.emit(Notice(text=f"{fire.schedule} will never be due again: {why}"))


def _until(moment: Instant | None, now: Instant) -> float:
    return NAP if moment is None else max(0.0, (moment - now) / SECOND)
