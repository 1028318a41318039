"""The live feed of one node: hears what has changed in the store, from whichever process, and tells its clients."""

from collections.abc import Callable, Sequence

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.errors import Conflict
from tickwork.server.live.announcements import Announcements
from tickwork.server.live.audience import Audience
from tickwork.server.live.changes import Changes, run_message
from tickwork.server.live.events import Refused, Subscribed, encoded
from tickwork.server.live.roster import Roster
from tickwork.server.live.subscription import OF_A_RUN, Request, Sight, Subject, Subscription
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
        for topic in watcher.topics:
            self._audience.remove(topic, watcher)
        watcher.topics.clear()
        for run in list(watcher.places):
            watcher.close_log(run)
        self._watchers.discard(watcher)

    async def answer(self, watcher: Watcher, request: Request) -> None:
        """Subscribe and unsubscribe. What is there at this moment of runs, progress and workers is told at once; what
        is refused, too, and then how many subscriptions there are."""
        for one in request.unsubscribe:
            self._end(watcher, one)
        for one in request.subscribe:  # before anything is read: what changes from here on is told
            if len(watcher.topics) < MOST_SUBSCRIPTIONS:
                watcher.topics.add(one.topic)
                self._audience.add(one.topic, watcher)
        runs = await self._store.get_runs([RunId(one.id) for one in request.subscribe if one.to in OF_A_RUN])
        for one in request.subscribe:
            why = self._begin(watcher, one, runs.get(RunId(one.id)))
            if why:
                self._end(watcher, one)
                watcher.outbox.put(("refused", *one.topic), encoded(Refused(to=one.to, id=one.id, why=why)))
        watcher.outbox.put("subscribed", encoded(Subscribed(count=len(watcher.topics))))

    def _begin(self, watcher: Watcher, one: Subscription, run: Run | None) -> str | None:
        """Returns why not."""
        sight = watcher.sight
        if one.topic not in watcher.topics:
            return f"a client has at most {MOST_SUBSCRIPTIONS} subscriptions"
        match one.to:
            case Subject.RUN | Subject.LOG | Subject.PROGRESS:
                visible = run is not None and sight.run(run)
                return self._begin_run(watcher, one, run) if run is not None and visible else _missing("run", one.id)
            case Subject.PROJECT:
                return None if sight.definition(Kind.JOB, one.id) else _missing("project", one.id)
            case Subject.WORKERS:
                if not sight.workers():
                    return "not allowed"
                self.roster.welcome(watcher)
            case Subject.RUNS | Subject.JOB | Subject.DEFINITIONS:
                self.changes.wake()
        return None

    def _begin_run(self, watcher: Watcher, one: Subscription, run: Run) -> str | None:
        if one.to is Subject.RUN:
            watcher.outbox.put((Subject.RUN, run.id), run_message(run))
            self.changes.remember(run)
        elif one.to is Subject.PROGRESS:
            self.tails.gauge(run.id)
        else:
            return self._begin_log(watcher, one, run)
        return None

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
        watcher.topics.discard(one.topic)
        self._audience.remove(one.topic, watcher)
        if one.to is Subject.LOG:
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


def _missing(what: str, id: str) -> str:
    return f"there is no {what} {id!r}"
