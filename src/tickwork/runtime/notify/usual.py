"""How long runs of a job usually take."""

from collections.abc import Iterable, Mapping
from typing import Final

from tickwork.core.clock import MINUTE, Clock, Duration, Instant, later
from tickwork.core.ids import JobId
from tickwork.core.notices import usual_limit
from tickwork.core.states import State
from tickwork.store.protocol import Store

_OF_HISTORY: Final = 100
_KNOWN_FOR: Final = 10 * MINUTE


class Usual:
    """From when on a run of a job is too long, by its history; looked up again after a while."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[JobId, tuple[Instant, Duration | None]] = {}

    async def limits(self, jobs: Iterable[JobId]) -> Mapping[JobId, Duration | None]:
        """None: of this job too few have succeeded to tell."""
        now = self._clock.now()
        self._known = {job: known for job, known in self._known.items() if known[0] > later(now, -_KNOWN_FOR)}
        unknown = sorted(set(jobs) - self._known.keys())
        if unknown:
            latest = await self._store.latest(unknown, n=_OF_HISTORY, states=(State.SUCCEEDED,))
            for job in unknown:
                spans = [(run.started, run.finished) for run in latest.get(job, [])]
                lengths = [Duration(end - begin) for begin, end in spans if begin is not None and end is not None]
                self._known[job] = (now, usual_limit(lengths))
        return {job: self._known[job][1] for job in jobs}
