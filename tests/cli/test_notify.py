"""Channels and rules, as a person at a terminal meets them."""

BOARD = """
defaults: {notify: ops}
jobs:
  backup: {shell: "true", notify: {channels: [pager, "mail:ann@example.com"], on: [failed]}}
"""


def test_a_board_that_tells_nobody_is_warned_of(tickwork, url, tmp_path):
    file = tmp_path / "board.yaml"
    file.write_text(BOARD)
    tickwork("channel", "add", "ops", "command", "--", "true")
    for command in ("plan", "apply"):
        answer = tickwork(command, str(file))
        assert (answer.code, answer.err.count("warning")) == (0, 1), command
        assert "notify: 'pager' is no channel, so nobody is told" in answer.err
    tickwork("channel", "add", "pager", "command", "--", "true")
    assert tickwork("apply", str(file)).err == ""


def test_a_rule_stands_at_one_level_of_something_that_is_there(tickwork, board):
    tickwork("channel", "add", "ops", "command", "--", "true")
    both = tickwork("notify", "add", "ops", "--job", "backup", "--pool", "gpu")
    assert (both.code, "one level, not at" in both.err) == (2, True)
    assert tickwork("notify", "add", "ops", "--job", "nothing").code == 3
    wrong = tickwork("notify", "add", "ops", "--on", "failed,burnt")
    assert (wrong.code, "'burnt' is not one of failed, output" in wrong.err) == (2, True)
    assert tickwork("notify", "ls").out == (
        "no rules; `tickwork notify add mail:ops@example.com` tells somebody of all trouble\n"
    )


def test_rules_of_a_job_go_also_after_it_is_deleted(tickwork, board):
    tickwork("channel", "add", "ops", "command", "--", "true")
    assert tickwork("notify", "add", "ops", "--job", "hourly").code == 0
    tickwork("rm", "hourly")
    kept = tickwork("channel", "rm", "ops")
    assert (kept.code, "named by a rule of job hourly" in kept.err) == (4, True)
    assert tickwork("notify", "rm", "--job", "hourly").code == 0
    assert tickwork("channel", "rm", "ops").code == 0


def test_a_test_says_whether_the_channel_took_it(tickwork, url):
    tickwork("channel", "add", "good", "command", "--", "true")
    tickwork("channel", "add", "bad", "command", "--", "false")
    assert tickwork("notify", "test", "good").out == "sent a test to channel good\n"
    failed = tickwork("channel", "test", "bad")
    assert (failed.code, failed.err) == (1, "the test did not reach channel bad: false ended with 1\n")
    unset = tickwork("notify", "test", "mail:ops@example.com")
    assert (unset.code, "smtp_host is empty" in unset.err) == (1, True)


def test_a_channel_that_could_not_send_anything_is_told_of_at_once(tickwork, url, monkeypatch):
    assert "TICKWORK_SMTP_HOST" in tickwork("channel", "add", "ops", "mail", "ops@example.com").err
    monkeypatch.setenv("TICKWORK_SMTP_HOST", "mail.example.com")
    monkeypatch.setenv("TICKWORK_NOTIFY_COMMANDS", "no")
    assert tickwork("channel", "add", "ops", "mail", "ops@example.com").err == ""
    assert "TICKWORK_NOTIFY_COMMANDS" in tickwork("channel", "add", "pager", "command", "--", "true").err
    wrong = tickwork("channel", "add", "ops", "mail", "Ann <ann@example.com>")
    assert (wrong.code, "is no address" in wrong.err) == (2, True)
