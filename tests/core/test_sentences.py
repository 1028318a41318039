"""Every way in which an entry can end has its words."""

from datetime import datetime
from typing import Any

import pytest

from tickwork.core import sentences
from tickwork.core.clock import SECOND, Instant, from_datetime
from tickwork.core.ids import GapId, JobId, RunId, ScheduleId
from tickwork.core.model import Gap, Origin, Run
from tickwork.core.states import REASONS, Reason, State


def test_every_terminal_state_and_reason_has_words_and_nothing_else_has():
    endings = {(state, reason) for state, reasons in REASONS.items() for reason in reasons}
    assert set(sentences._ENDED) == endings | {(State.SUCCEEDED, None)}


def run(state: State, reason: Reason | None = None, **fields: Any) -> Run:
    known = {"origin": Origin.SCHEDULE, "slot": at("08:00"), "ready_at": at("08:00"), "created": at("08:05")}
    return Run(
        id=RunId("xyz"),
        job=JobId("backup"),
        project="default",
        revision=1,
        state=state,
        reason=reason,
        **known | fields,
    )


def at(clock: str) -> Instant:
    return from_datetime(datetime.fromisoformat(f"2026-11-26T{clock}:00Z"))


def moment(clock: str) -> str:
    return f"2026-11-26T{clock}:00Z"


def said(run: Run) -> str:
    return sentences.run_sentence(run, now=at("09:00"))


RAN = {"started": at("08:00"), "finished": at("08:02"), "attempt": 1}


@pytest.mark.parametrize("note", [None, "run abc was not over"])
def test_the_run_that_an_entry_is_about_is_named_once(note):
    assert said(run(State.SKIPPED, Reason.OVERLAP, about=RunId("abc"), note=note)) == (
        f"backup, due {moment('08:00')}, was skipped: an earlier run of the job, abc, was not over"
    )


@pytest.mark.parametrize(
    ("origin", "slot", "note", "head"),
    [
        (Origin.SCHEDULE, "08:00", None, "due 08:00"),
        (Origin.SCHEDULE, None, None, "started by its schedule at 08:05"),
        (Origin.MANUAL, None, "started by ann@desk", "started by ann@desk at 08:05"),
        (Origin.API, None, "started by ann", "started by ann at 08:05"),
        (Origin.API, None, None, "asked for at 08:05"),
        (Origin.REPLAY, "08:00", "replay by ann", "replayed by ann for 08:00"),
        (Origin.BACKFILL, "08:00", "backfill by ann", "backfilled by ann for 08:00"),
        (Origin.REPLAY, "08:00", None, "replayed for 08:00"),
        (Origin.AFTER, None, None, "set off by another job at 08:05"),
        (Origin.GRAPH, None, "started by ann", "started by ann at 08:05"),
        (Origin.MAP, None, None, "an item of a map, made at 08:05"),
        (Origin.CLEANUP, None, None, "cleaning up behind an old run at 08:05"),
    ],
)
def test_a_sentence_says_which_run_it_is_and_who_asked_for_it(origin, slot, note, head):
    one = run(State.SUCCEEDED, origin=origin, slot=None if slot is None else at(slot), note=note, **RAN)
    for clock in ("08:00", "08:05"):
        head = head.replace(clock, moment(clock))
    assert said(one) == f"backup, {head}, ran and succeeded (after 2m)"


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (
            run(State.FAILED, Reason.EXIT, exit_code=3, note="exit status 3", **RAN),
            "failed: the program ended with exit code 3 (after 2m)",
        ),
        (
            run(State.FAILED, Reason.EXCEPTION, note="ValueError: no", **RAN | {"attempt": 2}),
            "failed: the function raised an exception (after 2m, attempt 2): ValueError: no",
        ),
        (
            run(State.CANCELLED, Reason.USER, note="killed by ann: too slow", **RAN),
            "was cancelled by a person (after 2m): killed by ann: too slow",
        ),
        (run(State.QUEUED), "is queued in pool default"),
        (
            run(State.QUEUED, attempt=1, ready_at=at("09:01"), note="exit status 3"),
            "failed at attempt 1 and is tried again in 1m: exit status 3",
        ),
        (
            run(State.RUNNING, worker="web-1", started=at("08:00"), attempt=1),
            f"has been running on worker web-1 since {moment('08:00')} (attempt 1)",
        ),
    ],
)
def test_what_became_of_it_is_said_once_and_in_full(one, told):
    assert said(one) == f"backup, due {moment('08:00')}, {told}"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0004, "1ms"), (0.0222, "22ms"), (1.446, "1s400ms"), (23.022, "23s"), (3725.5, "1h2m5s")],
)
def test_how_long_it_took_is_told_as_exactly_as_it_matters(seconds, told):
    end = Instant(at("08:00") + round(seconds * SECOND))
    one = run(State.SUCCEEDED, started=at("08:00"), finished=end, attempt=1)
    assert said(one) == f"backup, due {moment('08:00')}, ran and succeeded (after {told})"


def test_a_late_run_says_since_when_and_which_pool_lets_it_wait():
    assert sentences.late_sentence(run(State.QUEUED)) == (
        f"backup, due {moment('08:00')}, is late: it could have begun at {moment('08:00')}, "
        "and no worker of pool default has taken it"
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, f"backup, due {moment('08:00')}, was missed: no scheduler was running"),
        (3, f"backup: 3 due moments from {moment('08:00')} to {moment('08:05')} were missed: no scheduler was running"),
    ],
)
def test_a_gap_is_told_in_one_sentence(count, told):
    gap = Gap(
        id=GapId("g"),
        schedule=ScheduleId("backup#main"),
        job=JobId("backup"),
        project="default",
        revision=1,
        first=at("08:00"),
        last=at("08:05"),
        count=count,
        state=State.MISSED,
        reason=Reason.DOWN,
        created=at("09:00"),
    )
    assert sentences.gap_sentence(gap) == told
