"""Any order of verbs, by two schedulers and some workers of which some stall: the store does what the model does."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.model.ledger import BUSY, ModelLedger, ModelRun, ModelSession, Row, multiples
from tests.pruning import prune
from tickwork.core.clock import Instant, SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import Actor, Attempt, Fence, Gap, Origin, Overlap, Run
from tickwork.core.states import TERMINAL, Reason, State, Wait, is_legal
from tickwork.store.protocol import (
    Claim,
    Due,
    Finish,
    Fire,
    Kind,
    NewRun,
    Order,
    Put,
    RunFilter,
    ScheduleRow,
    Session,
    Start,
    Timetable,
    Unblock,
)
from tickwork.store.sqlite import SqliteStore

ANN = Actor(kind="person", name="ann")
JOBS, SCHEDULERS, WORKERS = ("a", "b"), ("one", "two"), 2
MAX_LOSSES, ON_TIME = 2, 6
ENDS = [
    (State.SUCCEEDED, None),
    (State.FAILED, Reason.EXIT),
    (State.QUEUED, None),
    (State.WAITING, None),
    (State.CANCELLED, Reason.USER),
]

VERDICTS = [
    (State.QUEUED, None),
    (State.SUCCEEDED, None),
    (State.FAILED, Reason.UPSTREAM),
    (State.SKIPPED, Reason.UP_TO_DATE),
]


class StoreMachine(RuleBasedStateMachine):
    """Seconds are plain numbers here; the store takes them as instants."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.model = ModelLedger()
        self.now = 1
        self.made = 0
        self.fences: list[Fence] = []
        self.claims: list[Claim] = []
        self.snapshots: dict[str, tuple[int, Due]] = {}
        self.seen: dict[str, int] = {}
        self.states: dict[str, State] = {}
        self.switch_version = 0
        self.open()

    def open(self) -> None:
        clock = SystemClock()
        self.store = SqliteStore(path=self.folder / "t.db", clock=clock, ids=Ids(clock=clock))
        self.wait(self.store.open())

    def wait(self, coroutine):
        return self.runner.run(coroutine)

    def teardown(self) -> None:
        self.wait(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def id(self) -> str:
        self.made += 1
        return f"{self.made:020}"

    @initialize()
    def two_jobs_and_two_workers(self) -> None:
        for job in JOBS:
            self.save_job(job, every=3, overlap=Overlap.SKIP, once=False, catch_up=True)
        for _ in range(WORKERS):
            self.open_session()

    # -- definitions --

    @rule(
        job=st.sampled_from(JOBS),
        every=st.integers(2, 9),
        overlap=st.sampled_from(Overlap),
        once=st.booleans(),
        catch_up=st.booleans(),
    )
    def save_job(self, job: str, every: int, overlap: Overlap, once: bool, catch_up: bool) -> None:
        """Add it, or edit it: what was due under the old revision is decided first."""
        self.made += 1  # so that no two bodies are equal
        fields = {"every": every, "overlap": overlap, "once": once, "catch_up": catch_up, "made": self.made}
        body = json.dumps(fields).encode()
        row, fires = self.fires_before_edit(job)
        change = Timetable(
            schedule=f"{job}#x",
            job=job,
            project="default",
            revision=None,
            cursor=Instant(self.now),
            due=Instant(multiples(every, self.now, self.now + every)[0]),
            expect=None if row is None else row.version + len(fires),
        )
        put = Put(kind=Kind.JOB, id=job, body=body)
        [revision] = self.wait(self.store.put([put], by=ANN, at=Instant(self.now), timetable=[change], fires=fires))
        version = self.wait(self.store.timetable([job]))[0].version
        if row is not None:
            assert version == row.version + len(fires) + 1
        self.model.rows[job] = Row(every, revision, self.now, version)

    def delete_job(self, job: str) -> None:
        row, fires = self.fires_before_edit(job)
        changes = []
        if row is not None:
            gone = {"due": None, "remove": True, "expect": row.version + len(fires), "cursor": row.cursor}
            changes = [Timetable(schedule=f"{job}#x", job=job, project="default", revision=None, **gone)]
        put = Put(kind=Kind.JOB, id=job, body=None)
        self.wait(self.store.put([put], by=ANN, at=Instant(self.now), timetable=changes, fires=fires))
        self.model.rows.pop(job, None)

    def fires_before_edit(self, job: str) -> tuple[ScheduleRow | None, list[Fire]]:
        rows = self.wait(self.store.timetable([job]))
        if not rows:
            return None, []
        [row] = rows
        document = self.wait(self.store.get(Kind.JOB, job, row.revision))
        fire = self.decide(row, document.body, self.now, paused=False)
        self.follow(fire, self.now, job)
        return row, [fire]

    def turn_switch(self, job: str, off: bool) -> None:
        self.made += 1
        put = Put(kind=Kind.SWITCH, id=f"job:{job}", body=str(self.made).encode() if off else None)
        before = self.wait(self.store.get(Kind.SWITCH, put.id))
        self.wait(self.store.put([put], by=ANN, at=Instant(self.now)))
        self.switch_version += off or before is not None

    # -- time and schedulers --

    @rule(seconds=st.integers(1, 30))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(name=st.sampled_from(SCHEDULERS))
    def scheduler_looks(self, name: str) -> None:
        due = self.wait(self.store.due(Instant(self.now), limit=10))
        assert due.switch_version == self.switch_version
        self.snapshots[name] = self.now, due

    @rule(name=st.sampled_from(SCHEDULERS))
    def scheduler_fires(self, name: str) -> None:
        """From what it saw, however long ago that was."""
        if name not in self.snapshots:
            self.scheduler_looks(name)
        then, due = self.snapshots.pop(name)
        off = {switch.id for switch in due.switches}
        fires = [self.decide(one.row, one.body, then, paused=f"job:{one.row.job}" in off) for one in due.rows]
        answers = self.wait(self.store.fire(fires, at=Instant(self.now), switch_version=due.switch_version))
        for one, fire, born in zip(due.rows, fires, answers, strict=True):
            row = self.model.rows.get(one.row.job)
            fits = row is not None and row.version == fire.expect and due.switch_version == self.switch_version
            assert (born is not None) == fits
            if fits:
                self.follow(fire, then, one.row.job)
                assert [child.run for child in born] == [new.run.id for new in fire.runs]

    def decide(self, row: ScheduleRow, body: bytes, now: int, *, paused: bool) -> Fire:
        job = json.loads(body)
        slots = multiples(job["every"], row.cursor, now)
        on_time = [slot for slot in slots if job["catch_up"] and not paused and now - slot <= ON_TIME]
        old = [slot for slot in slots if slot not in on_time]
        new = [self.new(row, job, slot) for slot in on_time]
        gaps = (self.gap(row, old, paused=paused),) if old else ()
        due = Instant(multiples(job["every"], now, now + job["every"])[0])
        return Fire(schedule=row.schedule, expect=row.version, cursor=Instant(now), due=due, runs=tuple(new), gaps=gaps)

    def new(self, row: ScheduleRow, job: dict, slot: int) -> NewRun:
        at = Instant(slot)
        run = Run(
            id=self.id(),
            job=row.job,
            project="default",
            revision=row.revision,
            origin=Origin.SCHEDULE,
            state=State.QUEUED,
            schedule=row.schedule,
            slot=at,
            nominal=str(slot),
            ready_at=at,
            once=job["once"],
            created=at,
        )
        return NewRun(run=run, overlap=Overlap(job["overlap"]))

    def gap(self, row: ScheduleRow, slots: list[int], *, paused: bool) -> Gap:
        state, reason = (State.SKIPPED, Reason.PAUSED) if paused else (State.MISSED, Reason.DOWN)
        grows = row.gap is not None and row.gap.reason is reason
        return Gap(
            id=row.gap.id if grows else self.id(),
            schedule=row.schedule,
            job=row.job,
            project="default",
            revision=row.revision,
            first=row.gap.first if grows else Instant(slots[0]),
            last=Instant(slots[-1]),
            count=len(slots),
            state=state,
            reason=reason,
            created=Instant(self.now),
        )

    def follow(self, fire: Fire, until: int, job: str) -> None:
        """The model does what an accepted fire says."""
        self.model.advance(job, until)
        for new in fire.runs:
            run = new.run
            fields = {"id": run.id, "job": run.job, "ready_at": run.ready_at, "once": run.once}
            self.model.bear(ModelRun(overlap=new.overlap, **fields), self.now, asked=False)

    # -- people --

    @rule(
        job=st.sampled_from(JOBS),
        overlap=st.sampled_from(Overlap),
        delay=st.sampled_from([0, 9]),
        priority=st.integers(0, 1),
    )
    def somebody_runs_a_job(self, job: str, overlap: Overlap, delay: int, priority: int) -> None:
        if job not in self.model.rows:
            self.save_job(job, every=4, overlap=overlap, once=False, catch_up=True)
        ready_at, now = Instant(self.now + delay), Instant(self.now)
        run = Run(
            id=self.id(),
            job=job,
            project="default",
            revision=self.model.rows[job].revision,
            origin=Origin.MANUAL,
            state=State.QUEUED,
            ready_at=ready_at,
            priority=priority,
            created=now,
        )
        [born] = self.wait(self.store.enqueue([NewRun(run=run, overlap=overlap)], at=now))
        self.model.bear(
            ModelRun(id=run.id, job=job, overlap=overlap, ready_at=ready_at, priority=priority), self.now, asked=True
        )
        assert born.state is self.model.runs[run.id].state
        [again] = self.wait(self.store.enqueue([NewRun(run=run, overlap=overlap)], at=now))
        assert again.existing

    @rule(job=st.sampled_from(JOBS), overlap=st.sampled_from(Overlap))
    def a_run_is_born_that_waits_for_others(self, job: str, overlap: Overlap) -> None:
        if job not in self.model.rows:
            self.save_job(job, every=4, overlap=overlap, once=False, catch_up=True)
        now = Instant(self.now)
        run = Run(
            id=self.id(),
            job=job,
            project="default",
            revision=self.model.rows[job].revision,
            origin=Origin.GRAPH,
            state=State.WAITING,
            wait=Wait.UPSTREAM,
            ready_at=now,
            created=now,
        )
        [born] = self.wait(self.store.enqueue([NewRun(run=run, overlap=overlap)], at=now))
        assert born.state is State.WAITING
        fields = {"id": run.id, "job": job, "overlap": overlap, "ready_at": now}
        self.model.runs[run.id] = ModelRun(state=State.WAITING, wait=Wait.UPSTREAM, **fields)

    @precondition(lambda self: self.model.runs)
    @rule(data=st.data(), verdict=st.sampled_from(VERDICTS), asked=st.booleans())
    def promoter_unblocks(self, data: st.DataObject, verdict: tuple[State, Reason | None], asked: bool) -> None:
        """A run that waits for others, or (as after a look of long ago) one that does not any more."""
        waiting = [run.id for run in self.model.runs.values() if run.wait is Wait.UPSTREAM]
        run = self.model.runs[data.draw(st.sampled_from(sorted(waiting or self.model.runs)))]
        state, reason = verdict
        item = Unblock(run=run.id, state=state, reason=reason, overlap=run.overlap, asked=asked)
        [now] = self.wait(self.store.unblock([item], at=Instant(self.now)))
        assert now is self.model.unblock(run, state, reason, self.now, asked=asked)

    @precondition(lambda self: self.model.runs)
    @rule(data=st.data())
    def somebody_cancels(self, data: st.DataObject) -> None:
        run = self.model.runs[data.draw(st.sampled_from(sorted(self.model.runs)))]
        self.wait(self.store.cancel([run.id], reason=Reason.USER, note="ann", at=Instant(self.now)))
        self.model.cancel(run, self.now)

    # -- workers --

    def some_session(self) -> st.SearchStrategy[str]:
        """One of those that live, or the last one that was settled."""
        sessions = self.model.sessions
        dead = [name for name, session in sessions.items() if session.ended]
        return st.sampled_from([name for name in sessions if name not in dead] + dead[-1:])

    def open_session(self) -> None:
        name = f"session {len(self.model.sessions)}"
        self.model.sessions[name] = ModelSession()
        fields = {"version": "", "containment": "", "host": "", "pid": 1, "concurrency": 2, "lease": 15.0}
        at = Instant(self.now)
        opened = Session(id=name, worker=name, pools=("default",), opened=at, seen=at, **fields)
        self.wait(self.store.open_session(opened))

    @rule(data=st.data(), n=st.integers(1, 3), starts=st.booleans())
    def worker_claims(self, data: st.DataObject, n: int, starts: bool) -> None:
        if not self.model.claimable(self.now, 1):
            self.somebody_runs_a_job("a", Overlap.ALLOW, 0, 0)
        self.claim(data.draw(self.some_session()), n, starts=starts)

    def claim(self, session: str, n: int, *, starts: bool) -> None:
        claims = self.wait(self.store.claim(session, pools=["default"], n=n, at=Instant(self.now)))
        expected = [] if self.model.sessions[session].ended else self.model.claimable(self.now, n)
        assert [claim.run.id for claim in claims] == [run.id for run in expected]
        for claim, run in zip(claims, expected, strict=True):
            assert not self.fences or claim.fence > self.fences[-1]
            self.fences.append(claim.fence)
            run.state, run.session, run.fence = State.CLAIMED, session, claim.fence.n
        self.claims += claims
        for claim in claims if starts else ():
            self.start(claim)

    @rule(data=st.data())
    def worker_starts(self, data: st.DataObject) -> None:
        """Perhaps late: then it is refused."""
        self.start(self.some_claim(data))

    def some_claim(self, data: st.DataObject) -> Claim:
        """Of all that some worker still believes to hold."""
        if not self.claims:
            self.somebody_runs_a_job("b", Overlap.ALLOW, 0, 1)
            living = next(name for name, session in self.model.sessions.items() if not session.ended)
            self.claim(living, 3, starts=True)
        return data.draw(st.sampled_from(self.claims))

    def start(self, claim: Claim) -> None:
        lost = self.wait(self.store.start([Start(run=claim.run.id, fence=claim.fence, at=Instant(self.now))]))
        run = self.model.holder(claim.run.id, claim.fence.n)
        assert bool(lost) == (run is None)
        if run is not None and run.state is State.CLAIMED:
            run.state, run.attempt = State.RUNNING, run.attempt + 1

    @rule(data=st.data(), end=st.sampled_from(ENDS), delay=st.integers(0, 9))
    def worker_reports_an_end(self, data: st.DataObject, end: tuple[State, Reason | None], delay: int) -> None:
        """Of any claim it ever had, as after a long stall."""
        claim, (state, reason) = self.some_claim(data), end
        run = self.model.holder(claim.run.id, claim.fence.n)
        if run is not None and not is_legal(run.state, state, reason):
            return
        attempt = run.attempt if run is not None else 77
        lost = self.wait(self.store.finish([self.finish(claim, state, reason, attempt, delay)]))
        assert bool(lost) == (run is None)
        if run is None:
            return
        self.claims.remove(claim)
        if state in TERMINAL:
            run.end(state, reason, self.now)
        else:
            wait = Wait.DEFERRED if state is State.WAITING else None
            run.go_on(state, self.now, ready_at=self.now + delay, wait=wait)

    def finish(self, claim: Claim, state: State, reason: Reason | None, attempt: int, delay: int) -> Finish:
        ended = Attempt(
            run=claim.run.id,
            n=attempt,
            fence=claim.fence,
            session=claim.run.session,
            worker="w",
            started=None,
            finished=Instant(self.now),
            outcome=state,
            reason=reason,
        )
        wait = Wait.DEFERRED if state is State.WAITING else None
        ready_at = None if state in TERMINAL else Instant(self.now + delay)
        fields = {"run": claim.run.id, "fence": claim.fence, "wait": wait, "ready_at": ready_at}
        return Finish(state=state, reason=reason, attempt=ended, **fields)

    @rule(data=st.data())
    def worker_releases(self, data: st.DataObject) -> None:
        claim = self.some_claim(data)
        lost = self.wait(self.store.release([(claim.run.id, claim.fence)], at=Instant(self.now)))
        run = self.model.holder(claim.run.id, claim.fence.n)
        claimed = run is not None and run.state is State.CLAIMED
        assert bool(lost) == (not claimed)
        if claimed:
            run.go_on(State.QUEUED, self.now)

    @rule(data=st.data())
    def worker_beats(self, data: st.DataObject) -> None:
        self.beat(data.draw(self.some_session()))

    def beat(self, name: str) -> None:
        session = self.model.sessions[name]
        orders = self.wait(self.store.beat(name, at=Instant(self.now)))
        assert orders.lost == session.ended
        session.beat += not session.ended
        wanted = {run.id for run in self.model.runs.values() if run.session == name and run.cancel is not None}
        assert {run for run, _, _ in orders.cancels} == wanted

    # -- the node --

    @rule(data=st.data(), looks=st.booleans(), beats=st.booleans(), max_losses=st.integers(1, MAX_LOSSES))
    def reaper_settles(self, data: st.DataObject, looks: bool, beats: bool, max_losses: int) -> None:
        """By the beat that it saw last, which may be long ago: a worker that beat since is alive. A worker that was
        settled opens a new session; its old claims are still in its hands."""
        if looks or not self.seen:
            self.seen = {session.id: session.beat for session in self.wait(self.store.sessions())}
            assert self.seen == {name: s.beat for name, s in self.model.sessions.items() if not s.ended}
        name = data.draw(st.sampled_from(sorted(self.seen)))
        if beats:
            self.beat(name)
        beat, at = self.seen[name], Instant(self.now)
        runs = self.wait(self.store.settle(name, beat=beat, max_losses=max_losses, at=at, note="gone"))
        assert (runs is not None) == self.model.settle(name, beat, max_losses, self.now)
        if runs is not None:
            self.open_session()

    @rule()
    def promoter_ticks(self) -> None:
        self.wait(self.store.promote(at=Instant(self.now)))
        self.model.promote(self.now)
        events = self.wait(self.store.outbox(limit=1000))
        assert {event.run for event in events} == {run.id for run in self.model.runs.values() if run.event}
        self.wait(self.store.consume([event.seq for event in events]))
        for event in events:
            self.model.runs[event.run].event = False

    def pruner_ticks(self, keep: int, age: int, limit: int) -> None:
        runs, gaps = self.everything()
        allowed = self.model.prunable(self.now - age, keep)
        pruned = self.wait(prune(self.store, before=Instant(self.now - age), keep=keep, limit=limit))
        runs_left, gaps_left = self.everything()
        gone = runs.keys() - runs_left.keys()
        gone_gaps = [gap for id_, gap in gaps.items() if id_ not in gaps_left]
        assert gone <= allowed
        assert len(gone) == min(limit, len(allowed))
        assert pruned == len(gone) + len(gone_gaps) <= limit
        for id_ in gone:
            del self.model.runs[id_]
            if runs[id_].slot is not None:
                self.model.slots[runs[id_].job].remove(runs[id_].slot)
        for gap in gone_gaps:
            assert gap.last < self.now - age
            self.model.slots[gap.job] -= set(self.expanded(gap))

    @rule(data=st.data(), what=st.sampled_from(["crash", "prune", "delete", "switch"]))
    def something_rare_happens(self, data: st.DataObject, what: str) -> None:
        """One rule for all of them, so that the others get their turns."""
        match what:
            case "crash":
                self.everything_crashes_and_comes_back()
            case "prune":
                keep, age, limit = data.draw(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 20)))
                self.pruner_ticks(keep, age, limit)
            case "delete":
                self.delete_job(data.draw(st.sampled_from(JOBS)))
            case _:
                self.turn_switch(data.draw(st.sampled_from(JOBS)), data.draw(st.booleans()))

    def everything_crashes_and_comes_back(self) -> None:
        """Nobody says goodbye: sessions, claims and what a scheduler has seen stay as they are."""
        self.wait(self.store.close())
        self.open()

    # -- what always holds --

    def everything(self) -> tuple[dict[str, Run], dict[str, Gap]]:
        runs = self.wait(self.store.runs(RunFilter(order=Order.OLDEST), limit=100_000))
        gaps = self.wait(self.store.gaps(limit=100_000))
        return {run.id: run for run in runs}, {gap.id: gap for gap in gaps}

    def expanded(self, gap: Gap) -> list[int]:
        document = self.wait(self.store.get(Kind.JOB, gap.job, gap.revision))
        return multiples(json.loads(document.body)["every"], gap.first - 1, gap.last)

    @invariant()
    def the_store_is_where_the_model_is(self) -> None:
        runs, gaps = self.everything()
        assert {id_: self.visible(run) for id_, run in runs.items()} == {
            id_: run.visible() for id_, run in self.model.runs.items()
        }
        self.every_slot_is_accounted_for_once(runs, gaps)
        self.only_legal_steps_were_taken(runs)
        for job in JOBS:
            mine = [run for run in self.model.runs.values() if run.job == job and run.state in BUSY]
            assert len([run for run in mine if run.overlap is not Overlap.ALLOW]) <= 1
        assert all(run.losses <= MAX_LOSSES for run in runs.values())

    def visible(self, run: Run) -> tuple:
        cancel = None if run.cancel is None else Reason(run.cancel.partition("|")[0])
        fence = None if run.fence is None else run.fence.n
        return (run.state, run.reason, run.wait, run.attempt, run.losses, run.session, fence, cancel)

    def every_slot_is_accounted_for_once(self, runs: dict[str, Run], gaps: dict[str, Gap]) -> None:
        entries: dict[str, list[int]] = {job: [] for job in JOBS}
        for run in runs.values():
            if run.slot is not None:
                entries[run.job].append(run.slot)
        for gap in gaps.values():
            slots = self.expanded(gap)
            assert len(slots) == gap.count
            entries[gap.job] += slots
        for job, slots in entries.items():
            assert sorted(slots) == sorted(self.model.slots.get(job, set()))

    def only_legal_steps_were_taken(self, runs: dict[str, Run]) -> None:
        """What ended stays ended (each single step is checked by the database itself)."""
        for id_, state in self.states.items():
            assert state not in TERMINAL or id_ not in runs or runs[id_].state is state
        self.states = {id_: run.state for id_, run in runs.items()}


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=60, stateful_step_count=70, deadline=None, suppress_health_check=list(HealthCheck)
)
