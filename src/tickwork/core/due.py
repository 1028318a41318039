"""What becomes of a schedule's due occurrences: the pure decision behind the scheduler's tick."""

from dataclasses import dataclass

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import Occurrence, Schedule

ON_TIME = Duration(10_000_000)
"""An occurrence looked at no later than this after its slot counts as on time: it runs, whatever the catch-up
policy (a stall of the server for some seconds must not lose slots of a job that runs each second)."""

# SEAM: signatures are final, bodies are the timing engineer's.


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGap:
    """Consecutive occurrences that do not become runs."""

    first: Instant
    last: Instant
    count: int
    state: State
    reason: Reason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDecision:
    """`runs` (in order; they are to be queued) and `gaps` together account for every occurrence in
    (cursor before, `cursor`]; `due` is the first one after `cursor`."""

    runs: tuple[Occurrence, ...]
    gaps: tuple[PlannedGap, ...]
    cursor: Instant
    due: Instant | None


def decide_due(
    schedule: Schedule, job: JobId, *, cursor: Instant, now: Instant, paused: str | None, max_runs: int = 1000
) -> DueDecision:
    """Decide every occurrence in (cursor, now].

    `paused`: the sentence why the job is off now (then all become `skipped(paused)`), or None. Occurrences on time
    (see `ON_TIME`) run. Older ones follow the catch-up policy: `latest`: the newest of them runs, but only if none
    is on time, the others are `missed(down)`; `all`: all run, but those beyond `max_count` (newest first) are
    `missed(capped)` and those older than `max_age` are `missed(down)`; `none`: all `missed(down)`. Any occurrence later
    than `start_deadline` is `missed(deadline)`. At most `max_runs` runs in one decision: then `cursor` stops
    at the last decided occurrence and the rest is decided by the next call.
    """
    raise NotImplementedError
