"""Due occurrences → runs and gaps. Any number of schedulers may do this at once: the timetable row's version and
the occurrence's key decide, not a leader."""

from typing import ClassVar

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import SECOND, Clock, Instant
from tickwork.core.ids import Ids
from tickwork.core.states import TERMINAL
from tickwork.core.timing.ending import over_because
from tickwork.crashpoint import crash_point
from tickwork.operations.firing import decide_all, schedule_of
from tickwork.runtime.outcomes import counted, outcomes
from tickwork.runtime.reboot import Reboots
from tickwork.service import NAP, Service
from tickwork.store.protocol import Born, Due, Fire, Store, Topic
from tickwork.telemetry import Notice, RunsFired, Telemetry

BATCH = 1000


class Scheduler(Service):
    """One tick decides a batch of due schedules in one transaction."""

    name: ClassVar[str] = "scheduler"

    def __init__(self, *, store: Store, clock: Clock, ids: Ids, telemetry: Telemetry) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._ids = ids
        self._definitions = DefinitionCache()
        self._reboots = Reboots(store=store, clock=clock, ids=ids)

    async def opened(self) -> None:
        self._stop_listening = self._store.listen([Topic.SCHEDULE], lambda _topic: self.wake())

    async def closed(self) -> None:
        self._stop_listening()

    async def tick(self) -> float:
        booting = await self._reboots.fire_some()
        now = self.clock.now()
        due = await self._store.due(now, limit=BATCH)
        if not due.rows:
            return 0.0 if booting else _until(due.next_due, self.clock.now())  # the look took its time, too
        fires = decide_all(due, ids=self._ids, now=now, definitions=self._definitions)
        crash_point("scheduler.decided")
        born = await self._store.fire(fires, at=now, switch_version=due.switch_version)
        crash_point("scheduler.fired")
        self._tell(fires, born)
        self._tell_ends(due, fires, born)
        return 0.0

    def _tell(self, fires: list[Fire], born: list[list[Born] | None]) -> None:
        new = [run for group in born for run in group or () if not run.existing]
        gaps = [gap for fire, group in zip(fires, born, strict=True) if group is not None for gap in fire.gaps]
        if not new and not gaps:
            return
        over = outcomes((run.state, run.reason) for run in new if run.state in TERMINAL)
        passed = counted((gap.state, gap.reason, gap.count) for gap in gaps)
        runs = sum(run.state not in TERMINAL for run in new)
        self.telemetry.emit(RunsFired(runs=runs, gaps=len(gaps), over=over, passed=passed))

    def _tell_ends(self, due: Due, fires: list[Fire], born: list[list[Born] | None]) -> None:
        """A schedule whose last moment this was: told here, once, because its line never comes up again."""
        for entry, fire, group in zip(due.rows, fires, born, strict=True):
            if group is None or fire.due is not None:
                continue
            job = self._definitions.get(entry.row.job, entry.row.revision, entry.body)
            why = over_because(schedule_of(job, entry.row), job.id, fire.cursor)
            if why is not None:
                self.telemetry.emit(Notice(text=f"{fire.schedule} will never be due again: {why}"))


def _until(due: Instant | None, now: Instant) -> float:
    return NAP if due is None else max(0.0, (due - now) / SECOND)
