"""Where the runs of this worker are, from the claim to the end. What happens to each goes into the reports."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from tickwork.core.clock import SECOND, Clock, Instant
from tickwork.core.model import Fence, Outcome
from tickwork.crashpoint import crash_point
from tickwork.errors import LaunchFailed
from tickwork.store.protocol import Claim, Orders
from tickwork.telemetry import Notice, Telemetry
from tickwork.worker.children import Children
from tickwork.worker.executor import Executor, Prepared
from tickwork.worker.lease import Lease
from tickwork.worker.link import Receipt, Report
from tickwork.worker.paces import BATCH, Allowance, Paces, depth
from tickwork.worker.process.outcomes import lost, not_launched
from tickwork.worker.processes import (
    Began,
    Gone,
    Logged,
    Over,
    Processes,
    ProcessEvent,
    Progressed,
    SpawnSpec,
    Stop,
)
from tickwork.worker.spool import Item
from tickwork.worker.telling import (
    CANCELLED,
    about_to_begin,
    begun,
    ended,
    logged,
    never_began,
    progressed,
    released,
)
from tickwork.worker.work import Work

_SLOTS_PAUSE = 0.5
"""Seconds. Which runs a claim brings is not known before: those that need a seat where there is none go back."""


class Floor:
    """Seats, and the works on them. `tell` takes what is to be reported; `freed` is called when there is room."""

    def __init__(
        self,
        *,
        processes: Processes,
        executor: Executor,
        lease: Lease,
        seats: int,
        clock: Clock,
        telemetry: Telemetry,
        tell: Callable[[Item], None],
        freed: Callable[[], None],
    ) -> None:
        self._processes = processes
        self._executor = executor
        self._lease = lease
        self._seats = seats
        self._clock = clock
        self._telemetry = telemetry
        self._tell = tell
        self._freed = freed
        self._paces = Paces()
        self._allowance = Allowance(seats=seats)
        self._works: dict[Fence, Work] = {}
        self._programs = 0
        """Seats taken by runs that are programs of their own."""
        self._held_back: list[Work] = []
        """Their start is in the ledger, but the lease had run out: they begin when it is renewed."""
        self._slots_not_before = 0.0
        """Until then nothing is claimed for the free slots of shared children: what came the last time needed seats."""
        self._closing = False
        self._tasks: asyncio.TaskGroup | None = None
        self.empty = asyncio.Event()
        self.empty.set()
        self.children = Children(
            processes=processes,
            base=executor.base,
            limit=seats,
            clock=clock,
            on_event=self._heard,
            on_stranded=self._stranded,
        )

    def open(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self.children.open(tasks)

    # -- taking claims --

    @property
    def room(self) -> int:
        """How many claims to ask for."""
        room = self.room_behind(0)
        if self._clock.monotonic() < self._slots_not_before:
            return room
        return min(room + self.children.free_slots, BATCH)

    def room_behind(self, coming: int) -> int:
        """The same, without the free slots, while so many are about to begin (which are short calls, if they were asked
        for beyond the seats)."""
        free = max(self._seats - self._taken, 0)
        to_wait = max(coming - free, 0)
        waiting = self.children.calls - self.children.busy + to_wait
        space = self.children.space(self._allowance.typical) + free * depth(self._allowance.typical) - coming
        return self._allowance.room(free=max(free - coming, 0), waiting=waiting, space=space)

    @property
    def _taken(self) -> int:
        return self._programs + self.children.busy

    def accept(self, claims: Sequence[Claim], *, asked: int) -> None:
        """Begin these claims. One that finds neither seat nor queue goes back."""
        short = no_seat = 0
        seconds = 0.0
        for claim in claims:
            match self._executor.prepare(claim):
                case Prepared() as prepared:
                    work = Work(claim=claim, prepared=prepared, expected=self._paces.expected(prepared.job.id))
                    if work.short:
                        short += 1
                        seconds += work.expected
                    if not self._seat(work):
                        no_seat += not work.short
                        self._tell(released(claim))
                case Outcome() as outcome:
                    self._tell(never_began(claim, outcome, self._clock.now()))
        self.children.send()
        if no_seat:
            self._slots_not_before = self._clock.monotonic() + _SLOTS_PAUSE
        other = len(claims) - short
        self._allowance.learn(asked=asked, short=short, seconds=seconds, other=other, no_seat=no_seat)

    def _seat(self, work: Work) -> bool:
        seat_free = self._taken < self._seats
        if isinstance(work.spec, SpawnSpec):
            if not seat_free:
                return False
            self._programs += 1
        elif not self.children.place(work, seat_free=seat_free):
            return False
        self._works[work.fence] = work
        self.empty.clear()
        if work.once:
            self._tell(about_to_begin(work, self._clock.now()))  # `delivered` launches it
        else:
            self._launch(work)
        return True

    # -- launching --

    def _launch(self, work: Work) -> None:
        work.launched = True
        if isinstance(work.spec, SpawnSpec):
            assert self._tasks is not None, "open comes first"
            self._tasks.create_task(self._spawn(work, work.spec))
        elif work.child is None:
            self.children.again([work], work.home)
        else:
            self.children.hand_out(work)

    async def _spawn(self, work: Work, spec: SpawnSpec) -> None:
        crash_point("worker.launch.before")
        try:
            work.supervised = await self._processes.spawn(spec, partial(self._heard, work))
        except (LaunchFailed, OSError) as error:
            self._end(work, not_launched(str(error)), self._clock.now())
            return
        crash_point("worker.launch.after")
        if work.fence in self._works:
            work.repeat_stop()

    def delivered(self, batch: Report, receipt: Receipt) -> None:
        """Drop what was lost; launch what had to be in the ledger first."""
        for claim in receipt.lost:
            if (work := self._works.get(claim.fence)) is not None:
                self._forget(work)
        for start in batch.starts:
            work = self._works.get(start.fence)
            if work is not None and work.once and work.start_kept is None:
                work.start_kept = start.at
                self._held_back.append(work)
        self._go_on()

    def _go_on(self) -> None:
        """Launch what was held back, unless the lease has run out (then its renewal comes back here)."""
        if not self._held_back or not self._lease.may_begin():
            return
        works, self._held_back = self._held_back, []
        for work in works:
            if work.fence not in self._works:
                continue  # lost while it waited
            if work.stop is None:
                self._launch(work)
            else:
                self._end(
                    work, CANCELLED if work.stop is Stop.CANCEL else lost("the worker was stopped"), self._clock.now()
                )
        self.children.send()

    # -- what the processes say --

    def _heard(self, work: Work, event: ProcessEvent) -> None:
        match event:
            case Began():
                self._began(work, event)
            case Logged() if not work.forgotten:
                self._tell(logged(work, event))
            case Progressed() if not work.forgotten:
                self._tell(progressed(work, event))
            case Over():
                self._over(work, event)
            case Logged() | Progressed() | Gone():
                pass  # a lost claim may write nothing; the end of a child is its pool's matter

    def _began(self, work: Work, event: Began) -> None:
        work.began = event.at
        if work.start_kept is None and not work.forgotten:
            self._tell(begun(work, event))

    def _over(self, work: Work, event: Over) -> None:
        crash_point("worker.event.over")
        if work.began is not None and work.child is not None:
            self._paces.observe(work.job.id, work.child.took(work, event.at))
        if event.survivors:
            pids = ", ".join(map(str, event.survivors))
            self._telemetry.emit(Notice(text=f"run {event.run} left processes behind: {pids}"))
        self._end(work, event.outcome, event.at)

    def _end(self, work: Work, outcome: Outcome, at: Instant) -> None:
        self._leave(work)
        if not work.forgotten:
            self._tell(ended(work, outcome, at))

    def _leave(self, work: Work) -> None:
        del self._works[work.fence]
        if isinstance(work.spec, SpawnSpec):
            self._programs -= 1
        elif work.child is not None:
            self.children.let_go(work)
        if not self._works:
            self.empty.set()
        self._freed()

    def _stranded(self, works: list[Work], why: str | None) -> None:
        """Their child is gone. Those that never began are called in another one; `why` the first cannot be."""
        again = []
        for work in works:
            if work.once and not work.launched:
                continue  # `delivered` finds it a child
            outcome = self._outcome_of_stranded(work)
            if outcome is None and why is not None:
                outcome, why = not_launched(why), None
            if outcome is None:
                again.append(work)
            else:
                self._end(work, outcome, self._clock.now())
        if again:
            self.children.again(again, again[0].home)

    def _outcome_of_stranded(self, work: Work) -> Outcome | None:
        if work.stop is Stop.CANCEL:
            return CANCELLED
        must_end = work.began is not None or work.stop is not None or self._closing or not self._lease.may_begin()
        return lost("its Python child ended") if must_end else None

    # -- orders and the end --

    def obey(self, orders: Orders) -> None:
        """With each renewal: stop what was cancelled, begin what waited for the lease, let idle children go."""
        for _run, fence, _request in orders.cancels:
            work = self._works.get(fence)
            if work is not None and work.stop is None:
                work.ask_to_end(Stop.CANCEL)
        self._go_on()
        self.children.retire_idle()

    def forget_all(self) -> int:
        """The session is lost, and every claim with it. Returns how many there were."""
        works = list(self._works.values())
        for work in works:
            self._forget(work)
        self.children.end_all(Stop.LEASE, grace=0)
        return len(works)

    def _forget(self, work: Work) -> None:
        work.forgotten = True
        if work.launched:
            work.ask_to_end(Stop.LEASE, grace=0)
        else:
            self._leave(work)

    def end_all(self, *, grace: float | None = None) -> float:
        """Stop every run, with its own grace or the given one; nothing begins any more. Returns the longest grace."""
        self._closing = True
        for work in list(self._works.values()):
            work.ask_to_end(work.stop or Stop.WORKER_STOP, grace=grace)
        self.children.end_all(Stop.WORKER_STOP, grace=grace)
        return max((work.job.grace / SECOND for work in self._works.values()), default=0.0)

    def __len__(self) -> int:
        return len(self._works)
