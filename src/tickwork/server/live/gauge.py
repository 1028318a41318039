"""The progress of one run, read once for all who follow it."""

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.core.states import TERMINAL
from tickwork.operations.tracking import progress_view
from tickwork.server.live.audience import Audience
from tickwork.server.live.events import ProgressMade, encoded
from tickwork.server.live.followed import Followed
from tickwork.store.protocol import BarRow, Store


class Gauge(Followed):
    """`fresh`: somebody new has to be told what there is, even if it has not changed."""

    def __init__(self, *, store: Store, clock: Clock, audience: Audience, id: RunId) -> None:
        super().__init__(id=id)
        self.fresh = True
        self._store = store
        self._clock = clock
        self._audience = audience
        self._rows: list[BarRow] = []

    @property
    def watched(self) -> bool:
        return bool(self._audience.of_id(self.id))

    async def look(self, run: Run | None) -> bool:
        self.run = run
        if run is not None:
            fresh, self.fresh = self.fresh, False
            rows = await self._store.read_progress(run.id)
            if rows != self._rows or fresh:
                self._rows = rows
                self._tell(run)
        return False

    def _tell(self, run: Run) -> None:
        view = progress_view(self._rows, now=None if run.state in TERMINAL else self._clock.now())
        if view is None:
            return
        message = encoded(ProgressMade(run=run.id, progress=view))
        for watcher in self._audience.of_id(run.id):
            if watcher.sight.run(run):
                watcher.outbox.put(("progress", run.id), message)
