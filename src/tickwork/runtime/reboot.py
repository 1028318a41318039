"""`@reboot`: once per boot of this machine. The boot's id is the occurrence's key, so no restart can double it.

As with cron, a schedule that was saved after the machine booted waits for the next boot.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tickwork.core.clock import SECOND, Clock, Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import Ids, JobId, ScheduleId
from tickwork.core.model import SYSTEM, Job
from tickwork.core.timing.compiler import resolved
from tickwork.core.timing.schedule import Occurrence, Reboot
from tickwork.operations.firing import Firing, schedule_of
from tickwork.operations.switched import read_switches
from tickwork.store.protocol import Document, Fire, Kind, Put, ScheduleRow, Store

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UPTIME = Path("/proc/uptime")
_MARK = "boot"
_PAGE = 1000


class Boot(msgspec.Struct, frozen=True, kw_only=True):
    """Which boot was handled last."""

    id: str


class Reboots:
    """Fires the reboot schedules after a boot, page by page: they are among those that nothing is due of, and however
    many these are, what is due meanwhile does not wait for the last of them."""

    def __init__(self, *, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._after: ScheduleId | None = None
        self._done = not _BOOT_ID.exists()

    async def fire_some(self) -> bool:
        """Those of the next page; returns whether there may be more."""
        if not self._done:
            boot, booted = _this_boot(self._clock)
            self._done = await self._was_handled(boot) or not await self._fire_page(boot, booted)
        return not self._done

    async def _was_handled(self, boot: str) -> bool:
        mark = await self._store.get(Kind.MARK, _MARK) if self._after is None else None
        return mark is not None and mark.body is not None and from_json(mark.body, Boot).id == boot

    async def _fire_page(self, boot: str, booted: Instant) -> bool:
        """Returns whether there may be more; after the last page the boot is marked as handled."""
        page = await self._store.idle(after=self._after, limit=_PAGE)
        documents = await self._store.get_many(Kind.JOB, sorted({row.job for row in page}))
        jobs = [job for document in documents.values() if (job := _with_reboot(document)) is not None]
        if jobs:
            await self._fire(page, {job.id: job for job in jobs}, boot, booted)
        if len(page) == _PAGE:
            self._after = page[-1].schedule
            return True
        put = Put(kind=Kind.MARK, id=_MARK, body=to_json(Boot(id=boot)))
        await self._store.put([put], by=SYSTEM, at=self._clock.now(), verb="boot")
        return False

    async def _fire(self, rows: Sequence[ScheduleRow], jobs: Mapping[JobId, Job], boot: str, booted: Instant) -> None:
        now = self._clock.now()
        firing = Firing(ids=self._ids, now=now, switches=await read_switches(self._store))
        occurrence = Occurrence(slot=now, nominal=f"boot:{boot}")
        fires: list[Fire] = []
        for row in rows:
            if (job := jobs.get(row.job)) is None:
                continue
            schedule = schedule_of(job, row)
            if isinstance(resolved(schedule.trigger), Reboot) and schedule.since < booted:
                fires.append(firing.occurrence(row, job, occurrence))
        if fires:
            await self._store.fire(fires, at=now)


def _this_boot(clock: Clock) -> tuple[str, Instant]:
    """The boot's id, and when it was."""
    up = float(_UPTIME.read_text().split()[0])
    return _BOOT_ID.read_text().strip(), Instant(clock.now() - round(up * SECOND))


def _with_reboot(document: Document) -> Job | None:
    if document.body is None or b"reboot" not in document.body:
        return None
    job = from_json(document.body, Job)
    return job if any(isinstance(resolved(s.trigger), Reboot) for s in job.schedules) else None
