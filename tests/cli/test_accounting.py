"""Planned against actual, why, and what is made up for."""

import asyncio

import pytest

from tests.cli.conftest import Ending, lines
from tickwork.boards.board import Board, load_board
from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import HOUR, Instant, SystemClock, iso, later
from tickwork.core.ids import Ids
from tickwork.core.model import SYSTEM
from tickwork.core.states import Reason, State
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.operations.firing import decide_all
from tickwork.operations.views import Explanation, LedgerEntry
from tickwork.testing import FakeClock

NOW = SystemClock().now()


def ago(hours: float) -> str:
    return iso(Instant(NOW - round(hours * HOUR))) or ""


# --- explain --------------------------------------------------------------------------------------------


def test_explain_of_a_job_says_what_it_is_about_to_do(tickwork, board):
    answer = tickwork("explain", "backup")
    assert answer.code == 0
    assert lines(answer.out)[0].startswith("backup is idle; it is due next at ")
    assert set(tickwork("explain", "backup", "--json").json) == set(Explanation.__struct_fields__)


def test_explain_of_a_paused_job_names_who_and_why(tickwork, board):
    tickwork("pause", "backup", "--why", "moving house")
    assert "moving house" in tickwork("explain", "backup").out


def test_explain_of_a_run_says_how_it_ended(tickwork, acted):
    run = acted("byhand", Ending(state=State.FAILED, reason=Reason.EXIT, exit_code=3))
    assert "failed: the program ended with exit code 3" in tickwork("explain", run).out


def test_explain_of_a_queued_run_says_what_it_waits_for(tickwork, board):
    run = tickwork("run", "byhand", "--json").json["id"]
    answer = tickwork("explain", run[:16])
    assert "no live worker in pool default" in answer.out


def test_explain_of_a_moment_says_why_it_was_not_due(tickwork, board):
    answer = tickwork("explain", "backup", "--at", "2020-01-01T03:00")
    assert "backup was not due at 2020-01-01T" in answer.out


# --- ledger, verify -------------------------------------------------------------------------------------


def test_the_ledger_lists_runs_and_what_is_planned(tickwork, acted):
    run = acted("hourly")
    entries = tickwork("ledger", "hourly", "--to", ago(-3), "--json").json
    assert [set(entry) for entry in entries] == [set(LedgerEntry.__struct_fields__)] * len(entries)
    assert [entry["entry"] for entry in entries] == ["run", "planned", "planned"]
    text = tickwork("ledger", "hourly", "--to", ago(-3)).out
    assert run in text
    assert "✓ succeeded  asked for at " in text
    assert text.count("· planned    will be due") == 2


def test_a_long_ledger_says_that_there_is_more(tickwork, board):
    answer = tickwork("ledger", "hourly", "--to", ago(-50), "--limit", "3")
    assert len(lines(answer.out)) == 4
    assert "only the first 3 are shown" in answer.err


def test_the_ledger_of_a_deleted_job_is_still_there(tickwork, acted):
    run = acted("hourly")
    tickwork("rm", "hourly")
    assert run in tickwork("ledger", "hourly").out


def test_verify_of_a_whole_ledger_finds_nothing(tickwork, acted):
    acted("hourly")
    answer = tickwork("verify")
    assert (answer.code, "each is accounted for exactly once" in answer.out) == (0, True)
    assert tickwork("verify", "hourly", "--json").json["findings"] == []


# --- replay, backfill -----------------------------------------------------------------------------------


def test_backfill_queues_a_run_for_each_slot_of_a_stretch(tickwork, board):
    stretch = ["--from", "2026-03-01T00:00Z", "--to", "2026-03-03T12:00Z"]
    runs = tickwork("backfill", "backup", *stretch, "--json").json
    assert [run["slot"] for run in runs] == ["2026-03-01T01:30:00Z", "2026-03-02T01:30:00Z", "2026-03-03T01:30:00Z"]
    assert {run["origin"] for run in runs} == {"backfill"}
    refused = tickwork("backfill", "backup", *stretch, "--limit", "2")
    assert (refused.code, "that is more than 2 runs" in refused.err) == (2, True)
    assert "3 runs queued, 30s apart" in tickwork("backfill", "backup", *stretch, "--spread", "30s").out


@pytest.fixture
def missed(tickwork, url, tmp_path) -> str:
    """A job each second that nobody looked after for a while, and that catches nothing up; its newest missed slot."""
    (tmp_path / "seconds.yaml").write_text("jobs: {beat: {console: x, every: 1s, catch_up: none}}\n")
    asyncio.run(outage(url, load_board("seconds.yaml")))
    entries = tickwork("ledger", "beat", "--json").json
    return [entry["slot"] for entry in entries if entry["state"] == "missed"][-1]


async def outage(url: str, board: Board) -> None:
    """Apply the board an hour ago, and look a minute later."""
    clock = FakeClock(later(NOW, -HOUR))
    store = make_store(url, clock=clock)
    await store.open()
    try:
        ids = Ids(clock=clock)
        ops = Operations(store=store, clock=clock, ids=ids, actor=SYSTEM)
        await ops.jobs.apply(board.name, board.jobs)
        clock.advance(60)
        due = await store.due(clock.now(), limit=10)
        fires = decide_all(due, ids=ids, now=clock.now(), definitions=DefinitionCache())
        await store.fire(fires, at=clock.now())
    finally:
        await store.close()


def test_a_missed_slot_is_replayed_once(tickwork, missed):
    stretch = ["--from", missed, "--to", ago(0.9)]
    (run,) = tickwork("replay", "beat", "--missed", *stretch, "--json").json
    assert (run["origin"], run["slot"]) == ("replay", missed)
    assert run["about"]
    assert "nothing to replay" in tickwork("replay", "beat", "--missed", *stretch).out
    assert "1 run queued" in tickwork("replay", "beat", "--slot", missed).out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["replay", "backup"], 2, "say which: --slot TIME"),
        (["replay", "backup", "--missed"], 2, "say which: --slot TIME"),
        (["replay", "backup", "--slot", "2020-01-01T00:00Z"], 3, "backup has no entry for 2020-01-01T00:00:00Z"),
        (["backfill", "backup", "--from", "x", "--to", "2026-01-01"], 2, "--from: 'x'"),
        (["backfill", "nothing", "--from", "2026-01-01", "--to", "2026-01-02"], 3, "there is no job 'nothing'"),
        (["ledger", "nothing"], 3, "there is no job 'nothing'"),
        (["ledger", "backup", "--from", "2026-01-02", "--to", "2026-01-01"], 2, "is not after --from"),
        (["verify", "nothing"], 3, "there is no job 'nothing'"),
        (["explain", "nothing"], 3, "there is no job and no run 'nothing'"),
        (["explain", "nothing", "--at", "2026-01-01"], 3, "there is no job 'nothing'"),
        (["explain", "backup", "--at", "then"], 2, "--at: 'then'"),
    ],
)
def test_a_mistake_is_told_in_one_line(tickwork, board, arguments, code, told):
    answer = tickwork(*arguments)
    assert (answer.code, answer.raw) == (code, b"")
    (line,) = lines(answer.err)
    assert told in line
