"""What becomes of due occurrences: examples, and a model that decides them one by one."""

import time
from itertools import pairwise

from hypothesis import given, strategies as st

from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration, Instant
from tickwork.core.due import ON_TIME, DueDecision, decide_due
from tickwork.core.ids import JobId
from tickwork.core.states import TRANSITIONS, Reason, State
from tickwork.core.timing.occurrences import between, following
from tickwork.core.timing.schedule import CatchUp, Cron, Every, Occurrence, Schedule

JOB = JobId("job")
T0 = Instant(1_790_000_000 * SECOND)


def at(seconds: float) -> Instant:
    return Instant(T0 + round(seconds * SECOND))


def every(length: int, **policies: object) -> Schedule:
    return Schedule(key="k", trigger=Every(interval=Duration(length)), since=T0, **policies)  # type: ignore[arg-type]


def decide(schedule: Schedule, *, cursor: Instant = T0, now: Instant, **more: object) -> DueDecision:
    return decide_due(schedule, JOB, cursor=cursor, now=now, **{"paused": None, **more})  # type: ignore[arg-type]


def slots(decision: DueDecision) -> list[float]:
    return [(run.slot - T0) / SECOND for run in decision.runs]


def gaps(decision: DueDecision) -> list[tuple[float, float, int, Reason]]:
    return [((g.first - T0) / SECOND, (g.last - T0) / SECOND, g.count, g.reason) for g in decision.gaps]


def test_what_is_on_time_runs_whatever_the_catch_up_policy() -> None:
    for catch_up in CatchUp:
        decision = decide(every(2 * SECOND, catch_up=catch_up), now=at(7))

        assert slots(decision) == [2, 4, 6]
        assert (decision.gaps, decision.cursor, decision.due) == ((), at(7), at(8))


def test_latest_runs_the_newest_of_the_late_ones() -> None:
    decision = decide(every(MINUTE), now=at(330))

    assert slots(decision) == [300]
    assert gaps(decision) == [(60, 240, 4, Reason.DOWN)]


def test_latest_catches_nothing_up_when_one_is_on_time() -> None:
    decision = decide(every(MINUTE), now=at(305))

    assert slots(decision) == [300]
    assert gaps(decision) == [(60, 240, 4, Reason.DOWN)]


def test_all_runs_everything_within_its_limits() -> None:
    policies = {"catch_up": CatchUp.ALL, "max_count": 2, "max_age": Duration(4 * MINUTE)}

    decision = decide(every(MINUTE, **policies), now=at(390))

    assert slots(decision) == [300, 360]
    assert gaps(decision) == [(60, 120, 2, Reason.DOWN), (180, 240, 2, Reason.CAPPED)]


def test_none_runs_nothing_that_is_late() -> None:
    decision = decide(every(MINUTE, catch_up=CatchUp.NONE), now=at(330))

    assert slots(decision) == []
    assert gaps(decision) == [(60, 300, 5, Reason.DOWN)]


def test_a_start_deadline_beats_the_catch_up_policy() -> None:
    decision = decide(every(MINUTE, catch_up=CatchUp.ALL, start_deadline=Duration(2 * MINUTE)), now=at(330))

    assert slots(decision) == [240, 300]
    assert gaps(decision) == [(60, 180, 3, Reason.DEADLINE)]


def test_a_start_deadline_shorter_than_on_time_counts_too() -> None:
    decision = decide(every(SECOND, start_deadline=Duration(2 * SECOND)), now=at(5))

    assert slots(decision) == [3, 4, 5]
    assert gaps(decision) == [(1, 2, 2, Reason.DEADLINE)]


def test_latest_that_is_too_old_does_not_run() -> None:
    decision = decide(every(HOUR, max_age=Duration(MINUTE)), now=at(2 * 3600 + 300))

    assert slots(decision) == []
    assert gaps(decision) == [(3600, 7200, 2, Reason.DOWN)]


def test_a_paused_job_skips_all_with_the_sentence() -> None:
    decision = decide(every(MINUTE), now=at(125), paused="paused by ann: release")

    assert decision.runs == ()
    assert [(g.state, g.reason, g.count, g.note) for g in decision.gaps] == [
        (State.SKIPPED, Reason.PAUSED, 2, "paused by ann: release")
    ]


def test_a_clock_that_went_back_decides_nothing_and_keeps_the_cursor() -> None:
    decision = decide(every(MINUTE), cursor=at(600), now=at(0))

    assert decision == DueDecision(runs=(), gaps=(), cursor=at(600), due=at(660))


def test_nothing_due_moves_the_cursor_only() -> None:
    assert decide(every(DAY), now=at(60)) == DueDecision(runs=(), gaps=(), cursor=at(60), due=at(86_400))


def test_a_schedule_that_is_over_has_no_next() -> None:
    assert decide(every(MINUTE, until=at(90)), now=at(65)).due is None


def test_many_runs_come_in_portions() -> None:
    schedule, cursor, found = every(SECOND, catch_up=CatchUp.ALL), T0, []

    while cursor < at(100):
        decision = decide(schedule, cursor=cursor, now=at(100), max_runs=30)
        found += slots(decision)
        cursor = decision.cursor

    assert found == list(range(1, 101))


def test_thirty_days_of_every_second_are_one_gap_in_less_than_a_second() -> None:
    for trigger in (Every(interval=SECOND), Cron(expression="* * * * * *")):
        schedule = Schedule(key="k", trigger=trigger, since=T0, zone="Europe/Amsterdam")
        began = time.process_time()

        decision = decide(schedule, now=Instant(T0 + 30 * DAY))

        assert time.process_time() - began < 1
        assert [gap.count + len(decision.runs) for gap in decision.gaps] == [30 * 86_400]


def test_a_cap_in_the_middle_of_millions_is_found_by_counting() -> None:
    schedule = every(SECOND, catch_up=CatchUp.ALL, max_count=1_000_000)
    began = time.process_time()

    decision = decide(schedule, now=Instant(T0 + 30 * DAY), max_runs=10)

    assert time.process_time() - began < 1
    assert [(gap.reason, gap.count) for gap in decision.gaps] == [(Reason.CAPPED, 30 * 86_400 - 11 - 1_000_000)]


# --- the model: the rule of `decide_due`, one occurrence at a time ---------------------------------------


def verdicts(schedule: Schedule, cursor: Instant, now: Instant) -> list[tuple[Occurrence, Reason | None]]:
    found = between(schedule, JOB, cursor, now)
    deadline, max_age = schedule.start_deadline, schedule.max_age
    timely = [one for one in found if deadline is None or now - one.slot <= deadline]
    late = [one for one in timely if now - one.slot > ON_TIME]
    young = [one for one in late if max_age is None or now - one.slot <= max_age]
    if schedule.catch_up is CatchUp.NONE:
        caught_up = young[:0]
    elif schedule.catch_up is CatchUp.ALL:
        caught_up = young if schedule.max_count is None else young[-schedule.max_count :]
    else:
        caught_up = late[-1:] if len(late) == len(timely) and late[-1:] == young[-1:] else []
    answers: list[tuple[Occurrence, Reason | None]] = []
    for one in found:
        if one not in timely:
            answers.append((one, Reason.DEADLINE))
        elif one not in late or one in caught_up:
            answers.append((one, None))
        else:
            capped = schedule.catch_up is CatchUp.ALL and one in young
            answers.append((one, Reason.CAPPED if capped else Reason.DOWN))
    return answers


lengths = st.integers(1, 40 * SECOND).map(Duration)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    catch_up = draw(st.sampled_from(CatchUp))
    return every(
        draw(st.integers(SECOND // 2, 20 * SECOND)),
        catch_up=catch_up,
        max_count=draw(st.none() | st.integers(1, 9)) if catch_up is CatchUp.ALL else None,
        max_age=draw(st.none() | lengths),
        start_deadline=draw(st.none() | lengths),
        jitter=draw(st.none() | lengths),
        repeat=draw(st.none() | st.integers(1, 30)),
    )


@given(schedules(), st.integers(0, 60 * SECOND), st.integers(0, 60 * SECOND))
def test_every_occurrence_gets_the_verdict_of_the_model_exactly_once(schedule: Schedule, a: int, b: int) -> None:
    cursor, now = Instant(T0 + a), Instant(T0 + a + b)

    decision = decide(schedule, cursor=cursor, now=now)

    expected = verdicts(schedule, cursor, now)
    assert list(decision.runs) == [one for one, reason in expected if reason is None]
    accounted = [one for gap in decision.gaps for one in between(schedule, JOB, Instant(gap.first - 1), gap.last)]
    assert accounted == [one for one, reason in expected if reason is not None]
    for gap in decision.gaps:
        within = [reason for one, reason in expected if gap.first <= one.slot <= gap.last]
        assert within == [gap.reason] * gap.count
        assert gap.reason in TRANSITIONS[None][gap.state]
    assert all(one.last < other.first for one, other in pairwise(decision.gaps))
    coming = following(schedule, JOB, now)
    assert (decision.cursor, decision.due) == (now, coming and coming.slot)


@given(schedules(), st.integers(1, 60 * SECOND), st.integers(1, 5))
def test_portions_lose_and_double_nothing(schedule: Schedule, length: int, portion: int) -> None:
    now, cursor, accounted = Instant(T0 + length), T0, 0

    while cursor < now:
        decision = decide(schedule, cursor=cursor, now=now, max_runs=portion)
        accounted += len(decision.runs) + sum(gap.count for gap in decision.gaps)
        assert decision.cursor > cursor
        cursor = decision.cursor

    assert accounted == len(between(schedule, JOB, T0, now))
