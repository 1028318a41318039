"""Jobsched's files: the catalogue becomes tasks, the settings are read as data."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.import_jobsched import JobschedSettings, import_catalog, read_settings
from tickwork.boards.jobsched_task import run
from tickwork.core.clock import SECOND
from tickwork.core.model import Call, Shell
from tickwork.errors import InvalidBoard

CATALOG = """
[runfoo]
file=runscript.py
class=RunScript
script=foo.bash

[example]
file=example.py
class=ExampleJob
phrase=foo
theBestFunctionArgumentIeverSeen=100%
"""
TASK = """
from jobsched.watchdog import watchdog

class ExampleJob(object):
    def __init__(self, **parameters):
        self.parameters = parameters

    @watchdog()
    def __call__(self, info):
        return [self.parameters, info.id, info["timeout"]]

class Slow(object):
    @watchdog(0.05)
    def __call__(self, info):
        import time
        print("begun", flush=True)
        time.sleep(60)
"""


def test_a_catalogue_becomes_tasks_that_jobs_can_name(tmp_path: Path) -> None:
    tasks = tmp_path / "tasks"

    imported = import_catalog(CATALOG, name="catalog.cfg", tasks=tasks, settings=JobschedSettings(timeout=90 * SECOND))

    board = tmp_path / "board.yaml"
    board.write_text(imported.board.replace("jobs: {}", "jobs: {a: {task: runfoo, every: 5m}, b: {task: example}}"))
    script, example = load_board(board).jobs
    assert (imported.problems, imported.warnings) == ((), ())
    assert (script.task, script.cwd, script.timeout) == (Shell(command=f"{tasks}/foo.bash"), str(tasks), 90 * SECOND)
    assert isinstance(example.task, Call)
    assert example.task.kwargs == {
        "file": f"{tasks}/example.py",
        "cls": "ExampleJob",
        "options": {"phrase": "foo", "theBestFunctionArgumentIeverSeen": "100%"},
        "timeout": 90.0,
    }


def test_a_task_class_is_made_with_its_options_and_called_with_info(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example.py").write_text(TASK)
    monkeypatch.setenv("TICKWORK_JOB", "fake")

    assert run(file=str(tmp_path / "example.py"), cls="ExampleJob", options={"phrase": "foo"}, timeout=90.0) == [
        {"phrase": "foo"},
        "fake",
        90.0,
    ]


def test_a_watchdog_ends_the_process_and_keeps_its_output(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(TASK)
    call = f"run(file={str(tmp_path / 'example.py')!r}, cls='Slow', options={{}})"
    code = f"from tickwork.boards.jobsched_task import run; {call}"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout) == (-signal.SIGALRM, b"begun\n")


@pytest.mark.parametrize(("file", "error"), [("nope.py", FileNotFoundError), ("empty.py", LookupError)])
def test_a_missing_file_or_class_says_so(tmp_path: Path, file: str, error: type[Exception]) -> None:
    (tmp_path / "empty.py").write_text("")

    with pytest.raises(error, match=file):
        run(file=str(tmp_path / file), cls="Job", options={})


def test_sections_that_say_too_little_are_named() -> None:
    imported = import_catalog("[a]\nfile=a.py\n[b:c]\nfile=b.py\nclass=B\n", name="catalog.cfg", tasks=Path("/tasks"))

    assert imported.problems[0] == "catalog.cfg: [a]: needs class"
    assert imported.problems[1].startswith("catalog.cfg: [b:c]: 'b:c' cannot be a name")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("file=a.py\n", "catalog.cfg:1: is not a catalog.cfg: File contains no section headers"),
        ("[a]\nnonsense\n", "catalog.cfg:2: is not a catalog.cfg: Source contains parsing errors"),
        ("[a]\nfile=a\n[a]\nfile=b\n", "catalog.cfg:3: is not a catalog.cfg: "),
    ],
)
def test_what_is_not_a_catalogue_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidBoard) as refused:
        import_catalog(text, name="catalog.cfg", tasks=Path("/tasks"))

    assert refused.value.problems[0].startswith(problem)


def test_settings_are_read_as_data_and_each_has_a_place_or_a_warning() -> None:
    settings = read_settings(
        "# comment\nJOB_LIVETIME = 60\nJOBSCHED_PORT = 58631\nSCHED_CONFIG = {'apscheduler.threadpool.max': 3}\n"
        "OTHER = open('/etc/passwd')\nimport os\n",
        name="jobsched.cfg",
    )

    assert settings.timeout == 60 * SECOND
    assert [warning.partition(": ")[0] for warning in settings.warnings] == [f"jobsched.cfg:{n}" for n in (3, 4, 5, 6)]
    assert "SCHED_CONFIG: has no counterpart in a board; --store says where jobs are kept" in settings.warnings[1]
    assert "OTHER: is not a setting that is known here; leave it out" in settings.warnings[2]
    assert "import os: is not a setting" in settings.warnings[3]


@pytest.mark.parametrize("value", ["'soon'", "-1", "True", "f()"])
def test_a_life_time_that_is_no_number_is_warned_of(value: str) -> None:
    settings = read_settings(f"JOB_LIVETIME = {value}\n", name="jobsched.cfg")

    assert settings.timeout is None
    assert "is not a number of seconds" in settings.warnings[0]


def test_settings_that_are_not_python_are_refused() -> None:
    with pytest.raises(InvalidBoard, match=r"jobsched\.cfg:2: is not a jobsched\.cfg: invalid syntax"):
        read_settings("A = 1\nB == = 2\n", name="jobsched.cfg")
