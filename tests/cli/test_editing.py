"""Single fields of a job, changed by hand, in the words of a board."""

import pytest


def apply(tickwork, board, *, timeout: str | None = None):
    if timeout is not None:
        board.write_text(f"jobs: {{backup: {{shell: x, cron: 0 3 * * *, timeout: {timeout}}}}}")
    return tickwork("apply", str(board)).out.splitlines()


@pytest.fixture
def who(tickwork, board) -> str:
    """Who edits, as it is told. The board says a timeout of an hour."""
    apply(tickwork, board, timeout="1h")
    assert tickwork("edit", "backup", "timeout=2h").out == "changed timeout of backup\n"
    return tickwork("edit", "backup", "--json").json[0]["by"]


def test_applying_tells_what_it_leaves_as_a_person_wants_it(tickwork, board, who):
    assert apply(tickwork, board) == [
        f"= kept backup timeout 2h (set by {who}; the board says 1h)",
        "nothing to change, 1 edit by hand kept; 1 job on the board",
    ]


def test_applying_tells_of_a_conflict_and_how_it_ends(tickwork, board, who):
    conflict = f"timeout: the board now says 3h, {who} set 2h; `tickwork edit backup --reset timeout` takes the board's"
    assert apply(tickwork, board, timeout="3h")[0] == f"! conflict backup {conflict}"
    assert tickwork("plan", str(board)).out.splitlines()[0] == f"! conflict backup {conflict}"
    assert conflict in tickwork("show", "backup").out
    assert tickwork("edit", "backup").out == f"{conflict}\n"
    assert tickwork("edit", "backup", "--reset", "timeout").out == "reset timeout of backup to what the board says\n"
    assert apply(tickwork, board) == ["nothing to change; 1 job on the board"]
    assert tickwork("edit", "backup").out == "nothing was changed by hand\n"


def test_applying_tells_when_the_board_agrees(tickwork, board, who):
    assert apply(tickwork, board, timeout="2h")[0] == (
        f"= agreed backup timeout 2h (set by {who}; the board says so too now)"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("retries=3", "retries 3 (set by {who}; the board says nothing)"),
        ("retries={count: 3, delay: 10s}", "retries {{count: 3, delay: 10s}} (set by {who}; the board says nothing)"),
        ("enabled=false", "enabled false (set by {who}; the board says true)"),
        ("cron=* 4 * * *", "schedules cron * 4 * * * (set by {who}; the board says cron 0 3 * * *)"),
        ("every=90m", "schedules every 1h30m (set by {who}; the board says cron 0 3 * * *)"),
        ("zone=Asia/Tokyo", "schedules cron 0 3 * * *, zone Asia/Tokyo (set by {who}; the board says cron 0 3 * * *)"),
        ("shell=echo a: b", "task shell echo a: b (set by {who}; the board says shell x)"),
        ("console=hello", "task console hello (set by {who}; the board says shell x)"),
        ("env={A: b}", "env {{A: b}} (set by {who}; the board says nothing)"),
        ("after={other: failure}", "after after {{other: failure}} (set by {who}; the board says nothing)"),
        ("timeout=null", "timeout nothing (set by {who}; the board says 1h)"),
    ],
)
def test_every_key_of_a_board_can_be_said(tickwork, board, who, said, told):
    board.write_text("jobs: {backup: {shell: x, cron: 0 3 * * *, timeout: 1h}, other: {shell: x}}")
    tickwork("apply", str(board))
    assert tickwork("edit", "backup", said).code == 0
    assert told.format(who=who) in tickwork("edit", "backup").out.splitlines()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("timeout=soon", "timeout: 'soon' is not a length of time; write 90, 90s, 1h30m or 2d"),
        ("tiemout=1h", "tiemout: is not a key here; did you mean 'timeout'?"),
        ("retries=-1", "retries: -1 is not a whole number from 0 to 1000"),
        ("retries={cuont: 3}", "retries.cuont: is not a key here; did you mean 'count'?"),
        ("cron=0 25 * * *", "cron: "),
        ("stdin", "'stdin' changes nothing; write KEY=VALUE, like timeout=2h"),
        ("task=other", "task: an edit says what runs itself"),
        ("mode=thread", "mode: goes with call, not with shell"),
    ],
)
def test_what_a_board_would_refuse_an_edit_refuses_too(tickwork, board, who, said, told):
    answer = tickwork("edit", "backup", "priority=5", said)
    assert answer.code == 2
    assert told in answer.err
    assert tickwork("show", "backup", "--json").json["definition"].get("priority") is None


def test_a_schedule_among_several_is_edited_as_the_whole_list(tickwork, board):
    board.write_text("jobs: {backup: {shell: x, schedules: [{cron: 0 3 * * *}, {every: 1h}]}}")
    tickwork("apply", str(board))
    answer = tickwork("edit", "backup", "zone=Asia/Tokyo")
    assert (answer.code, "write schedules=[{…}, …]" in answer.err) == (2, True)
    assert tickwork("edit", "backup", "schedules=[{cron: 0 4 * * *}, {every: 2h}]").code == 0
    assert len(tickwork("show", "backup", "--json").json["schedules"]) == 2


def test_what_was_not_changed_cannot_be_reset(tickwork, board, who):
    assert tickwork("edit", "backup", "--reset", "retries").code == 3
    assert tickwork("edit", "backup", "--reset", "timeout=1h").code == 2
    assert tickwork("edit", "backup", "timeout=2h").out == "backup is so already\n"


def test_putting_a_boards_job_points_to_edit(tickwork, board, who):
    answer = tickwork("put", "backup", "shell", "y", "--hours", "1")
    assert answer.code == 4
    assert "`tickwork edit backup` changes single fields of it" in answer.err
