"""When a schedule is due: the one place that everything asks (scheduler, previews, verification)."""

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.schedule import Occurrence, Schedule

# SEAM: signatures are final, bodies are the timing engineer's.


def validate(schedule: Schedule, job: JobId) -> None:
    """Raises `InvalidSchedule` (which field, which value, what is allowed) for one that cannot be accepted."""
    raise NotImplementedError


def following(schedule: Schedule, job: JobId, after: Instant) -> Occurrence | None:
    """The first occurrence with slot > `after` (and slot ≥ `schedule.since`); None: never again."""
    raise NotImplementedError


def between(
    schedule: Schedule, job: JobId, after: Instant, until: Instant, *, limit: int | None = None
) -> list[Occurrence]:
    """Occurrences with `after` < slot ≤ `until`, strictly increasing, at most the first `limit`."""
    raise NotImplementedError


def last(schedule: Schedule, job: JobId, after: Instant, until: Instant, *, n: int) -> list[Occurrence]:
    """The last `n` occurrences with `after` < slot ≤ `until`, strictly increasing, without walking the whole span."""
    raise NotImplementedError


def count(schedule: Schedule, job: JobId, after: Instant, until: Instant) -> int:
    """How many occurrences have `after` < slot ≤ `until`; fast for 30 days of every second."""
    raise NotImplementedError
