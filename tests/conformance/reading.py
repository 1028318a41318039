"""Reading the ledger page by page, and pruning it."""

from msgspec.structs import replace

from tests.conformance.world import ANN, World, at, timetable
from tests.pruning import prune
from tickwork.core.clock import Duration
from tickwork.core.ids import Ids, JobId, RunId
from tickwork.core.model import Origin
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import Chunk, Kind, LogWrite, Order, Outdated, Put, RunFilter, Stream
from tickwork.testing.clock import FakeClock


class Reading:
    async def ids(self, world: World, page: dict | None = None, **where) -> list[str]:
        return [run.id for run in await world.store.runs(RunFilter(**where), **(page or {}))]

    async def test_an_unknown_run_is_none(self, world: World) -> None:
        assert await world.store.run("ghost") is None
        assert await world.store.attempts("ghost") == []
        assert await world.store.read_log("ghost") == []

    async def test_runs_are_got_by_their_ids(self, world: World) -> None:
        session = await world.session()
        done, queued = await world.succeeded(session), await world.queued()
        got = await world.store.get_runs([queued, "ghost", done, queued])
        assert got == {queued: await world.run(queued), done: await world.run(done)}
        assert await world.store.get_runs([]) == {}

    async def test_what_a_session_holds_is_got_with_its_fences(self, world: World) -> None:
        mine, other = await world.session(), await world.session("other")
        await world.succeeded(mine)
        running = await world.running(mine)
        await world.running(other)
        claimed_id = await world.queued()
        (claimed,) = await world.claim(mine)
        held = await world.store.held_by(mine)
        assert [(run.id, run.fence) for run in held] == [(running.run.id, running.fence), (claimed_id, claimed.fence)]
        assert await world.store.held_by("ghost") == []

    async def test_runs_are_found_by_the_beginning_of_their_ids(self, world: World) -> None:
        for id_ in ("abc1", "abc2", "abd1"):
            await world.queued(id=id_)
        assert await world.store.resolve("abc") == ["abc1", "abc2"]
        assert await world.store.resolve("ab", limit=9) == ["abc1", "abc2", "abd1"]
        assert await world.store.resolve("abc1") == ["abc1"]
        assert await world.store.resolve("x") == []

    async def test_runs_come_in_the_asked_order_page_by_page(self, world: World) -> None:
        ids = [await world.queued() for _ in range(5)]
        for where in ({}, {"job": "backup"}, {"states": (State.QUEUED,)}):
            for order, expected in ((Order.NEWEST, ids[::-1]), (Order.OLDEST, ids)):
                seen: list[str] = []
                while page := await self.ids(
                    world, {"after": seen[-1] if seen else None, "limit": 2}, order=order, **where
                ):
                    seen += page
                assert seen == expected

    async def test_all_conditions_of_a_filter_hold(self, world: World) -> None:
        await world.job("other")
        session = await world.session()
        done = await world.succeeded(session, created=at(10))
        held = (await world.running(session, created=at(11))).run.id
        waiting = await world.queued(state=State.WAITING, wait=Wait.UPSTREAM, created=at(12))
        queued = await world.queued("other", project="etl", created=at(13), schedule="other#x")
        assert await self.ids(world, job="backup") == [waiting, held, done]
        assert await self.ids(world, projects=("etl",)) == [queued]
        assert await self.ids(world, states=(State.SUCCEEDED, State.RUNNING)) == [held, done]
        assert await self.ids(world, states=(State.RUNNING, State.WAITING)) == [waiting, held]
        assert await self.ids(world, states=(State.RUNNING, State.QUEUED), job="other") == [queued]
        assert await self.ids(world, states=(State.SUCCEEDED,), job="other") == []
        assert await self.ids(world, schedule="other#x") == [queued]
        assert await self.ids(world, since=at(11), until=at(13)) == [waiting, held]
        assert await self.ids(world, since=at(11), until=at(12), states=(State.RUNNING,)) == [held]

    async def ended(self, world: World, job: str, state: State, reason: Reason | None, second: float, **f) -> RunId:
        await world.queued(job, **f)
        [claim] = await world.claim(await world.session(), pools=(f.get("lane", "default"),))
        await world.start(claim)
        await world.finish(claim, state=state, reason=reason, second=second)
        return claim.run.id

    async def test_what_ended_is_found_by_project_state_and_reason(self, world: World) -> None:
        await world.job("other")
        good = await self.ended(world, "backup", State.SUCCEEDED, None, 13)
        broke = await self.ended(world, "backup", State.FAILED, Reason.EXIT, 14, project="etl")
        late = await self.ended(world, "other", State.FAILED, Reason.TIMEOUT, 15)
        live = await world.queued(project="etl")
        assert await self.ids(world, states=(State.FAILED,)) == [late, broke]
        assert await self.ids(world, states=(State.FAILED,), projects=("etl",)) == [broke]
        assert await self.ids(world, states=(State.FAILED, State.QUEUED), projects=("etl",)) == [live, broke]
        assert await self.ids(world, projects=("etl", "default")) == [live, late, broke, good]
        assert await self.ids(world, projects=("etl", "default"), order=Order.OLDEST) == [good, broke, late, live]
        assert await self.ids(world, reasons=(Reason.EXIT, Reason.SIGNAL)) == [broke]
        assert await self.ids(world, projects=()) == await self.ids(world, projects=(), job="backup") == []
        assert await self.ids(world, projects=("ghost",)) == []

    async def test_what_did_not_succeed_is_found_by_job_state_and_reason_in_any_order(self, world: World) -> None:
        await world.job("other")
        await self.ended(world, "backup", State.SUCCEEDED, None, 12)
        broke = await self.ended(world, "backup", State.FAILED, Reason.EXIT, 13)
        late = await self.ended(world, "backup", State.FAILED, Reason.TIMEOUT, 14, project="etl")
        skipped = await self.ended(world, "backup", State.SKIPPED, Reason.UP_TO_DATE, 15)
        foreign = await self.ended(world, "other", State.FAILED, Reason.EXIT, 16)
        live = await world.queued()
        amiss = (State.FAILED, State.SKIPPED, State.CANCELLED)
        for order, turn in ((Order.NEWEST, -1), (Order.ENDED, -1), (Order.OLDEST, 1)):
            found = await self.ids(world, job="backup", states=amiss, order=order)
            assert found == [broke, late, skipped][::turn]
            assert await self.ids(world, {"limit": 2}, job="backup", states=amiss, order=order) == found[:2]
            assert await self.ids(world, {"after": found[1]}, job="backup", states=amiss, order=order) == found[2:]
            by_reason = await self.ids(world, reasons=(Reason.EXIT, Reason.UP_TO_DATE), order=order)
            assert by_reason == [broke, skipped, foreign][::turn]
            assert await self.ids(world, {"after": by_reason[0]}, reasons=(Reason.EXIT,), order=order) == [
                run for run in by_reason[1:] if run != skipped
            ]
        assert await self.ids(world, job="backup", reasons=(Reason.EXIT, Reason.UP_TO_DATE)) == [skipped, broke]
        assert await self.ids(world, job="backup", states=(State.FAILED,), reasons=(Reason.UP_TO_DATE,)) == []
        assert await self.ids(world, job="backup", states=(State.FAILED, State.QUEUED)) == [live, late, broke]
        assert await self.ids(world, states=(State.FAILED,), reasons=(Reason.TIMEOUT,)) == [late]
        assert await self.ids(world, states=(State.QUEUED,), reasons=(Reason.TIMEOUT,)) == []
        assert await self.ids(world, states=(State.SUCCEEDED,), reasons=(Reason.TIMEOUT,)) == []
        assert await self.ids(world, projects=("default",), reasons=(Reason.TIMEOUT, Reason.EXIT)) == [foreign, broke]
        assert await self.ids(world, reasons=(Reason.EXIT,), worker="worker of s1", text="other") == [foreign]
        assert await self.ids(world, reasons=(Reason.EXIT,), since=at(10**6)) == []

    async def test_what_runs_say_and_where_they_ran_is_looked_for(self, world: World) -> None:
        await world.job("other")
        a = await self.ended(world, "backup", State.SUCCEEDED, None, 13)
        b = await self.ended(world, "other", State.SUCCEEDED, None, 13, lane="gpu", schedule="other#x")
        bound = await world.queued("other", lane="gpu?labels=fast", origin=Origin.API, note="By Hand 50% [x]")
        assert await self.ids(world, text="by hand") == await self.ids(world, text="50% [x") == [bound]
        assert await self.ids(world, text="ACK") == [a]
        assert await self.ids(world, text="ghost") == []
        assert await self.ids(world, pool="gpu") == [bound, b]
        assert await self.ids(world, pool="gp") == []
        assert await self.ids(world, worker="worker of s1") == [b, a]
        assert await self.ids(world, worker="worker of s1", text="other") == [b]
        assert await self.ids(world, origin=Origin.API) == [bound]
        assert await self.ids(world, schedule="other#x") == [b]

    async def test_what_ended_last_comes_first_page_by_page(self, world: World) -> None:
        slow = await world.running(await world.session())
        quick = await world.succeeded(await world.session(), second=20)
        await world.queued()
        failed = await self.ended(world, "backup", State.FAILED, Reason.EXIT, 25)
        await world.finish(slow, second=30)
        for where in ({}, {"job": "backup"}, {"projects": ("default",)}):
            assert await self.ids(world, order=Order.ENDED, **where) == [slow.run.id, failed, quick]
            page = await self.ids(world, {"limit": 2}, order=Order.ENDED, **where)
            assert page == [slow.run.id, failed]
            assert await self.ids(world, {"after": page[-1]}, order=Order.ENDED, **where) == [quick]
        assert await self.ids(world, order=Order.ENDED, states=(State.FAILED, State.QUEUED)) == [failed]
        assert await self.ids(world, {"after": "ghost"}, order=Order.ENDED) == []

    async def test_latest_gives_the_newest_runs_of_each_job(self, world: World) -> None:
        await world.job("other")
        ids = [await world.queued() for _ in range(3)]
        other = await world.queued("other")
        latest = await world.store.latest(["backup", "other"], n=2)
        assert {job: [run.id for run in runs] for job, runs in latest.items()} == {
            "backup": ids[:0:-1],
            "other": [other],
        }

    async def test_latest_finds_what_has_not_ended(self, world: World) -> None:
        await world.job("other")
        session = await world.session()
        done = await world.succeeded(session)
        running = (await world.running(session)).run.id
        waiting = await world.queued(state=State.WAITING, wait=Wait.UPSTREAM)
        await world.queued(origin=Origin.MAP, group=waiting)
        queued = await world.queued()
        other = await world.queued("other", state=State.WAITING, wait=Wait.DEFERRED)

        async def latest(*states: State, n: int = 9) -> dict[str, list[str]]:
            found = await world.store.latest(["backup", "other"], n=n, states=states)
            return {job: [run.id for run in runs] for job, runs in found.items()}

        live = await latest(State.WAITING, State.QUEUED, State.CLAIMED, State.RUNNING)
        assert live == {"backup": [queued, waiting, running], "other": [other]}
        assert await latest(State.WAITING, State.RUNNING, n=1) == {"backup": [waiting], "other": [other]}
        assert await latest(State.RUNNING) == {"backup": [running], "other": []}
        assert (await latest(State.RUNNING, State.SUCCEEDED))["backup"] == [running, done]

    async def test_gaps_are_found_by_the_time_that_they_touch(self, world: World) -> None:
        a, b = await world.scheduled("a"), await world.scheduled("b")
        early, late = world.gap(10, 20, 3, "a"), world.gap(30, 40, 3, "a")
        other = world.gap(15, 35, 9, "b")
        await world.fire(a.version, job="a", gaps=[early, late])
        await world.fire(b.version, job="b", gaps=[other])
        assert await world.store.gaps() == [early, other, late]
        assert await world.store.gaps(job="a") == [early, late]
        assert await world.store.gaps(schedule="b#main") == [other]
        assert await world.store.gaps(since=at(20), until=at(30)) == [early, other]
        assert await world.store.gaps(since=at(36), job="a") == [late]
        assert await world.store.gaps(limit=1) == [early]

    async def test_the_newest_gaps_come_first_when_asked_for_so(self, world: World) -> None:
        a, b = await world.scheduled("a"), await world.scheduled("b")
        long, short = world.gap(10, 40, 3, "a"), world.gap(30, 35, 3, "a")
        other = world.gap(15, 20, 9, "b", project="etl")
        await world.fire(a.version, job="a", gaps=[long, short])
        await world.fire(b.version, job="b", gaps=[other])
        assert await world.store.gaps(newest=True) == [long, short, other]
        assert await world.store.gaps(newest=True, limit=1) == [long]
        assert await world.store.gaps(newest=True, since=at(21), until=at(30)) == [long]
        assert (
            await world.store.gaps(newest=True, projects=["etl"]) == await world.store.gaps(projects=["etl"]) == [other]
        )
        assert await world.store.gaps(projects=[]) == []

    async def test_a_tally_counts_what_was_made_in_each_stretch(self, world: World) -> None:
        ids = Ids(clock=(clock := FakeClock(at(1000))), bits=lambda bits: (1 << bits) - 1)
        session, kept = await world.session(), list[RunId]()
        await world.job("other")
        for seconds, job, project in (
            (0, "backup", "default"),
            (9, "other", "etl"),
            (2, "other", "etl"),
            (9, "backup", "etl"),
        ):
            clock.advance(seconds)
            kept.append(await world.succeeded(session, job=job, project=project, id=ids.run()))
        live = await world.queued(id=ids.run())
        assert live > kept[-1]

        async def tally(since: float, until: float, projects: list[str] | None = None) -> list[tuple]:
            found = await world.store.tally(since=at(since), until=at(until), width=Duration(at(10)), projects=projects)
            return [(one.at, one.state, one.count) for one in found]

        ended, queued = State.SUCCEEDED, State.QUEUED
        assert await tally(1000, 1025) == [
            (at(1000), ended, 2),
            (at(1010), ended, 1),
            (at(1020), queued, 1),
            (at(1020), ended, 1),
        ]
        assert await tally(1000, 1020, ["etl"]) == [(at(1000), ended, 1), (at(1010), ended, 1)]
        assert await tally(1000, 1020, []) == await tally(0, 1000) == []
        since = await world.store.counts(since=at(1010))
        assert (since[ended], since[queued], since[State.FAILED]) == (2, 1, 0)
        assert (await world.store.counts(since=at(1010), project="default"))[ended] == 0

    async def test_schedules_that_nothing_is_due_of_are_found(self, world: World) -> None:
        rows = {name: await world.scheduled(name) for name in ("a", "b", "c")}
        for name in ("c", "a"):
            await world.fire(rows[name].version, job=name, due=None)
        idle = [await world.row("a"), await world.row("c")]
        assert await world.store.idle() == await world.store.idle(projects=["default"]) == idle
        assert await world.store.idle(limit=1) == idle[:1]
        assert await world.store.idle(projects=["etl"]) == []
        assert await world.store.idle(after=idle[0].schedule) == idle[1:]
        assert await world.store.idle(after=idle[1].schedule) == []

    async def test_what_is_due_again_or_is_gone_does_not_rest(self, world: World) -> None:
        never = timetable("new", due=None)
        new = Put(kind=Kind.JOB, id="new", body=b'{"id":"new"}', name="new", expect=0)
        await world.store.put([new], by=ANN, at=at(1), timetable=[never])
        row = await world.row("new")
        assert await world.store.idle() == [row]
        again = replace(never, revision=1, due=at(9), expect=row.version)
        await world.store.put([], by=ANN, at=at(2), timetable=[again])
        assert await world.store.idle() == []
        await world.store.put([], by=ANN, at=at(3), timetable=[replace(again, due=None, expect=row.version + 1)])
        assert [one.schedule for one in await world.store.idle()] == [row.schedule]
        gone = replace(again, expect=row.version + 2, remove=True)
        await world.store.put([], by=ANN, at=at(4), timetable=[gone])
        assert await world.store.idle() == []

    async def test_counts_tell_how_many_runs_stand_in_each_state(self, world: World) -> None:
        await world.succeeded(await world.session())
        await world.queued(project="etl")
        await world.queued()
        counts = await world.store.counts()
        assert (counts[State.SUCCEEDED], counts[State.QUEUED], counts[State.RUNNING]) == (1, 2, 0)
        assert (await world.store.counts(project="etl"))[State.QUEUED] == 1

    # -- prune --

    async def over(self, world: World, n: int, job: str = "backup") -> list[str]:
        """Runs that are over and consumed."""
        session = await world.session()
        ids = [await world.succeeded(session, job=job, second=13 + i) for i in range(n)]
        await world.store.consume([event.seq for event in await world.store.outbox(limit=99)])
        return ids

    async def test_prune_deletes_old_runs_with_all_that_belongs_to_them(self, world: World) -> None:
        session = await world.session()
        old = await world.running(session)
        run = old.run.id
        chunk = Chunk(seq=0, at=at(12), stream=Stream.STDOUT, data=b"x")
        await world.store.append_log([LogWrite(run=run, attempt=1, fence=old.fence, chunks=(chunk,))])
        await world.finish(old, result=b"1")
        await world.store.consume([event.seq for event in await world.store.outbox(limit=9)])
        assert await prune(world.store, before=at(99), keep=0, limit=9) == 1
        assert await world.store.run(run) is None
        assert await world.store.attempts(run) == []
        assert await world.store.read_log(run) == []
        assert await prune(world.store, before=at(99), keep=0, limit=9) == 0

    async def test_prune_keeps_the_newest_runs_of_each_job(self, world: World) -> None:
        await world.job("other")
        ids, others = await self.over(world, 4), await self.over(world, 1, "other")
        assert await prune(world.store, before=at(99), keep=2, limit=9) == 2
        assert await self.ids(world) == [*others, ids[3], ids[2]]

    async def test_prune_keeps_what_ended_later_and_what_is_not_over(self, world: World) -> None:
        ids = await self.over(world, 3)
        live = [await world.queued(created=at(1), ready_at=at(1)) for _ in range(2)]
        assert await prune(world.store, before=at(14), keep=0, limit=9) == 1
        assert await self.ids(world, order=Order.OLDEST) == [*ids[1:], *live]

    async def test_prune_keeps_a_run_whose_end_nobody_has_looked_at(self, world: World) -> None:
        run = await world.succeeded(await world.session())
        assert await prune(world.store, before=at(99), keep=0, limit=9) == 0
        assert await world.state(run) is State.SUCCEEDED

    async def test_prune_deletes_old_gaps_except_one_that_may_still_grow(self, world: World) -> None:
        row = await world.scheduled()
        old, growing = world.gap(1, 5, 2), world.gap(6, 9, 2, reason=Reason.CAPPED)
        await world.fire(row.version, gaps=[old, growing])
        assert await prune(world.store, before=at(99), keep=0, limit=9) == 1
        assert await world.store.gaps() == [growing]
        await world.fire(row.version + 1, world.slot(10))
        assert await prune(world.store, before=at(9), keep=0, limit=9) == 0
        assert await prune(world.store, before=at(9.1), keep=0, limit=9) == 1

    async def test_prune_spares_the_runs_of_jobs_that_it_is_told_to(self, world: World) -> None:
        await world.job("other")
        ids = await self.over(world, 2)
        await self.over(world, 2, "other")
        assert await prune(world.store, before=at(99), keep=0, limit=9, spare=["backup"]) == 2
        assert await self.ids(world) == ids[::-1]

    async def test_what_may_go_is_found_by_its_outcome_or_by_its_job(self, world: World) -> None:
        await world.job("other")
        ids, others = await self.over(world, 4), await self.over(world, 2, "other")
        [(project, state)] = await world.store.outcomes()
        assert state is State.SUCCEEDED
        old = Outdated(project=project, state=state, before=at(99), keep=1)

        async def found(which: Outdated) -> list[str]:
            return [run for run, _ in (await world.store.outdated(which)).runs]

        assert await found(old) == [*ids[:3], others[0]]
        assert await found(replace(old, spare=(JobId("other"),))) == ids[:3]
        assert await found(replace(old, before=at(14))) == [ids[0], others[0]]
        assert await found(replace(old, state=State.FAILED)) == []
        assert await found(replace(old, project="elsewhere")) == []
        by_job = replace(old, project=None, job=JobId("backup"))
        assert await found(by_job) == ids[:3]
        assert await found(replace(by_job, until=ids[2])) == ids[:2]
        assert await found(replace(by_job, state=State.FAILED)) == []

    async def test_what_may_go_is_looked_for_in_portions(self, world: World) -> None:
        ids = await self.over(world, 5)
        [(project, state)] = await world.store.outcomes()
        for which in (
            Outdated(project=project, state=state, before=at(99)),
            Outdated(job=JobId("backup"), state=state, before=at(99)),
        ):
            seen, after = [], None
            while True:
                page = await world.store.outdated(which, after=after, look=2)
                assert len(page.runs) <= 2
                seen += [old.run for old in page.runs]
                if (after := page.through) is None:
                    break
            assert seen == ids

    async def test_the_nth_newest_run_of_each_job_that_has_so_many(self, world: World) -> None:
        await world.job("other")
        ids = await self.over(world, 3)
        await self.over(world, 1, "other")
        live = await world.queued()
        asked = [JobId("backup"), JobId("other"), JobId("ghost")]
        assert (await world.store.nth_newest(asked, n=1))["backup"] == live
        assert await world.store.nth_newest(asked, n=3) == {"backup": ids[1]}

    async def test_jobs_that_have_many_runs_are_found_some_at_a_time(self, world: World) -> None:
        for job, project in (("few", "default"), ("gone", "default"), ("many", "etl"), ("quiet", "etl")):
            await world.job(job, project=project)
        for job, n in (("few", 2), ("gone", 4), ("many", 3)):
            await self.over(world, n, job)
        await world.queued("many")
        await world.store.put([Put(kind=Kind.JOB, id="gone", body=None)], by=ANN, at=at(90))

        async def crowded(n: int, *, look: int) -> list[tuple[str, str]]:
            found, after = [], None
            while True:
                crowd = await world.store.crowded(n=n, after=after, look=look)
                found += crowd.jobs
                if (after := crowd.through) is None:
                    return found

        for look in (1, 2, 1000):
            assert await crowded(0, look=look) == [("few", "default"), ("many", "etl")]
            assert await crowded(2, look=look) == await crowded(3, look=look) == [("many", "etl")]
            assert await crowded(4, look=look) == []

    async def test_logs_are_weighed(self, world: World) -> None:
        session = await world.session()
        claim, silent = await world.running(session), await world.succeeded(session)
        chunks = tuple(Chunk(seq=n, at=at(12), stream=Stream.STDOUT, data=b"x" * 500) for n in range(3))
        await world.store.append_log([LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=chunks)])
        sizes = await world.store.log_sizes([claim.run.id, silent])
        assert sizes.keys() == {claim.run.id}
        assert 1500 <= sizes[claim.run.id] <= 1700, "a store may count what it packs around them"

    async def test_runs_that_are_over_and_followed_up_can_be_forgotten(self, world: World) -> None:
        ids = await self.over(world, 3)
        told = await world.succeeded(await world.session("s9"))
        live = await world.queued()
        assert await world.store.forget([ids[1], live, told, "ghost"]) == 1
        assert await self.ids(world) == [live, told, ids[2], ids[0]]
        assert await world.store.run(ids[1]) is None
        assert await world.store.forget([ids[1]]) == 0

    async def test_who_had_runs_forgotten_is_in_the_audit(self, world: World) -> None:
        ids = await self.over(world, 3)
        assert await world.store.forget([ids[0], "ghost"], at=at(50), by=ANN) == 1
        assert await world.store.forget([ids[1]]) == 1
        entries = [one for one in await world.store.audit(limit=9) if one.verb == "delete"]
        assert [(one.id, one.kind, one.by, one.at) for one in entries] == [(ids[0], "run", ANN, at(50))]

    async def test_prune_goes_in_portions(self, world: World) -> None:
        row = await world.scheduled()
        await world.fire(row.version, gaps=[world.gap(1, 5, 2), world.gap(6, 9, 2)])
        await self.over(world, 3)
        assert [await prune(world.store, before=at(99), keep=0, limit=2) for _ in range(3)] == [2, 2, 0]
