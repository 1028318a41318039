"""Boards in TOML: the same definitions, and lines in the problems."""

import pytest

from tickwork.boards.toml_source import parse_toml
from tickwork.core.clock import HOUR
from tickwork.core.model import Call, Shell
from tickwork.core.timing.schedule import At, Cron, Every
from tickwork.errors import InvalidBoard

BOARD = '''
project = "shop"
zone = "Europe/Amsterdam"

[defaults]
timeout = "1h"

[jobs.backup]
shell = """
tar czf /backup.tgz /etc
zone = "not a key, but text"
"""
cron = "30 2 * * *"

[jobs."nightly report"]
call = "reports:send"
kwargs = { to = "ops", copies = [1, 2] }

[[jobs."nightly report".schedules]]
at = 2026-12-24T18:00:00Z

[[jobs."nightly report".schedules]]
key = "often"
every = 90
'''


def test_a_board_in_toml_means_the_same(load) -> None:
    backup, report = load(BOARD, "tickwork.toml").jobs

    assert (backup.id, backup.timeout) == ("shop:backup", HOUR)
    assert backup.task == Shell(command='tar czf /backup.tgz /etc\nzone = "not a key, but text"\n')
    assert backup.schedules[0].trigger == Cron(expression="30 2 * * *")
    assert isinstance(report.task, Call)
    assert report.task.kwargs == {"to": "ops", "copies": [1, 2]}
    assert [type(schedule.trigger) for schedule in report.schedules] == [At, Every]


def test_problems_in_toml_have_lines(problems) -> None:
    text = BOARD.replace('"1h"', '"soon"').replace("every = 90", 'every = "often"').replace("kwargs", "kwarg")

    assert [problem.partition(";")[0] for problem in problems(text, "tickwork.toml")] == [
        "tickwork.toml:6: defaults.timeout: 'soon' is not a length of time",
        "tickwork.toml:17: jobs.nightly report.kwarg: is not a key here",
        "tickwork.toml:24: jobs.nightly report.schedules[1].every: 'often' is not a length of time",
    ]


def test_keys_headers_and_items_know_their_lines() -> None:
    table = parse_toml('a.b = 1\n[x]\ny = { z = 1 }\n"q.r" = 2\n[x.s]\n[[x.l]]\nk = 1\n[[x.l]]\nk = 2\n', shown="b")

    assert table.lines == {"a": 1, "x": 2}
    assert table["a"].lines == {"b": 1}
    assert table["x"].lines == {"y": 3, "q.r": 4, "s": 5, "l": 6}
    assert table["x"]["y"].lines == {"z": 3}
    assert [item.lines for item in table["x"]["l"]] == [{"k": 7}, {"k": 9}]
    assert table["x"]["l"].lines == [6, 8]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\nb = x\n", "b:2: is not TOML: Invalid value"),
        ("a = 1\na = 2\n", "b:2: is not TOML: Cannot overwrite a value"),
        ("a = [1,\n", "b:2: is not TOML: Invalid value"),
        ("a = " + "[" * 5000, "b: is nested deeper than 50 levels"),
        ("a = 1\nb = " + "[" * 60 + "]" * 60, "b:2: is nested deeper than 50 levels"),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(InvalidBoard) as refused:
        parse_toml(text, shown="b")

    assert refused.value.problems == [problem]


def test_what_json_cannot_hold_becomes_text() -> None:
    table = parse_toml("a = nan\nb = -inf\nc = 2026-12-24\nd = 22:00:00\n", shown="b")

    assert table == {"a": "nan", "b": "-inf", "c": "2026-12-24", "d": "22:00:00"}
