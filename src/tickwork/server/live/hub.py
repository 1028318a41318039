"""The live feed of one node: hears what has changed in the store, from whichever process, and tells its clients."""

from collections.abc import Callable, Mapping, Sequence

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.errors import Conflict
from tickwork.server.live.announcements import Announcements
from tickwork.server.live.audience import Audience
from tickwork.server.live.changes import Changes, run_message
from tickwork.server.live.events import Refused, Subscribed, encoded
from tickwork.server.live.roster import Roster
from tickwork.server.live.subscription import Request, Sight, Subject, Subscription
from tickwork.server.live.tails import Tails
from tickwork.server.live.watcher import Watcher
from tickwork.service import Service
from tickwork.store.protocol import Kind, Store
from tickwork.telemetry import Telemetry

MOST_WATCHERS = 1000
MOST_SUBSCRIPTIONS = 100
"""Of one client …"""
MOST_LOGS = 10
"""… and of these, logs."""


class Hub:
    """One per node. Its `services` run beside the node's others; without them nobody is told anything."""

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry) -> None:
        self._store = store
        self._announcements = Announcements()
        self._watchers: set[Watcher] = set()
        audience = self._audience = Audience()
        self.changes = Changes(store=store, clock=clock, telemetry=telemetry, audience=audience, follow=self._follow)
        self.tails = Tails(store=store, clock=clock, telemetry=telemetry, audience=audience)
        self.roster = Roster(store=store, clock=clock, telemetry=telemetry, audience=audience)

    @property
    def services(self) -> Sequence[Service]:
        return (self.changes, self.tails, self.roster)

    # -- clients --

    def join(self, sight: Sight) -> Watcher:
        """A new client. Raises `Conflict` where there are too many."""
        if len(self._watchers) >= MOST_WATCHERS:
            raise Conflict(f"{MOST_WATCHERS} clients are connected to this server already; try again later")
        watcher = Watcher(sight=sight)
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        for key in watcher.keys:
            self._audience.remove(key, watcher)
        watcher.keys.clear()
        for run in list(watcher.places):
            watcher.close_log(run)
        self._watchers.discard(watcher)

    async def answer(self, watcher: Watcher, request: Request) -> None:
        """Subscribe and unsubscribe. What is there at this moment of runs, progress and workers is told at once; what
        is refused, too, and then how many subscriptions there are."""
        for one in request.unsubscribe:
            self._end(watcher, one)
        for one in request.subscribe:  # before anything is read: what changes from here on is told
            if len(watcher.keys) < MOST_SUBSCRIPTIONS:
                watcher.keys.add(one.key)
                self._audience.add(one.key, watcher)
        runs = await self._store.get_runs([RunId(one.id) for one in request.subscribe if one.id is not None])
        for one in request.subscribe:
            why = self._begin(watcher, one, runs)
            if why is not None:
                self._end(watcher, one)
                watcher.outbox.put(("refused", one.key), encoded(Refused(subscription=one, why=why)))
        watcher.outbox.put("subscribed", encoded(Subscribed(count=len(watcher.keys), messages=watcher.messages)))

    def _begin(self, watcher: Watcher, one: Subscription, runs: Mapping[RunId, Run]) -> str | None:
        """Returns why not."""
        sight, (subject, name) = watcher.sight, one.key
        if one.key not in watcher.keys:
            return f"a client has at most {MOST_SUBSCRIPTIONS} subscriptions"
        match subject:
            case Subject.RUN | Subject.LOG:
                run = runs.get(RunId(name))
                if run is None or not sight.run(run):
                    return f"there is no run {name!r}"
                return self._begin_run(watcher, one, run)
            case Subject.PROJECT if not sight.definition(Kind.JOB, name):
                return f"there is no project {name!r}"
            case Subject.WORKERS if not sight.workers():
                return "not allowed"
            case Subject.WORKERS:
                self.roster.welcome(watcher)
            case Subject.RUNS | Subject.PROJECT | Subject.JOB | Subject.DEFINITIONS:
                self.changes.wake()
        return None

    def _begin_run(self, watcher: Watcher, one: Subscription, run: Run) -> str | None:
        why = self._begin_log(watcher, one, run) if one.log else None
        if why is None:
            watcher.outbox.put((Subject.RUN, run.id), run_message(run))
            self.changes.remember(run)
            self.tails.gauge(run.id)
        return why

    def _begin_log(self, watcher: Watcher, one: Subscription, run: Run) -> str | None:
        watcher.close_log(run.id)
        if len(watcher.places) >= MOST_LOGS:
            return f"a client reads at most {MOST_LOGS} logs"
        at = (max(run.attempt, 1), -1) if one.attempt is None else (one.attempt, one.after)
        try:
            watcher.places[run.id] = self.tails.place(run, wake=watcher.wake, at=at)
        except Conflict as error:
            return str(error)
        watcher.wake.set()
        return None

    def _end(self, watcher: Watcher, one: Subscription) -> None:
        watcher.keys.discard(one.key)
        self._audience.remove(one.key, watcher)
        if one.log and one.id is not None:
            watcher.close_log(RunId(one.id))

    # -- the store --

    def _follow(self) -> Callable[[], None]:
        return self._store.follow(self._hear)

    def _hear(self, payload: bytes) -> None:
        told = self._announcements.read(payload)
        if told is None:
            return
        if self._watchers:
            self.changes.hear(told)
        if told.workers or told.many:
            self.roster.hint()
        if told.many:
            self.tails.hint_all()
        else:
            self.tails.hint((*told.logs, *told.runs))
