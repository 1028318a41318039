"""What a board would do, what is to come, and a ledger that has not happened."""

import json
import re
from textwrap import dedent

import pytest

from tests.cli.conftest import lines
from tickwork.boards.board import load_board
from tickwork.boards.schema import board_schema

# --- plan, export, schema -------------------------------------------------------------------------------


def test_plan_shows_each_change_with_its_moments_before_and_after(tickwork, board):
    board.write_text(
        dedent("""
        jobs:
          backup: {shell: echo saved, description: Keeps things safe., cron: "0 4 * * *", zone: Europe/Berlin}
          hourly: {console: other, every: 1h}
          new: {shell: x, cron: "@daily"}
        """)
    )
    text = tickwork("plan", str(board)).out
    assert "~ changed backup (schedules)" in text
    assert "+ added new" in text
    assert "- removed byhand" in text
    assert "due as before" in text
    previews = {view["change"]["job"]: view for view in tickwork("plan", str(board), "--json").json}
    assert len(previews["backup"]["before"]) == len(previews["backup"]["after"]) == 10
    assert previews["backup"]["before"][0]["local"][11:16] == "02:30"
    assert previews["backup"]["after"][0]["local"][11:16] == "04:00"
    assert len(tickwork("ls", "--json").json) == 3
    assert tickwork("show", "new").code == 3


@pytest.mark.parametrize("command", [["plan"], ["apply"], ["apply", "--dry-run"]])
def test_a_need_that_does_not_exist_is_warned_of(tickwork, tmp_path, command):
    (tmp_path / "b.yaml").write_text("jobs: {crawl: {shell: x}, report: {call: 'operator:neg', needs: crawll}}")
    answer = tickwork(*command, "b.yaml")
    assert answer.code == 0
    assert "warning: job report: needs crawll, which does not exist" in answer.err
    assert "did you mean crawl?" in answer.err


def test_export_round_trips(tickwork, board, tmp_path):
    assert tickwork("export", "-o", "out.yaml").code == 0
    (tmp_path / "printed.yaml").write_text(tickwork("export").out)
    for name in ("out.yaml", "printed.yaml"):
        exported = {job.id: job for job in load_board(tmp_path / name).jobs}
        assert exported == {job.id: job for job in load_board(board).jobs}
    again = tickwork("export", "-o", "out.yaml")
    assert (again.code, "out.yaml exists" in again.err) == (4, True)


def test_export_of_several_projects_asks_which(tickwork, board, tmp_path):
    (tmp_path / "etl.yaml").write_text("project: etl\njobs: {load: {shell: x, disable_after_failures: 3}}")
    tickwork("apply", "etl.yaml")
    answer = tickwork("export")
    assert (answer.code, "choose one with --project: default, etl" in answer.err) == (2, True)
    assert "disable_after_failures: 3" in tickwork("export", "--project", "etl").out


def test_schema_prints_the_schema_of_boards(tickwork):
    assert tickwork("schema").json == json.loads(json.dumps(board_schema()))


# --- boards as a whole ----------------------------------------------------------------------------------


def test_an_apply_never_switches_on_what_is_paused(tickwork, board):
    tickwork("pause", "backup", "--why", "moving house")
    board.write_text(board.read_text().replace("30 2", "45 2"))
    assert "changed backup" in tickwork("apply", str(board)).out
    assert "moving house" in tickwork("ls", "--json").json[0]["paused"]


def test_a_task_of_the_catalogue_switches_off_what_is_made_from_it(tickwork, tmp_path, url):
    (tmp_path / "board.yaml").write_text("tasks: {fetch: {shell: x}}\njobs: {a: {task: fetch}, b: {shell: x}}")
    tickwork("apply", "board.yaml")
    tickwork("pause", "--scope", "task", "fetch")
    assert [job["state"] for job in tickwork("ls", "--json").json] == ["paused", "idle"]


def test_the_catalogue_of_a_board_comes_and_goes_with_it(tickwork, tmp_path, url):
    tasks = (
        "tasks:\n  fetch: {shell: get, timeout: 5m, description: Gets it.}\n  sh: {template: 'set -e\\n{{ script }}'}\n"
    )
    (tmp_path / "board.yaml").write_text(tasks + "jobs: {a: {task: fetch}}")
    (tmp_path / "other.yaml").write_text(tasks + "jobs: {b: {task: sh, script: x}}")
    tickwork("apply", "board.yaml")
    tickwork("apply", "other.yaml")
    listed = tickwork("tasks", "--json").json
    runners = [(task["name"], {"shell", "script"} & set(task["definition"])) for task in listed]
    assert runners == [("fetch", {"shell"}), ("sh", {"script"})] * 2
    assert "Gets it." in tickwork("tasks").out
    assert "nothing to change" in tickwork("apply", "board.yaml").out
    (tmp_path / "board.yaml").write_text("jobs: {a: {shell: x}}")
    tickwork("apply", "board.yaml")
    assert [task["name"] for task in tickwork("tasks", "--json").json] == ["fetch", "sh"]


def test_next_and_show_tell_what_the_next_change_of_the_clocks_does(tickwork, board):
    note = "the clock of Europe/Berlin is put to"
    assert note in tickwork("next", "backup").out
    assert note in tickwork("show", "backup").out
    assert note not in tickwork("next").out
    assert f"on 2031-10-26 at 03:00 {note} 02:00" in tickwork("next", "backup", "--from", "2031-07-01").out


def test_next_shows_the_clock_of_another_zone(tickwork, board):
    arguments = ["next", "backup", "--count", "1", "--from", "2026-07-01T00:00Z", "--zone", "Asia/Tokyo"]
    assert tickwork(*arguments, "--json").json[0]["local"] == "2026-07-01T09:30:00+09:00"
    assert "IN ASIA/TOKYO" in tickwork(*arguments).out


# --- imports --------------------------------------------------------------------------------------------

CATALOG = "[runfoo]\nfile=foo.py\nclass=Foo\nwhere=/tmp\n[script]\nfile=x.py\nclass=RunScript\nscript=run.sh\n"


def test_a_catalogue_of_jobsched_becomes_tasks(tickwork, tmp_path, url):
    (tmp_path / "catalog.cfg").write_text(CATALOG)
    (tmp_path / "jobsched.cfg").write_text("JOB_LIVETIME = 30\nJOBSCHED_PORT = 5000\n")
    arguments = ["import", "catalog", "catalog.cfg", "--tasks-dir", "tasks", "--settings", "jobsched.cfg"]
    answer = tickwork(*arguments)
    assert (answer.code, answer.out.strip()) == (0, "0 jobs and 2 tasks imported")
    assert "JOBSCHED_PORT" in answer.err
    assert tickwork(*arguments, "-o", "board.yaml").code == 0
    board = load_board(tmp_path / "board.yaml")
    assert [(task.name, task.timeout) for task in board.tasks] == [("runfoo", 30_000_000), ("script", 30_000_000)]


def test_a_section_that_cannot_be_mapped_is_reported(tickwork, tmp_path, url):
    (tmp_path / "catalog.cfg").write_text(CATALOG + "[bad]\nfile=x.py\n")
    answer = tickwork("import", "catalog", "catalog.cfg", "--tasks-dir", ".")
    assert (answer.code, answer.err.strip()) == (1, "catalog.cfg: [bad]: needs class")


def test_jobs_of_jobcontrol_are_imported(tickwork, tmp_path, url):
    (tmp_path / "jobs.yaml").write_text(
        "{% set n = 3 %}\njobs:\n  - {id: crawl, title: Crawl, function: 'm:crawl', kwargs: {n: {{ n }}}}\n"
        "  - {id: report, function: 'm:report', args: [!retval crawl]}\n"
    )
    answer = tickwork("import", "jobcontrol", "jobs.yaml", "--project", "web")
    assert answer.code == 0
    jobs = tickwork("ls", "--json").json
    assert [job["id"] for job in jobs] == ["web:crawl", "web:report"]
    assert {job["owner"] for job in jobs} == {str(tmp_path / "jobs.yaml")}
    report = tickwork("show", "web:report", "--json").json["definition"]
    assert (report["needs"], report["task"]["args"]) == ([{"job": "web:crawl"}], [{"!retval": "web:crawl"}])


# --- forecast, simulate ---------------------------------------------------------------------------------


def test_forecast_counts_what_comes_due_in_each_hour(tickwork, board):
    forecast = tickwork("forecast", "--days", "1", "--from", "2026-12-01T00:00Z", "--json").json
    assert sum(load["count"] for load in forecast["hours"]) == 25
    text = tickwork("forecast", "--days", "2", "--from", "2026-12-01T00:00Z").out
    header, _, whole, *_ = lines(text)
    assert header.split() == ["DAY", "DUE", "00", "06", "12", "18", "BUSIEST", "HOUR"]
    assert re.fullmatch(r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d  2[456]   [▁▄]*█[▁▄]*  \d\d:00 \(2\)", whole)
    assert "busiest minutes" in text
    assert "backup" in text


def test_simulate_prints_the_ledger_that_a_board_would_make(tickwork, tmp_path):
    (tmp_path / "board.yaml").write_text("jobs: {nightly: {console: x, cron: '30 2 * * *', zone: Europe/Amsterdam}}")
    stretch = ["--from", "2026-03-28T00:00+01:00", "--to", "2026-03-31T00:00+02:00"]
    entries = tickwork("simulate", "board.yaml", *stretch, "--json").json
    assert [(entry["slot"], entry["state"]) for entry in entries] == [
        ("2026-03-28T01:30:00Z", "succeeded"),
        ("2026-03-29T01:00:00Z", "succeeded"),
        ("2026-03-30T00:30:00Z", "succeeded"),
    ]
    assert lines(tickwork("simulate", "board.yaml", *stretch).out)[-1] == "3 in the ledger: 3 succeeded"


def test_simulate_shows_outages_and_overlap(tickwork, tmp_path):
    (tmp_path / "board.yaml").write_text("jobs: {often: {console: x, every: 10m}}")
    answer = tickwork(
        "simulate", "board.yaml", "--from", "2026-03-01T00:00Z", "--to", "2026-03-01T03:01Z",
        "--outage", "2026-03-01T00:55Z..2026-03-01T01:55Z", "--takes", "15m",
    )  # fmt: skip
    assert "was missed: no scheduler was running" in answer.out
    assert "was skipped: an earlier run of the job, " in answer.out
    assert lines(answer.out)[-1].startswith("18 in the ledger: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["simulate", "board.yaml", "--from", "2026-01-02", "--to", "2026-01-01"], "ends before it begins"),
        (["simulate", "board.yaml", "--from", "x", "--to", "2026-01-01"], "--from: 'x'"),
        (["simulate", "b.yaml", "--from", "2026-01-01", "--to", "2026-01-02"], "b.yaml: there is no such file"),
        (["plan", "b.yaml"], "b.yaml: there is no such file"),
        (["next", "--zone", "Mars/Base"], "--zone: 'Mars/Base' is not a time zone"),
        (["import", "catalog", "b.cfg", "--tasks-dir", "."], "b.cfg: there is no such file"),
        (["import", "jobcontrol", "b.yaml"], "b.yaml: there is no such file"),
        (["forecast", "--days", "0"], "'--days'"),
    ],
)
def test_a_mistake_is_told_in_one_line(tickwork, board, arguments, told):
    answer = tickwork(*arguments)
    assert (answer.code, answer.raw) == (2, b"")
    (line,) = lines(answer.err)
    assert told in line


@pytest.mark.parametrize("outage", ["2026-01-01", "2026-01-02..2026-01-01", "x..y"])
def test_an_outage_is_written_with_two_dots(tickwork, board, outage):
    answer = tickwork("simulate", "board.yaml", "--from", "2026-01-01", "--to", "2026-01-02", "--outage", outage)
    assert (answer.code, "--outage" in answer.err) == (2, True)
