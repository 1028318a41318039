"""How long history is kept: by age, count and state, as jobs, projects and the instance say it; pinned runs stay."""

import msgspec
import pytest

from tests.house import House, job
from tests.pruning import through
from tickwork.cli.pruning import looked_through
from tickwork.core.clock import DAY, Duration
from tickwork.core.ids import JobId
from tickwork.core.retention import Retention, kept
from tickwork.core.states import Reason, State
from tickwork.operations.retention import ENDED, Keeping
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.pruner import Pruner

INSTANCE = Retention(age=Duration(365 * DAY), least=1, most=0)


def days(n: int) -> Duration:
    return Duration(n * DAY)


def pruner(house: House, instance: Retention = INSTANCE) -> Pruner:
    return Pruner(store=house.store, clock=house.clock, telemetry=house.telemetry, keep=instance)


async def ended(house: House, name: str, *, state: State = State.SUCCEEDED) -> str:
    """A run that ended just now, and that everybody was told of."""
    run = await house.ops.runs.run(name)
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    await house.finish(claim, state, Reason.EXIT if state is State.FAILED else None)
    await Promoter(store=house.store, clock=house.clock, telemetry=house.telemetry).tick()
    return run.id


async def each_day(house: House, *names: str, n: int) -> list[str]:
    """A run of each every day, the last one today."""
    made = []
    for _ in range(n):
        house.clock.advance(DAY / 1_000_000)
        made += [await ended(house, name) for name in names]
    return made


async def left(house: House, name: str) -> int:
    return len(await house.runs(name))


async def test_runs_go_by_the_age_that_the_narrowest_level_says(house: House):
    await house.ops.jobs.apply(
        "board",
        [
            job("all"),
            job("web:site", project="web"),
            job("web:own", project="web", keep=Retention(age=days(7))),
        ],
    )
    await house.ops.retention.put_project("web", Retention(age=days(4)))
    await each_day(house, "all", "web:site", "web:own", n=20)
    house.clock.advance(1)
    await through(pruner(house, msgspec.structs.replace(INSTANCE, age=days(10))))
    assert [await left(house, name) for name in ("all", "web:site", "web:own")] == [10, 4, 7]


async def test_runs_go_by_the_state_that_they_ended_in(house: House):
    keep = Retention(age=days(2), states={State.FAILED: days(9)})
    await house.ops.jobs.apply("board", [job("backup", keep=keep)])
    for _ in range(12):
        house.clock.advance(DAY / 1_000_000)
        await ended(house, "backup")
        await ended(house, "backup", state=State.FAILED)
    house.clock.advance(1)
    await through(pruner(house))
    states = [run.state for run in await house.runs("backup")]
    assert (states.count(State.SUCCEEDED), states.count(State.FAILED)) == (2, 9)


async def test_runs_go_by_their_number_however_young_they_are(house: House):
    await house.ops.jobs.apply("board", [job("busy", keep=Retention(most=5)), job("calm")])
    made = await each_day(house, "busy", "calm", n=9)
    await through(pruner(house))
    assert [run.id for run in await house.runs("busy")] == made[-10::2]
    assert await left(house, "calm") == 9


async def test_the_newest_of_a_job_stay_however_old_they_are(house: House):
    await house.ops.jobs.apply("board", [job("rare")])
    made = await each_day(house, "rare", n=4)
    house.clock.advance(1000 * DAY / 1_000_000)
    await through(pruner(house, msgspec.structs.replace(INSTANCE, least=2)))
    assert [run.id for run in await house.runs("rare")] == made[2:]


async def test_pinned_runs_stay_until_they_are_pinned_no_longer(house: House):
    await house.ops.jobs.apply("board", [job("backup")])
    made = await each_day(house, "backup", n=3)
    await house.ops.retention.pin(made[0])
    house.clock.advance(1000 * DAY / 1_000_000)
    pruning = pruner(house)
    await through(pruning)
    assert [run.id for run in await house.runs("backup")] == [made[0], made[2]]
    await house.ops.retention.pin(made[0], undo=True)
    house.clock.advance(601)
    await through(pruning)
    assert [run.id for run in await house.runs("backup")] == made[2:]


async def test_a_rule_that_is_changed_holds_ten_minutes_later(house: House):
    await house.ops.jobs.apply("board", [job("backup")])
    await each_day(house, "backup", n=5)
    pruning = pruner(house)
    await through(pruning)
    await house.ops.jobs.apply("board", [job("backup", keep=Retention(age=days(2)))])
    house.clock.advance(601)
    await through(pruning)
    assert await left(house, "backup") == 2


async def test_a_way_through_all_reads_definitions_only_of_jobs_that_say_something_or_have_too_many_runs(house: House):
    quiet = [job(f"quiet-{n}") for n in range(20)]
    await house.ops.jobs.apply("board", [*quiet, job("own", keep=Retention(most=2)), job("busy")])
    for name, n in (("own", 4), ("busy", 5), ("quiet-3", 3)):
        await each_day(house, name, n=n)
    house.store.calls.clear()
    await through(pruner(house, msgspec.structs.replace(INSTANCE, most=3)))
    assert [await left(house, name) for name in ("own", "busy", "quiet-3")] == [2, 3, 3]
    assert "get_many" not in house.store.calls
    assert "find" not in house.store.calls


async def test_the_number_of_runs_that_a_project_sets_holds_beside_that_of_the_instance(house: House):
    await house.ops.jobs.apply("board", [job("all"), job("web:site", project="web"), job("log:tail", project="log")])
    await house.ops.retention.put_project("web", Retention(most=2))
    await house.ops.retention.put_project("log", Retention(most=0))
    await each_day(house, "all", "web:site", "log:tail", n=6)
    await through(pruner(house, msgspec.structs.replace(INSTANCE, most=4)))
    assert [await left(house, name) for name in ("all", "web:site", "log:tail")] == [4, 2, 6]


async def test_looking_at_many_jobs_takes_a_small_part_of_the_time(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tickwork.operations.retention._LOOK", 2)
    await house.ops.jobs.apply("board", [job(f"job-{n}") for n in range(7)])
    await each_day(house, *(f"job-{n}" for n in range(7)), n=1)
    crowded = house.store._store.crowded

    async def slowly(**asked):
        house.clock.advance(0.1)
        return await crowded(**asked)

    monkeypatch.setattr(house.store._store, "crowded", slowly, raising=False)
    pruning = pruner(house, msgspec.structs.replace(INSTANCE, most=3))
    pauses = [pause for _ in range(8) if (pause := await pruning.tick()) > 1]
    assert pauses[:4] == pytest.approx([5.0] * 4)


async def test_what_was_deleted_meanwhile_and_runs_that_go_on_harm_nobody(house: House):
    await house.ops.jobs.apply("board", [job("backup", keep=Retention(most=1))])
    made = await each_day(house, "backup", n=4)
    running = await house.ops.runs.run("backup")
    keeping = Keeping(house.store, instance=INSTANCE)
    rules = await keeping.rules()
    errands = [errand async for errand in keeping.errands(rules, now=house.clock.now())]
    await house.store.forget([made[0]])
    found = [old.run for one in errands for old in (await keeping.page(one, rules, after=None, look=99))[0]]
    assert found == made[1:], "of a run that goes on the number is counted, and nothing else"
    assert running.id not in found


@pytest.mark.parametrize(
    ("levels", "failed", "succeeded"),
    [
        ([("instance", {"age": 100, "states": {State.FAILED: 300}})], (300, "instance"), (100, "instance")),
        (
            [("job", {"age": 7}), ("instance", {"age": 100, "states": {State.FAILED: 300}})],
            (7, "job"),
            (7, "job"),
        ),
        (
            [("job", {"states": {State.FAILED: 50}}), ("project", {"age": 30}), ("instance", {"age": 100})],
            (50, "job"),
            (30, "project"),
        ),
    ],
)
def test_the_narrowest_level_that_says_anything_about_a_state_decides(levels, failed, succeeded):
    said = [
        (
            name,
            Retention(
                age=Duration(one.get("age")) if "age" in one else None, states=one.get("states", {}), least=0, most=0
            ),
        )
        for name, one in levels
    ]
    of = kept(said, ENDED)
    assert (of.ages[State.FAILED], of.ages[State.SUCCEEDED]) == (failed, succeeded)


def test_at_most_never_goes_below_at_least():
    of = kept([("job", Retention(most=5)), ("instance", Retention(age=days(1), least=20, most=0))], ENDED)
    assert (of.most, of.least) == ((20, "instance"), (20, "instance"))


async def test_rules_name_the_jobs_that_say_something(house: House):
    await house.ops.jobs.apply("board", [job("a", keep=Retention(most=3)), job("b")])
    rules = await Keeping(house.store, instance=INSTANCE).rules()
    assert rules.jobs == {JobId("a"): ("default", Retention(most=3))}


async def test_a_job_tells_who_says_how_long_its_runs_are_kept(house: House):
    await house.ops.jobs.apply(
        "board", [job("web:site", project="web", keep=Retention(states={State.FAILED: days(9)}))]
    )
    await house.ops.retention.put_project("web", Retention(most=50))
    said = {one.what: (one.value, one.origin) for one in (await house.ops.reads.job("web:site")).kept}
    assert said["failed"] == ("1w2d", "job")
    assert said["succeeded"] == ("52w1d", "instance")
    assert (said["at_least"], said["at_most"]) == (("20", "instance"), ("50", "project web"))


async def test_what_would_go_is_told_by_job_and_state_with_its_logs_and_whose_word_it_is(house: House):
    keep = Retention(age=days(2), most=4)
    await house.ops.jobs.apply("board", [job("backup", keep=keep), job("calm")])
    await each_day(house, "backup", "calm", n=6)
    house.clock.advance(1)
    told = await looked_through(house.ops, delete=False)
    assert told == [], "of each job the newest 20 stay, unless it says otherwise"
    keep = msgspec.structs.replace(keep, least=1)
    await house.ops.jobs.apply("board", [job("backup", keep=keep), job("calm")])
    [aged] = await looked_through(house.ops, delete=False)
    assert (aged.project, aged.job, aged.state, aged.runs, aged.log_bytes) == ("default", "backup", "succeeded", 4, 0)
    assert aged.why == "older than 2d (job backup)"
    assert await left(house, "backup") == 6
    assert await looked_through(house.ops, delete=True) == [aged]
    assert await left(house, "backup") == 2
    assert await looked_through(house.ops, delete=True) == []
