"""The catalogue of tasks, and boards made of several files."""

from pathlib import Path
from textwrap import dedent

import pytest

from tickwork.boards.board import load_board
from tickwork.core.clock import HOUR
from tickwork.core.model import Call, Script, Shell


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    return write


# --- tasks ----------------------------------------------------------------------------------------------


def test_a_job_may_name_its_task_and_take_over_what_that_says(load, tmp_path: Path) -> None:
    plain, other = load("""
        tasks:
          mail: {call: 'mailer:send', kwargs: {to: ops}, timeout: 1h, env: {A: task, B: task}}
        jobs:
          plain: {task: mail}
          other: {task: mail, kwargs: {to: dev}, timeout: null, env: {B: job}, cron: '@daily'}
    """).jobs

    assert plain.task == Call(target="mailer:send", kwargs={"to": "ops"}, path=str(tmp_path))
    assert (plain.timeout, plain.env) == (HOUR, {"A": "task", "B": "task"})
    assert other.task == Call(target="mailer:send", kwargs={"to": "dev"}, path=str(tmp_path))
    assert (other.timeout, other.env) == (None, {"A": "task", "B": "job"})


def test_a_template_takes_the_script_of_each_job_where_it_says_so(load) -> None:
    (job,) = load(r"""
        tasks:
          logged:
            template: |
              #!/bin/bash
              set -e
              {{ script }}
              echo done
        jobs:
          backup: {task: logged, script: 'tar \1 | gzip', stdin: x}
    """).jobs

    assert job.task == Script(text="#!/bin/bash\nset -e\ntar \\1 | gzip\necho done\n", stdin="x")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "tasks: {t: {template: hello}}",
            "tasks.t.template: has no place for the job's script; write {{ script }} where",
        ),
        ("tasks: {t: {}}", "tasks.t: needs one of template, shell, script, call, console, command"),
        ("tasks: {t: {shell: a, script: b}}", "tasks.t: has shell and script; a task has one of them"),
        ("tasks: {t: {shell: a, args: [1]}}", "tasks.t.args: goes with call, not with shell"),
        ("tasks: {t: {shell: a, cron: '@daily'}}", "tasks.t.cron: is not a key here;"),
        ("tasks: {t: 5}", "tasks.t: 5 is not a task; write {shell: …}"),
        (
            "tasks: {mail: {shell: a}}\njobs: {j: {task: mial}}",
            "jobs.j.task: 'mial' is not in tasks; did you mean 'mail'?",
        ),
        ("jobs: {j: {task: mail}}", "jobs.j.task: 'mail' is not in tasks; known here: nothing"),
        (
            "tasks: {t: {shell: a}}\njobs: {j: {task: t, shell: b}}",
            "jobs.j.shell: stands beside task: t, which says what",
        ),
        ("tasks: {t: {shell: a}}\njobs: {j: {task: t, args: [1]}}", "jobs.j.args: goes with call, not with shell"),
        (
            "tasks: {t: {template: '{{ script }}'}}\njobs: {j: {task: t}}",
            "jobs.j: needs the script that goes into the template of task 't'",
        ),
        ("tasks: {t: {shell: 5}}\njobs: {j: {task: t}}", 'tasks.t.shell: 5 is not a text; quote it: "5"'),
    ],
)
def test_what_is_wrong_with_a_task_is_named_once(problems, text: str, problem: str) -> None:
    (found,) = problems(text)

    assert found.split(": ", 1)[1].startswith(problem)


# --- includes -------------------------------------------------------------------------------------------


def test_included_files_add_their_jobs_and_tasks_to_the_board(write, tmp_path: Path) -> None:
    board = write(
        "tickwork.yaml",
        """
        project: shop
        zone: Europe/Amsterdam
        env: {A: board, B: board}
        include: [teams/web.yaml, teams/etl.toml]
        jobs: {own: {task: ping}}
        """,
    )
    write(
        "teams/web.yaml",
        """
        env: {B: web}
        defaults: {pool: web}
        tasks: {ping: {shell: ping}}
        jobs: {warm: {shell: curl, cron: '@hourly'}}
        """,
    )
    write("teams/etl.toml", 'jobs.load.call = "etl:load"\n')

    loaded = load_board(board)

    warm, load, own = loaded.jobs
    assert [job.id for job in loaded.jobs] == ["shop:warm", "shop:load", "shop:own"]
    assert (warm.env, warm.pool, warm.cwd) == ({"A": "board", "B": "web"}, "web", str(tmp_path / "teams"))
    assert warm.schedules[0].zone == "Europe/Amsterdam"
    assert load.task == Call(target="etl:load", path=str(tmp_path / "teams"))
    assert (own.task, own.pool) == (Shell(command="ping"), "default")
    assert loaded.files == (board, tmp_path / "teams/web.yaml", tmp_path / "teams/etl.toml")


def test_a_file_that_includes_itself_is_refused_with_the_way_round(write, problems) -> None:
    write("b.yaml", "include: sub/c.yaml\njobs: {}")
    write("sub/c.yaml", "\ninclude: ../tickwork.yaml\njobs: {}")

    assert problems("include: b.yaml\njobs: {}") == [
        "sub/c.yaml:2: include: '../tickwork.yaml' includes itself: tickwork.yaml → b.yaml → c.yaml → tickwork.yaml"
    ]


@pytest.mark.parametrize(
    ("included", "problem"),
    [
        ("jobs: {a: {shell: y}}", "tickwork.yaml:2: jobs.a: the job 'a' stands here a second time (first in b.yaml:1)"),
        ("project: other\njobs: {}", "b.yaml:1: project: differs from the board's own, 'default'; leave it out"),
        ("board: x\njobs: {}", "b.yaml:1: board: is for the board that includes this file; leave it out"),
        ("jobs: {b: {shell: y, timeout: soon}}", "b.yaml:1: jobs.b.timeout: 'soon' is not a length of time; "),
        ("jobs: [", "b.yaml:2: is not YAML: "),
        ("tasks: {t: {shell: a}}", "b.yaml:1: tasks.t: the task 't' stands here a second time"),
    ],
)
def test_problems_of_included_files_are_named_in_them(write, problems, included: str, problem: str) -> None:
    write("b.yaml", included)

    (found,) = problems("{include: b.yaml, tasks: {t: {shell: a}},\njobs: {a: {shell: x}}}")

    assert found.startswith(problem)


def test_a_missing_or_doubled_include_is_named(write, problems) -> None:
    write("b.yaml", "jobs: {}")

    assert problems("include: [b.yaml, b.yaml, nope.yaml]\njobs: {}") == [
        "tickwork.yaml:1: include: 'b.yaml' is included twice",
        "nope.yaml: there is no such file",
    ]
