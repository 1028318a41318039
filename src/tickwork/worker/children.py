"""The warm children that make Python calls: one per folder of code and seat at most, kept, replaced and retired."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping

from tickwork.core.clock import Clock
from tickwork.crashpoint import crash_point
from tickwork.errors import LaunchFailed
from tickwork.worker.processes import CallSpec, ChildSpec, Gone, Over, Processes, ProcessEvent, Stop
from tickwork.worker.suspects import Suspects
from tickwork.worker.warm_child import WarmChild
from tickwork.worker.work import Home, Work

IDLE = 60.0
"""Seconds without a call after which a child is retired."""


class Children:
    """The pool. `on_event` gets what happens to a work, `on_stranded` the works of a child that ended before they
    began (with the reason why the first of them must not be tried again, if there is one)."""

    def __init__(
        self,
        *,
        processes: Processes,
        base: Mapping[str, str],
        limit: int,
        clock: Clock,
        on_event: Callable[[Work, ProcessEvent], None],
        on_stranded: Callable[[list[Work], str | None], None],
    ) -> None:
        self._processes = processes
        self._base = dict(base)
        self._limit = limit
        self._clock = clock
        self._on_event = on_event
        self._on_stranded = on_stranded
        self._tasks: asyncio.TaskGroup | None = None
        self._all: list[WarmChild] = []
        self._unsent: set[WarmChild] = set()
        self._suspects = Suspects()
        self.busy = 0
        """Children with calls: the seats that they take."""
        self.calls = 0
        """Calls that they hold altogether."""

    def open(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks

    # -- placing --

    def place(self, work: Work, *, seat_free: bool) -> bool:
        """Give the work to a child that makes several calls at a time and has a slot, to an idle child, to a new one
        if a seat is free, or behind short calls. An at_most_once run, and one of unknown length, never waits behind
        another."""
        home = work.home
        if home.shared:
            work.company = self._suspects.company_of(work)
            home = work.home
        child = self._with_a_slot(home)
        if child is None and seat_free:
            child = self._idle(home) or self._start(home)
        if child is None:
            child = self._least_loaded(work, home)
        if child is None:
            return False
        self._give(child, work)
        return True

    @property
    def free_slots(self) -> int:
        """In children that make several calls at a time, and make some."""
        return sum(max(child.slots - len(child.works), 0) for child in self._open if child.shared)

    def space(self, seconds: float) -> int:
        """The same for all that are busy."""
        return sum(child.space(seconds) for child in self._open)

    @property
    def _open(self) -> Iterator[WarmChild]:
        """The busy ones that are there for whatever comes."""
        return (child for child in self._all if child.works and child.home.company is None)

    def _with_a_slot(self, home: Home) -> WarmChild | None:
        if not home.shared:
            return None
        return next((child for child in self._of(home) if 0 < len(child.works) < child.slots), None)

    def _idle(self, home: Home) -> WarmChild | None:
        return next((child for child in self._of(home) if not child.works), None)

    def _least_loaded(self, work: Work, home: Home) -> WarmChild | None:
        best: WarmChild | None = None
        for child in self._all:
            if best is not None and len(child.works) >= len(best.works):
                continue  # nothing else needs to be known of it: this is asked for each call
            if child.home == home and child.has_room_for(work):
                best = child
        return best

    def _of(self, home: Home) -> Iterator[WarmChild]:
        return (child for child in self._all if child.home == home and not child.outdated)

    def _give(self, child: WarmChild, work: Work) -> None:
        self.busy += not child.works
        self.calls += 1
        child.take(work)

    def hand_out(self, work: Work) -> None:
        """Let a launched work be called with the next `send`."""
        assert work.child is not None
        assert isinstance(work.spec, CallSpec)
        work.child.outgoing.append(work.spec)
        self._unsent.add(work.child)

    def send(self) -> None:
        """One frame for each child with something new."""
        for child in tuple(self._unsent):
            if child.handle is not None:
                calls, child.outgoing = child.outgoing, []
                crash_point("worker.calls.before")
                child.handle.call(calls)
                self._unsent.discard(child)

    def let_go(self, work: Work) -> None:
        """It is over, or was not handed out and will not be: its child is free for the next."""
        assert work.child is not None
        self._drop(work.child, work)

    def _drop(self, child: WarmChild, work: Work) -> None:
        child.drop(work)
        self.calls -= 1
        if not child.works:
            self.busy -= 1
            child.idle_since = self._clock.monotonic()
            if child.outdated and child in self._all:
                self._retire(child)

    # -- children come and go --

    def _start(self, home: Home) -> WarmChild:
        idle = [child for child in self._all if not child.works]
        if len(self._all) >= self._limit and idle:
            self._retire(min(idle, key=lambda child: child.idle_since))
        child = WarmChild(home=home)
        self._all.append(child)
        assert self._tasks is not None, "open comes first"
        self._tasks.create_task(self._fork(child))
        return child

    async def _fork(self, child: WarmChild) -> None:
        home = child.home
        spec = ChildSpec(
            mode=home.mode,
            slots=child.slots,
            cwd=home.cwd,
            env=self._base if (account := home.terms.account) is None else self._base | account.env,
            path=() if home.path is None else (home.path,),
            terms=home.terms,
        )
        try:
            child.handle = await self._processes.child(spec, lambda event: self._heard(child, event))
        except (LaunchFailed, OSError) as error:
            self._bury(child, str(error))
            return
        if child.ending is not None:
            child.end(*child.ending)
        elif child in self._all:
            self.send()
            for work in child.works.values():
                work.repeat_stop()
        else:
            child.handle.retire()

    def _heard(self, child: WarmChild, event: ProcessEvent) -> None:
        if isinstance(event, Gone):
            why = event.why or "the Python child ended before it could begin a call; see the worker's own log"
            self._bury(child, why if not event.expected and not child.proven else None)
            return
        child.proven = True
        if child.shared and isinstance(event, Over):
            self._suspects.heard(event)
        self._on_event(child.works[event.run], event)

    def _bury(self, child: WarmChild, why: str | None) -> None:
        stranded = list(child.works.values())
        for work in stranded:
            self._drop(child, work)
        if child in self._all:
            self._all.remove(child)
        self._unsent.discard(child)
        self._on_stranded(stranded, why)

    def again(self, works: Iterable[Work], home: Home) -> None:
        """Another child for works that never began in the one that is gone. Those that were not handed out yet
        keep waiting for it."""
        child = self._start(home)
        for work in works:
            self._give(child, work)
            if work.launched:
                self.hand_out(work)

    def end_all(self, why: Stop, *, grace: float | None = None) -> None:
        """Stop those that have calls. Calls that did not begin are stranded."""
        for child in self._all:
            if child.works:
                child.end(why, grace)

    def retire_idle(self, *, longer_than: float = IDLE) -> None:
        now = self._clock.monotonic()
        for child in [c for c in self._all if not c.works and now - c.idle_since >= longer_than]:
            self._retire(child)

    def replace_all(self) -> None:
        """Calls from now on are made by children that are yet to be forked."""
        for child in tuple(self._all):
            if child.works:
                child.outdated = True
            else:
                self._retire(child)

    def _retire(self, child: WarmChild) -> None:
        self._all.remove(child)
        if child.handle is not None:
            child.handle.retire()
