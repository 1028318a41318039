"""Nobody sees a traceback for their own mistake: one line, what, which value, what to do; and an exit code."""

from importlib import import_module

import pytest

from tickwork.cli import acting
from tickwork.cli.app import EXIT_CODES, MODULES


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["lss"], 2, "there is no command 'lss'; did you mean 'ls'?"),
        (["frobnicate"], 2, "there is no command 'frobnicate' (see"),
        (["ls", "--stroe", "x"], 2, "--store"),
        (["show"], 2, "Missing argument"),
        (["runs", "--state", "done"], 2, "'done'"),
        (["runs", "--limit", "many"], 2, "'many'"),
        (["ls", "--store", "mysql://here"], 2, "mysql"),
        (["show", "nothing"], 3, "there is no job and no run 'nothing'"),
        (["logs", "nothing"], 3, "there is no run and no job 'nothing'"),
        (["kill", "nothing"], 3, "there is no run 'nothing'"),
        (["run", "nothing"], 3, "there is no job 'nothing'"),
        (["pause", "nothing"], 3, "there is no job 'nothing'"),
        (["resume", "nothing"], 3, "there is no job 'nothing'"),
        (["rm", "nothing"], 3, "there is no job 'nothing'"),
        (["runs", "nothing"], 3, "there is no job 'nothing'"),
        (["next", "nothing"], 3, "there is no job 'nothing'"),
        (["run", "byhand", "-p", "n"], 2, "-p 'n': write it as key=value"),
        (["next", "--from", "soon"], 2, "--from: 'soon'"),
        (["pause", "byhand", "--until", "soon"], 2, "--until: 'soon'"),
        (["apply", "missing.yaml"], 2, "missing.yaml: there is no such file"),
        (["import", "crontab", "/etc/crontab"], 2, "/etc/crontab names a user in each line; import it with --system"),
        (["import", "crontab", "missing"], 2, "missing: there is no such file"),
        (["up", "missing.yaml"], 2, "missing.yaml: there is no such file"),
        (["up", "--workers", "0"], 2, "workers: 0 is too small"),
        (["worker", "--lease", "0.1"], 2, "lease: 0.1 is too small"),
        (["completion", "tcsh"], 2, "'tcsh'"),
    ],
)
def test_a_mistake_is_told_in_one_line(tickwork, board, arguments, code, told):
    answer = tickwork(*arguments)
    assert (answer.code, answer.raw) == (code, b"")
    (line,) = answer.err.splitlines()
    assert line.startswith("tickwork: ")
    assert told in line


def test_each_problem_of_a_board_has_a_line_and_nothing_is_applied(tickwork, tmp_path):
    (tmp_path / "bad.yaml").write_text("jobs:\n  a:\n    shel: x\n  b:\n    shell: x\n    cron: 99 * * * *\n")
    answer = tickwork("apply", "bad.yaml")
    assert answer.code == 2
    assert all(line.startswith("tickwork: bad.yaml:") for line in answer.err.splitlines())
    assert len(answer.err.splitlines()) >= 2
    assert tickwork("ls", "--json").json == []


def test_a_file_that_is_no_store_is_told(tickwork, tmp_path):
    (tmp_path / "text.db").write_text("this is not a database\n" * 100)
    answer = tickwork("ls", "--store", f"sqlite:///{tmp_path / 'text.db'}")
    assert answer.code == 6
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(("variable", "value"), [("TICKWORK_WORKERS", "many"), ("TICKWORK_ACCEPT_LOSS", "perhaps")])
def test_a_bad_setting_in_the_environment_is_named(tickwork, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    answer = tickwork("ls")
    assert answer.code == 2
    assert f"{variable}: '{value}'" in answer.err


def test_a_fault_of_our_own_says_how_to_report_it(tickwork, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(acting, "make_store", broken)
    answer = tickwork("ls")
    assert answer.code == 70
    (line,) = answer.err.splitlines()
    assert "RuntimeError: two lines" in line
    assert "TICKWORK_DEBUG=1" in line
    monkeypatch.setenv("TICKWORK_DEBUG", "1")
    assert "Traceback" in tickwork("ls").err


def test_ctrl_c_is_quiet(tickwork, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(acting, "make_store", interrupted)
    answer = tickwork("ls")
    assert (answer.code, answer.err) == (130, "")


def test_the_exit_codes_of_all_errors_are_documented(tickwork):
    from tickwork import errors

    raised = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert raised <= set(EXIT_CODES)
    told = tickwork("--help").out
    assert all(f"{code}  {meaning[:30]}" in told for code, meaning in EXIT_CODES.items())


SUBCOMMANDS = {"import": ("crontab", "catalog", "jobcontrol"), "calendar": ("put", "ls", "show", "rm")}
COMMANDS = [[], *([name] for name in MODULES), *([group, name] for group, of in SUBCOMMANDS.items() for name in of)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(tickwork, command):
    answer = tickwork(*command, "--help")
    assert answer.code == 0
    assert "Usage: tickwork" in answer.out
    assert tickwork(*command, "-h").out == answer.out


@pytest.mark.parametrize("command", [[], *([group] for group in SUBCOMMANDS)])
def test_a_group_alone_shows_its_help(tickwork, command):
    answer = tickwork(*command)
    assert (answer.code, "Usage" in answer.out) == (0, True)


GROUPS = {"channel", "config", "group", "key", "notify", "pool", "project", "secret", "user"}
STORELESS = {"import", "calendar", "schema", "simulate", "copy", "completion", "version"} | GROUPS
"""Groups, and commands that need no store or name theirs as arguments."""


@pytest.mark.parametrize("command", sorted(set(MODULES) - STORELESS))
def test_every_command_that_works_on_a_store_takes_it_as_an_option(tickwork, command):
    assert "--store" in tickwork(command, "--help").out


@pytest.mark.parametrize("group", sorted(GROUPS - {"config"}))
def test_every_verb_of_a_group_takes_the_store_as_an_option(tickwork, group):
    command = getattr(import_module(f"tickwork.cli.{MODULES[group]}"), f"{group}_command")
    for verb in command.commands:
        assert "--store" in tickwork(group, verb, "--help").out, (group, verb)


LASTING = {"up", "server", "worker"}
CHANGING = {"import", "calendar", "copy", "backup", "restore", "rm", "remove", "kill", "pause", "pin", "delete", "wrap"}
ACTING = CHANGING | GROUPS
TEXTS = {"export", "schema", "completion"}
"""Commands that print what has a form of its own."""


@pytest.mark.parametrize("command", sorted(set(MODULES) - LASTING - ACTING - TEXTS))
def test_every_reading_command_speaks_json(tickwork, command):
    assert "--json" in tickwork(command, "--help").out
