"""Lists, for people and as JSON."""

import re
from itertools import pairwise

import pytest

from tests.cli.conftest import Ending
from tickwork.core.states import Reason, State
from tickwork.operations.views import JobView, NextView, RunView, WorkerView

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.mark.parametrize("command", ["ls", "runs", "next", "workers", "tasks"])
def test_an_empty_list_says_what_to_do_and_is_an_empty_array_in_json(tickwork, command):
    assert tickwork(command).out.strip()
    assert tickwork(command, "--json").json == []


def test_ls_shows_each_job_in_a_line_of_aligned_columns(tickwork, board):
    header, *rows = tickwork("ls").out.splitlines()
    assert header.split()[:2] == ["JOB", "STATE"]
    assert [row.split()[0] for row in rows] == ["backup", "byhand", "hourly"]
    at = header.index("STATE")
    assert all(row[at] == "·" and row[at - 1] == " " for row in rows)


def test_ls_in_json_is_an_array_of_job_views(tickwork, board, acted):
    acted("backup")
    jobs = tickwork("ls", "--json").json
    assert [set(job) for job in jobs] == [set(JobView.__struct_fields__)] * 3
    assert [job["id"] for job in jobs] == ["backup", "byhand", "hourly"]
    assert jobs[0]["owner"] == str(board)
    assert ISO.fullmatch(jobs[0]["next"])
    assert jobs[0]["last"]["state"] == "succeeded"
    assert jobs[1]["next"] is None


def test_ls_can_be_limited_to_a_project(tickwork, board):
    assert len(tickwork("ls", "--project", "default", "--json").json) == 3
    assert tickwork("ls", "--project", "other", "--json").json == []


def test_ls_can_be_limited_to_jobs_that_have_all_of_the_tags(tickwork, board):
    assert "TAGS" not in tickwork("ls").out
    tickwork("edit", "backup", "tags=[nightly, eu]")
    tickwork("edit", "hourly", "tags=eu")
    header, *rows = tickwork("ls").out.splitlines()
    at = header.index("TAGS")
    assert [row[at:].split("  ")[0].strip() for row in rows] == ["nightly, eu", "", "eu"]
    assert [job["id"] for job in tickwork("ls", "--tag", "eu", "--json").json] == ["backup", "hourly"]
    assert [job["id"] for job in tickwork("ls", "--tag", "eu", "--tag", "nightly", "--json").json] == ["backup"]
    assert tickwork("ls", "--tag", "us").out.strip() == "no job has the tag us"
    assert tickwork("ls", "--tag", "us", "--tag", "eu").out.strip() == "no job has all of the tags us, eu"
    assert "tags" in tickwork("show", "backup").out


def test_runs_lists_the_newest_first_and_filters(tickwork, acted):
    first = acted("backup")
    second = acted("byhand", Ending(state=State.FAILED, reason=Reason.EXIT, exit_code=3))
    runs = tickwork("runs", "--json").json
    assert [run["id"] for run in runs] == [second, first]
    assert [set(run) for run in runs] == [set(RunView.__struct_fields__)] * 2
    assert ISO.fullmatch(runs[0]["started"])
    assert ISO.fullmatch(runs[0]["finished"])
    assert isinstance(runs[0]["duration"], float)
    assert [run["id"] for run in tickwork("runs", "backup", "--json").json] == [first]
    assert [run["id"] for run in tickwork("runs", "--state", "failed", "--json").json] == [second]
    assert [run["id"] for run in tickwork("runs", "--limit", "1", "--json").json] == [second]
    both = tickwork("runs", "--state", "failed", "--state", "succeeded", "--json").json
    assert len(both) == 2
    text = tickwork("runs").out
    assert "✗ failed" in text
    assert "exit 3" in text


def test_next_has_exactly_the_promised_keys_first(tickwork, board):
    upcoming = tickwork("next", "backup", "--count", "3", "--from", "2026-10-23T02:30+02:00", "--json").json
    assert [list(view)[:3] for view in upcoming] == [["job", "slot", "local"]] * 3
    assert set(upcoming[0]) == set(NextView.__struct_fields__)
    assert [(view["slot"], view["local"]) for view in upcoming] == [
        ("2026-10-23T00:30:00Z", "2026-10-23T02:30:00+02:00"),
        ("2026-10-24T00:30:00Z", "2026-10-24T02:30:00+02:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00"),
    ]


def test_next_of_all_jobs_is_in_the_order_of_time(tickwork, board):
    upcoming = tickwork("next", "--count", "40", "--json").json
    assert len(upcoming) == 40
    assert {view["job"] for view in upcoming} == {"backup", "hourly"}
    assert all(a["slot"] <= b["slot"] for a, b in pairwise(upcoming))
    assert "in " in tickwork("next").out


def test_workers_lists_sessions_that_have_not_ended(tickwork, acted):
    acted("backup")
    (worker,) = tickwork("workers", "--json").json
    assert set(worker) == set(WorkerView.__struct_fields__)
    assert worker["name"] == "hand"
    assert "hand" in tickwork("workers").out
