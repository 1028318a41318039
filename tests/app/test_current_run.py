"""`current_run`, and telling how far it is."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from tickwork import current_run, report_progress
from tickwork.app.current import CurrentRun, enter_process, within
from tickwork.app.progress import tqdm, trange
from tickwork.core.progress import Bar
from tickwork.errors import NoCurrentRun
from tickwork.testing import FakeClock

VARIABLES = {
    "TICKWORK_RUN_ID": "r1",
    "TICKWORK_JOB": "shop:tally",
    "TICKWORK_PROJECT": "shop",
    "TICKWORK_SLOT": "2026-01-01T02:00:00Z",
    "TICKWORK_ATTEMPT": "2",
    "TICKWORK_FENCE": "e.7",
    "TICKWORK_PARAMS": '{"day":"mon"}',
}


def run(bars: list[Bar] | None = None, **variables: str) -> CurrentRun:
    report = None if bars is None else bars.append
    return CurrentRun(variables=VARIABLES | variables, timeout=3.0, report=report)


def test_it_knows_its_run():
    with within(run()):
        assert (current_run.id, current_run.job, current_run.project) == ("r1", "shop:tally", "shop")
        assert (current_run.attempt, current_run.fence, current_run.timeout) == (2, "e.7", 3.0)
        assert current_run.slot == datetime(2026, 1, 1, 2, tzinfo=UTC)
        assert current_run.params == {"day": "mon"}
        assert current_run.log.name == "shop:tally"
        assert not current_run.cancelled
        assert current_run() is current_run()


def test_a_run_without_a_slot_has_none():
    assert run(TICKWORK_SLOT="").slot is None


def test_outside_of_a_run_there_is_none():
    assert not current_run
    with pytest.raises(NoCurrentRun, match="only there inside a run"):
        current_run.id  # noqa: B018
    report_progress(None, 1, 2)  # nobody hears it


def test_a_program_that_a_job_started_finds_its_run_by_its_variables(monkeypatch):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert current_run.id == "r1"
    report_progress(None, 1, 2)


async def test_coroutines_side_by_side_are_each_in_their_own():
    async def told(name: str) -> str:
        with within(run(TICKWORK_RUN_ID=name)):
            await asyncio.sleep(0)
            return current_run.id

    assert await asyncio.gather(told("a"), told("b")) == ["a", "b"]


def test_threads_of_a_job_are_in_the_run_of_the_process():
    enter_process(run())
    try:
        found = []
        thread = threading.Thread(target=lambda: found.append(current_run.id))
        thread.start()
        thread.join()
    finally:
        enter_process(None)
    assert found == ["r1"]
    assert not current_run


def test_progress_goes_to_the_run():
    bars = []
    with within(run(bars)):
        report_progress(None, 1, 2)
        report_progress("load", 3, 4, "users")
        report_progress(("load", "users"), 5)
    assert bars == [
        Bar(current=1, total=2),
        Bar(group=("load",), current=3, total=4, status="users"),
        Bar(group=("load", "users"), current=5, total=0),
    ]


def test_a_status_line_and_names_are_cut_to_what_a_line_can_show():
    bars = []
    with within(run(bars)):
        report_progress("n" * 10_000, 1, 2, "s" * 10_000)
    assert bars == [Bar(group=("n" * 200,), current=1, total=2, status="s" * 1000)]


def test_a_loop_reports_its_beginning_its_end_and_not_every_step_between():
    bars, clock = [], FakeClock()
    with within(run(bars)):
        for _ in tqdm(range(100), desc="load/users", clock=clock):
            clock.advance(0.03)
    counts = [bar.current for bar in bars]
    assert {bar.group for bar in bars} == {("load", "users")}
    assert (counts[0], counts[-1]) == (0, 100)
    assert counts == sorted(counts)
    assert 20 < len(counts) < 40


def test_the_loop_s_class_is_used_as_tqdm_is():
    bars = []
    with within(run(bars)):
        with tqdm(total=10, desc="rows", unit="B", leave=False) as bar:
            bar.update(4)
            bar.set_postfix(ok=3, bad=1)
            bar.update(6)
        assert list(trange(3)) == [0, 1, 2]
        assert list(tqdm(iter("ab"), disable=True)) == ["a", "b"]
    assert Bar(group=("rows",), current=4, total=10, status="ok=3, bad=1") in bars
    assert bars[-1] == Bar(current=3, total=3)
