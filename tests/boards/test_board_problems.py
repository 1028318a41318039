"""What a board is refused for, and in which words."""

import re
from pathlib import Path

import pytest

from tickwork.boards.board import load_board
from tickwork.errors import InvalidBoard

IN_JOB = [
    ("timeout: soon", "timeout: 'soon' is not a length of time; write 90, 90s, 1h30m or 2d"),
    ("timeout: 0", "timeout: 0 must be longer than nothing; write 90, 90s, 1h30m or 2d"),
    ("timeout: -5s", "timeout: '-5s' is not a length of time; write 90, 90s, 1h30m or 2d"),
    ("timeout: true", "timeout: true is not a length of time; write 90s or 1h30m"),
    ("timeout: [1h]", "timeout: a list is not a length of time; write 90s or 1h30m"),
    ("timeout: 200000d", "timeout: '200000d' is longer than 400 years; write 90, 90s, 1h30m or 2d"),
    ("timout: 1h", "timout: is not a key here; did you mean 'timeout'?"),
    ("description: 5", 'description: 5 is not a text; quote it: "5"'),
    ("description: {a: b}", "description: a table is not a text; write a text"),
    ("user: ''", "user: is empty; write a text"),
    (r'user: "a\0b"', r"user: 'a\x00b' contains a NUL character, which no program can be given"),
    (
        "resources: 512 MB",
        "resources: '512 MB' does not fit; write {memory: 512 MB, cpu: 10m, files: 1024, processes: 50}",
    ),
    ("resources: {memory: lots}", "resources.memory: 'lots' is not a size; write 512 MB or 2 GB"),
    ("resources: {memory: 1 MB}", "resources.memory: '1 MB' is out of bounds; write at least 16 MB"),
    ("resources: {ram: 1 GB}", "resources.ram: is not a key here"),
    ("nice: 20", "nice: 20 is not a whole number from -20 to 19"),
    ("umask: 22", 'umask: 22 is not a umask; write three octal digits in quotes, like "027"'),
    ("enabled: 1", "enabled: 1 is not true or false"),
    ("enabled: off", "enabled: 'off' is not true or false"),
    ("env: [A]", "env: a list is not a table of variables; write NAME: value"),
    ("env: {A: 1.5}", 'env.A: 1.5 is not a text; quote it: "1.5"'),
    ("env: {A: true}", 'env.A: true is not a text; quote it: "true"'),
    ("env: {A: null}", "env.A: nothing is not a text; write a text"),
    ("env: {A=B: x}", "env.A=B: 'A=B' is not the name of a variable; write letters, digits and _"),
    ("retries: many", "retries: 'many' is not a whole number from 0 to 1000"),
    ("retries: [1]", "retries: a list does not fit; write a number or {count: 3, delay: 10s, backoff: exponential}"),
    ("retries: {count: -1}", "retries.count: -1 is not a whole number from 0 to 1000"),
    ("retries: {cout: 1}", "retries.cout: is not a key here; did you mean 'count'?"),
    ("retries: {backoff: slow}", "retries.backoff: 'slow' is not one of fixed, linear or exponential"),
    ("retries: {jitter: 2}", "retries.jitter: 2 is not a number from 0 to 1"),
    ("retries: {on_exit: [1, 300]}", "retries.on_exit[1]: 300 is not a whole number from 0 to 255"),
    ("overlap: maybe", "overlap: 'maybe' is not one of skip, queue, allow or replace"),
    ("delivery: once", "delivery: 'once' is not one of at_least_once or at_most_once"),
    ("pool: 'a:b'", "pool: 'a:b' cannot be a name: no ':', '#', '/', control characters or blanks at its ends"),
    ("priority: high", "priority: 'high' is not a whole number from -1000 to 1000"),
    ("max_log_bytes: 1.5", "max_log_bytes: 1.5 is not a whole number from 1024 to 1099511627776"),
    ("zone: Europe/Amsterdan", "zone: 'Europe/Amsterdan' is not a time zone; did you mean 'Europe/Amsterdam'?"),
    ("zone: ../etc", "zone: '../etc' is not a time zone; write a name like Europe/Amsterdam or UTC"),
    ("zone: 1", "zone: 1 is not a time zone; write a name like Europe/Amsterdam or UTC"),
    ("catch_up: some", "catch_up: 'some' is not one of latest, all or none"),
    ("catch_up: {max_count: 0}", "catch_up.max_count: 0 is not a whole number from 1 to 1000000"),
    ("exclude: nights", "exclude: 'nights' does not fit; write {windows: [22:00-06:00], weekdays: [sat, sun]}"),
    ("exclude: {weekdays: monday}", "exclude.weekdays: 'monday' is not one of mon, tue, wed, thu, fri, sat or sun"),
    ("exclude: {days: [soon]}", "exclude.days[0]: 'soon' is not a date; write 2026-12-25"),
    ("exclude: {windows: 22-25}", "exclude.windows: '22-25' is not a part of the day; write 22:00-06:00"),
    ("exclude: {windows: {start: 22h}}", "exclude.windows.start: '22h' is not a time of day; write 22:00"),
    ("args: [1]", "args: goes with call, not with shell"),
    ("stdin: 5", 'stdin: 5 is not a text; quote it: "5"'),
    ("payload: x", "payload: goes with command, not with shell"),
    ("call: 'm:f'", ": has shell and call; a job has one of them"),
    ("cron: 0 3 * * *; every: 1h", ": has cron and every; one schedule has one of them, several go into schedules: "),
    ("cron: 0 25 * * *", "cron: hour: 25 is not in 0-23"),
    ("cron: ''", "cron: is empty; write a cron expression, like 30 2 * * *"),
    ("every: {hours: 0}", "every: needs an interval: 1h30m, or units that are added up, like hours: 1, minutes: 30"),
    ("every: {interval: 1h, hours: 1}", "every: needs an interval: 1h30m, or units that are added up"),
    ("every: {hours: 1, decay: {factor: 2}}", "every.decay: needs factor and step, like {factor: 2, step: 1d}"),
    ("months: {anchor: 2026-01-01}", "months: needs months, like {months: 3}"),
    ("at: tomorrow", "at: 'tomorrow' is not a time; write it as 2026-12-24T18:00 or with an offset"),
    ("every: 1h; from: someday", "from: 'someday' is not a time; write it as 2026-12-24T18:00 or with an offset"),
    ("schedules: [{}]", "schedules[0]: needs one of cron, every, months, at, after_completion"),
    ("schedules: [5]", "schedules[0]: 5 is not a table; write {cron: 30 2 * * *}"),
    ("cron: '@daily'; schedules: [{every: 1h}]", "cron: stands beside schedules; move it into that list"),
    (
        "schedules: [{every: 1h, key: a}, {every: 2h, key: a}]",
        "schedules[1].key: 'a' is the key of two schedules; give each its own",
    ),
]


@pytest.mark.parametrize(("line", "problem"), IN_JOB)
def test_a_wrong_line_of_a_job_is_named(problems, line: str, problem: str) -> None:
    lines = "\n    ".join(line.split("; "))

    (found,) = problems(f"jobs:\n  backup:\n    shell: tar\n    {lines}\n")

    where = "jobs.backup" if problem.startswith(":") else "jobs.backup."
    assert re.sub(r"^tickwork.yaml:[245]: ", "", found).startswith(f"{where}{problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "tickwork.yaml: is empty; write jobs: {name: {shell: …, cron: …}}"),
        ("hello", "tickwork.yaml:1: 'hello' is not a board; write jobs: {name: {shell: …, cron: …}}"),
        ("[1]", "tickwork.yaml:1: a list is not a board; write jobs: {name: {shell: …, cron: …}}"),
        ("project: shop", "tickwork.yaml:1: has no jobs; write jobs: {name: {shell: …, cron: …}}"),
        ("jobs: 5", "tickwork.yaml:1: jobs: 5 is not a table; write {name: {shell: …, cron: …}}"),
        ("jobs:", "tickwork.yaml:1: jobs: nothing is not a table; write {name: {shell: …, cron: …}}"),
        ("jobs: {a: 5}", "tickwork.yaml:1: jobs.a: 5 is not a job; write {shell: …, cron: …}"),
        (
            "jobs:\n  a:\n    cron: '@daily'",
            "tickwork.yaml:2: jobs.a: needs one of shell, script, call, console, command, http, elsewhere",
        ),
        (
            "jobs: {a: {call: jobs}}",
            "tickwork.yaml:1: jobs.a.call: 'jobs' is not a callable; write module:function, like",
        ),
        ("jobs: {a: {call: 'm:f', args: 5}}", "tickwork.yaml:1: jobs.a.args: 5 is not a list; write [a, b]"),
        (
            "jobs: {a: {call: 'm:f', kwargs: [1]}}",
            "tickwork.yaml:1: jobs.a.kwargs: a list is not a table; write {name: v",
        ),
        (
            f"jobs: {{a: {{call: 'm:f', args: [{2**70}]}}}}",
            f"tickwork.yaml:1: jobs.a.args: {2**70} is too large a number; write it as a text",
        ),
        ("jobs: {a/b: {shell: x}}", "tickwork.yaml:1: jobs.a/b: 'a/b' cannot be a name: no ':', '#', '/', control"),
        (f"jobs: {{{'a' * 201}: {{shell: x}}}}", f"tickwork.yaml:1: jobs.{'a' * 201}: is longer than 200 characters"),
        (
            "jobs: {a: {shell: x}, a: {shell: y}}",
            "tickwork.yaml:1: the key 'a' stands here a second time (first in line 1)",
        ),
        ("project: a:b\njobs: {}", "tickwork.yaml:1: project: 'a:b' cannot be a name: no ':', '#', '/', control"),
        (
            "defaults: {shell: x}\njobs: {}",
            "tickwork.yaml:1: defaults.shell: is not a key here; known here: zone, from,",
        ),
        ("defaults: 5\njobs: {}", "tickwork.yaml:1: defaults: 5 is not a table; write {timeout: 1h}"),
    ],
)
def test_a_wrong_board_is_refused(problems, text: str, problem: str) -> None:
    (found,) = problems(text)

    assert found.startswith(problem)


def test_all_problems_of_a_file_come_at_once(problems) -> None:
    found = problems("""
        projct: shop
        jobs:
          backup:
            shell: tar
            timeout: soon
            retries: {count: many, dely: 1s}
          report: {}
    """)

    assert found == [
        "tickwork.yaml:2: projct: is not a key here; did you mean 'project'?",
        "tickwork.yaml:6: jobs.backup.timeout: 'soon' is not a length of time; write 90, 90s, 1h30m or 2d",
        "tickwork.yaml:7: jobs.backup.retries.count: 'many' is not a whole number from 0 to 1000",
        "tickwork.yaml:7: jobs.backup.retries.dely: is not a key here; did you mean 'delay'?",
        "tickwork.yaml:8: jobs.report: needs one of shell, script, call, console, command, http, elsewhere",
    ]


def test_a_problem_in_a_shared_table_is_named_where_it_stands(problems) -> None:
    found = problems("""
        jobs:
          one: &base
            shell: tar
            timeout: soon
          two: {<<: *base, description: like the first}
    """)

    assert found == [
        "tickwork.yaml:5: jobs.one.timeout: 'soon' is not a length of time; write 90, 90s, 1h30m or 2d",
        "tickwork.yaml:5: jobs.two.timeout: 'soon' is not a length of time; write 90, 90s, 1h30m or 2d",
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("board.yaml", None, "board.yaml: there is no such file"),
        ("board.yaml", b"\x7fELF\0\0", "board.yaml: is a binary file, not a board"),
        ("board.yaml", b"jobs:\n  a: {shell: caf\xe9}", "board.yaml:2: is not UTF-8 text (byte 0xe9)"),
        ("board.ini", b"jobs: {}", "board.ini: is not a board; a board ends in .yaml"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_bytes(content)

    with pytest.raises(InvalidBoard) as refused:
        load_board(name)

    assert refused.value.problems[0].startswith(problem)


def test_a_folder_is_not_a_board(tmp_path: Path) -> None:
    with pytest.raises(InvalidBoard, match="is a folder; name the board file in it"):
        load_board(tmp_path)


def test_a_board_that_is_too_large_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "board.yaml"
    with path.open("wb") as file:
        file.truncate(40 * 1024 * 1024)

    with pytest.raises(InvalidBoard, match="is larger than 32 MB; split it into several boards"):
        load_board(path)
