"""Commands that change something or look closely at one thing."""

import asyncio
import base64
import io
import json
import re

import pytest

from tests.cli.conftest import Ending
from tickwork.cli.acting import with_operations
from tickwork.cli.logs import Lines, record_text
from tickwork.cli.running import exit_code
from tickwork.core.clock import Instant
from tickwork.core.model import Origin, Run
from tickwork.core.states import REASONS, Reason, State
from tickwork.operations.views import JobDetailView, RunDetailView
from tickwork.store.protocol import Chunk, Stream

# --- boards ---------------------------------------------------------------------------------------------


def test_apply_tells_what_it_adds_changes_and_removes(tickwork, board):
    again = tickwork("apply", str(board))
    assert again.out.strip() == "nothing to change; 3 jobs on the board"
    board.write_text(
        "jobs:\n  backup: {shell: echo other, cron: '30 2 * * *', zone: Europe/Berlin}\n  new: {shell: x}\n"
    )
    dry = tickwork("apply", str(board), "--dry-run")
    assert dry.out.splitlines()[:4] == [
        "~ changed backup (task, description)",
        "+ added new",
        "- removed byhand",
        "- removed hourly",
    ]
    assert "dry run: nothing was written" in dry.out
    assert len(tickwork("ls", "--json").json) == 3
    changes = tickwork("apply", str(board), "--json").json
    assert [(change["kind"], change["job"]) for change in changes] == [
        ("changed", "backup"),
        ("added", "new"),
        ("removed", "byhand"),
        ("removed", "hourly"),
    ]
    assert [job["id"] for job in tickwork("ls", "--json").json] == ["backup", "new"]


CRONTAB = """\
MAILTO=root
# Cleans up.
5 4 * * * find /tmp -mtime +7 -delete
@daily /usr/local/bin/report
"""


def test_a_crontab_is_imported_into_the_store(tickwork, tmp_path):
    (tmp_path / "crontab").write_text(CRONTAB)
    answer = tickwork("import", "crontab", "crontab", "--zone", "Europe/Berlin")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "2 jobs imported"
    jobs = tickwork("ls", "--json").json
    assert len(jobs) == 2
    assert {job["owner"] for job in jobs} == {str(tmp_path / "crontab")}
    assert tickwork("import", "crontab", "crontab").out.splitlines()[-1] == "2 jobs imported"
    assert len(tickwork("ls", "--json").json) == 2


def test_a_line_that_cannot_be_mapped_is_reported_and_the_rest_imported(tickwork, tmp_path):
    (tmp_path / "crontab").write_text(CRONTAB + "61 * * * * impossible\n")
    answer = tickwork("import", "crontab", "crontab")
    assert answer.code == 1
    assert "crontab:5: " in answer.err
    assert answer.out.splitlines()[-1] == "2 jobs imported, 1 line not"
    assert len(tickwork("ls", "--json").json) == 2


def test_a_crontab_becomes_a_board_that_applies(tickwork, tmp_path):
    (tmp_path / "crontab").write_text(CRONTAB)
    assert tickwork("import", "crontab", "crontab", "-o", "board.yaml").code == 0
    assert tickwork("ls", "--json").json == []
    again = tickwork("import", "crontab", "crontab", "-o", "board.yaml")
    assert (again.code, "board.yaml exists" in again.err) == (4, True)
    assert tickwork("import", "crontab", "crontab", "-o", "board.yaml", "--force").code == 0
    assert tickwork("apply", "board.yaml").code == 0
    assert len(tickwork("ls", "--json").json) == 2


def test_a_crontab_comes_from_stdin_too(tickwork, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CRONTAB.encode())))
    assert tickwork("import", "crontab", "-").code == 0
    assert len(tickwork("ls", "--json").json) == 2


# --- show -----------------------------------------------------------------------------------------------


def test_show_of_a_job_tells_definition_schedules_and_history(tickwork, acted):
    run = acted("backup")
    detail = tickwork("show", "backup", "--json").json
    assert set(detail) == set(JobDetailView.__struct_fields__)
    assert detail["job"]["id"] == "backup"
    text = tickwork("show", "backup").out
    for piece in ("Keeps things safe.", "echo saved", "Europe/Berlin", "board.yaml", run, "✓ succeeded"):
        assert piece in text


def test_show_of_a_run_tells_attempts_params_and_result(tickwork, acted):
    run = acted("backup", Ending(result=b'{"rows":3}'))
    detail = tickwork("show", run, "--json").json
    assert set(detail) == set(RunDetailView.__struct_fields__)
    assert (detail["run"]["id"], detail["params"], detail["result"]) == (run, {"n": 1}, {"rows": 3})
    assert [attempt["n"] for attempt in detail["attempts"]] == [1]
    text = tickwork("show", run[:15]).out
    for piece in ("✓ succeeded", '{"rows":3}', '{"n":1}', "hand"):
        assert piece in text


def test_show_of_a_failed_run_tells_the_error(tickwork, acted):
    run = acted("backup", Ending(state=State.FAILED, reason=Reason.EXCEPTION, exit_code=None, error="Trace\nBoom"))
    assert "Trace\nBoom" in tickwork("show", run).out


# --- run and kill ----------------------------------------------------------------------------------------


def test_run_queues_and_says_how_to_follow(tickwork, board):
    answer = tickwork("run", "byhand", "-p", "n=3", "-p", "who=me")
    assert answer.code == 0
    (run,) = tickwork("runs", "--json").json
    assert f"`tickwork logs -f {run['id']}`" in answer.out
    assert (run["state"], run["origin"]) == ("queued", "manual")
    assert tickwork("show", run["id"], "--json").json["params"] == {"n": 3, "who": "me"}
    assert tickwork("run", "backup", "--json").json["job"] == "backup"


def test_kill_of_a_queued_run_cancels_it_and_a_second_one_conflicts(tickwork, board):
    run = tickwork("run", "byhand", "--json").json["id"]
    answer = tickwork("kill", run, "--why", "a test")
    assert (answer.code, "is cancelled; it had not begun" in answer.out) == (0, True)
    shown = tickwork("show", run, "--json").json["run"]
    assert (shown["state"], shown["reason"]) == ("cancelled", "user")
    assert "a test" in shown["note"]
    again = tickwork("kill", run)
    assert (again.code, "is over already: cancelled" in again.err) == (4, True)


def test_delete_takes_runs_that_are_over_and_followed_up_and_no_others(tickwork, board, acted):
    run = acted("byhand", Ending())
    early = tickwork("delete", run)
    assert (early.code, "is not done yet; a server does that" in early.err) == (4, True)
    follow_up()
    answer = tickwork("delete", run)
    assert (answer.code, answer.out) == (0, f"deleted run {run}\n")
    assert tickwork("delete", run).code == 3
    queued = tickwork("run", "byhand", "--json").json["id"]
    answer = tickwork("delete", queued)
    assert (answer.code, f"is queued; `tickwork kill {queued}` ends it first" in answer.err) == (4, True)


def follow_up():
    """As a server's promoter would."""

    async def consume(ops):
        await ops.store.consume([event.seq for event in await ops.store.outbox(limit=9)])

    asyncio.run(with_operations(None, consume))


def test_kill_of_a_running_run_orders_it(tickwork, acted):
    answer = tickwork("kill", acted("byhand", None))
    assert (answer.code, "is being killed" in answer.out) == (0, True)


def ended(state, reason=None, code=None):
    return Run(
        id="r",
        job="j",
        project="default",
        revision=1,
        origin=Origin.MANUAL,
        state=state,
        reason=reason,
        exit_code=code,
        ready_at=Instant(0),
        created=Instant(0),
    )


def test_the_exit_code_of_run_wait_is_the_runs():
    assert exit_code(ended(State.SUCCEEDED, code=0)) == 0
    assert exit_code(ended(State.FAILED, Reason.EXIT, 3)) == 3
    assert exit_code(ended(State.FAILED, Reason.TIMEOUT)) == 124
    assert exit_code(ended(State.FAILED, Reason.LAUNCH)) == 126
    assert exit_code(ended(State.FAILED, Reason.SIGNAL, -9)) == 137
    assert exit_code(ended(State.FAILED, Reason.SIGNAL, 137)) == 137
    assert exit_code(ended(State.CANCELLED, Reason.USER)) == 125


def test_no_ending_but_success_exits_with_zero():
    for state, reasons in REASONS.items():
        for reason in reasons:
            assert exit_code(ended(state, reason)) != 0


# --- switches ------------------------------------------------------------------------------------------


def test_pause_and_resume_are_seen_in_the_list(tickwork, board):
    assert "paused backup" in tickwork("pause", "backup", "--why", "moving house").out
    (job,) = [job for job in tickwork("ls", "--json").json if job["id"] == "backup"]
    assert job["state"] == "paused"
    assert "moving house" in job["paused"]
    assert "moving house" in tickwork("show", "backup").out
    assert tickwork("resume", "backup").out.strip() == "resumed backup"
    assert tickwork("resume", "backup").out.strip() == "backup was not paused"


def test_a_pause_may_end_by_itself(tickwork, board):
    assert " until 20" in tickwork("pause", "backup", "--until", "2h").out
    assert "until" in tickwork("ls", "--json").json[0]["paused"]


def test_rm_deletes_and_says_who_would_bring_it_back(tickwork, board):
    answer = tickwork("rm", "backup")
    assert answer.out.splitlines() == [
        "deleted backup",
        f"board {board} made it, and makes it again when it is applied",
    ]
    assert tickwork("show", "backup").code == 3


# --- logs ------------------------------------------------------------------------------------------------

SAID = (
    (Stream.STDOUT, b"out \xff\n"),
    (Stream.STDERR, b"err, no newline"),
    (Stream.RECORD, json.dumps({"level": "WARNING", "logger": "app", "message": "watch out"}).encode()),
    (Stream.SYSTEM, b"[tickwork: 5 bytes left out]\n"),
)


def test_logs_writes_the_jobs_bytes_as_they_were(tickwork, acted):
    acted("backup", Ending(said=SAID))
    answer = tickwork("logs", "backup")
    assert answer.raw == b"out \xff\n"
    first, record, system = answer.err.splitlines()
    assert first == "err, no newline"
    assert record.endswith("WARNING app: watch out")
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[tickwork: 5 bytes left out\]", system)


@pytest.mark.parametrize("follow", [[], ["-f"]])
def test_logs_in_json_is_an_array_that_loses_nothing(tickwork, acted, follow):
    run = acted("backup", Ending(said=SAID))
    chunks = tickwork("logs", run, "--json", *follow).json
    assert [chunk["stream"] for chunk in chunks] == ["stdout", "stderr", "record", "system"]
    assert base64.b64decode(chunks[0]["base64"]) == b"out \xff\n"
    assert (chunks[1]["text"], chunks[1]["base64"]) == ("err, no newline", None)
    assert tickwork("logs", run, "--attempt", "2", "--json").json == []


@pytest.mark.parametrize(("together", "begin"), [(True, b"\n"), (False, b"")])
def test_a_line_of_our_own_begins_on_a_line_of_its_own(together, begin):
    out, err = io.BytesIO(), io.BytesIO()
    lines = Lines(stdout=out, stderr=err, together=together)
    for seq, (stream, data) in enumerate(
        [(Stream.STDOUT, b"half"), (Stream.SYSTEM, b"cut"), (Stream.STDOUT, b"rest\n")]
    ):
        lines.write(Chunk(seq=seq, at=Instant(0), stream=stream, data=data))
    assert out.getvalue() == b"halfrest\n"
    assert re.fullmatch(begin + rb"\d\d:\d\d:\d\d cut\n", err.getvalue())


def test_a_record_that_is_none_is_shown_as_it_is():
    assert record_text(b"not json\n", Instant(0)) == "not json"


# --- the rest ----------------------------------------------------------------------------------------------


def test_doctor_finds_the_store_and_says_how_to_mend_what_is_not_well(tickwork, url):
    answer = tickwork("doctor", "--json")
    findings = {finding["check"]: finding for finding in answer.json}
    assert {"place", "store", "workers", "disk", "clock", "zones", "containment", "versions"} <= set(findings)
    assert all(set(finding) == {"check", "state", "found", "fix"} for finding in answer.json)
    assert findings["place"]["found"] == f"{url} ($TICKWORK_STORE)"
    assert findings["workers"]["fix"] == "start one: `tickwork up`"
    assert all(finding["fix"] for finding in answer.json if finding["state"] != "ok")
    assert answer.code == 0
    assert "workers: start one: `tickwork up`" in tickwork("doctor").out


def test_doctor_exits_with_1_where_something_is_bad(tickwork, tmp_path):
    (tmp_path / "text.db").write_text("this is not a database\n" * 100)
    answer = tickwork("doctor", "--json", "--store", f"sqlite:///{tmp_path / 'text.db'}")
    assert answer.code == 1
    assert [finding["check"] for finding in answer.json if finding["state"] == "bad"] == ["store"]


def test_version_is_the_packages(tickwork):
    assert tickwork("version").out.startswith("tickwork ")
    assert set(tickwork("version", "--json").json) == {"tickwork", "python"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(tickwork, shell):
    assert "_TICKWORK_COMPLETE" in tickwork("completion", shell).out


def test_the_shell_gets_completions(tickwork, monkeypatch):
    monkeypatch.setenv("_TICKWORK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "tickwork pa")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert tickwork().out.strip() == "plain,pause"
