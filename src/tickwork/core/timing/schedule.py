"""The values of a schedule: triggers with their zone and policies. Behaviour is in the sibling modules."""

from enum import StrEnum

import msgspec

from tickwork.core.clock import Duration, Instant


class Cron(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="cron"):
    """A cron expression of 5 or 6 fields (seconds first) or an `@alias`."""

    expression: str


class Every(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="every"):
    """A fixed interval. Slots are `anchor + n * interval`; without an anchor, counted from the schedule's start."""

    interval: Duration
    anchor: Instant | None = None


class At(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="at"):
    """Once at each of these instants, in order."""

    times: tuple[Instant, ...]


class Reboot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="reboot"):
    """Once per boot of the machine that the scheduler runs on; has no times to preview."""


Trigger = Cron | Every | At | Reboot


class CatchUp(StrEnum):
    """What to do with occurrences that nobody looked after (outage, pause)."""

    LATEST = "latest"
    ALL = "all"
    NONE = "none"


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One schedule of a job. `key` tells the schedules of a job apart and is stable across edits."""

    key: str
    trigger: Trigger
    zone: str = "UTC"
    since: Instant = Instant(0)
    """From when on this revision of the schedule accounts for occurrences; an edit sets it to its own moment,
    so that nothing ever fires retroactively."""
    catch_up: CatchUp = CatchUp.LATEST
    max_count: int | None = None
    """With `all`: at most this many of the latest are caught up; older ones are `missed(capped)`."""
    max_age: Duration | None = None
    """Occurrences older than this are never caught up."""
    start_deadline: Duration | None = None
    """A run that could not start this long after its slot is `missed(deadline)`."""


class Occurrence(msgspec.Struct, frozen=True):
    """One due moment of one schedule."""

    slot: Instant
    """When it is due."""
    nominal: str
    """Its key within the schedule: the nominal local time, `2026-10-25T02:30:00`, with `~1` behind it for the
    second pass of a repeated hour (fold). For triggers without a local time: the UTC time with a `Z`."""
