"""Boards that a Jinja template writes."""

import sys

import pytest

from tickwork.boards.template import render
from tickwork.core.model import Call
from tickwork.errors import InvalidBoard

BOARD = """\
{% set sites = {"com": "http://example.com", "org": "http://example.org"} %}
{% macro crawl(name, url) %}
  crawl_{{ name }}:
    description: Crawl {{ url }}
    call: crawler:crawl
    kwargs: {url: "{{ url }}"}
    every: {{ minutes }}m
{% endmacro %}
jobs:
{% set minutes = 5 %}
{% for name, url in sites.items() %}
{{ crawl(name, url) }}
{% endfor %}
"""


def test_macros_variables_and_loops_write_jobs(load) -> None:
    text = BOARD.replace("{% set minutes = 5 %}\n", "").replace("{% macro", "{% set minutes = 5 %}{% macro")

    jobs = load(text, "tickwork.yaml.j2").jobs

    assert [job.name for job in jobs] == ["crawl_com", "crawl_org"]
    assert isinstance(jobs[1].task, Call)
    assert jobs[1].task.kwargs == {"url": "http://example.org"}


def test_a_first_line_makes_any_board_a_template(load) -> None:
    board = load("# jinja\njobs: { {%- for n in range(3) %} job{{ n }}: {shell: 'true'}, {%- endfor %} }\n")

    assert [job.name for job in board.jobs] == ["job0", "job1", "job2"]


def test_without_either_braces_are_just_text(load) -> None:
    assert load("jobs: {a: {shell: 'echo {{ x }}'}}").jobs[0].task.command == "echo {{ x }}"


def test_toml_may_be_written_by_a_template_too(load) -> None:
    board = load("{% for n in range(2) %}\n[jobs.job{{ n }}]\nshell = 'true'\n{% endfor %}", "tickwork.toml.j2")

    assert [job.name for job in board.jobs] == ["job0", "job1"]


def test_problems_in_what_was_written_say_so(problems) -> None:
    found = problems("# jinja\njobs:\n  a:\n    shell: x\n    timeout: {{ 'soon' }}\n")

    assert found == [
        "tickwork.yaml (rendered):5: jobs.a.timeout: 'soon' is not a length of time; write 90, 90s, 1h30m or 2d"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: {{ x }}", "b:2: the template failed: 'x' is undefined"),
        ("a\n{% for %}", "b:2: is not a Jinja template: Expected an expression, got 'end of statement block'"),
        ("{% macro m() %}\n\n{{ 1 / 0 }}{% endmacro %}\n{{ m() }}", "b:3: the template failed: ZeroDivisionError: "),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "b:1: the template failed: RecursionError: "),
        ("\n{{ ''.__class__ }}", "b:2: the template failed: access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ 'x' * 10**9 }}", "b:1: the template failed: a factor of * is above 1,000,000"),
        ("{{ 9 ** 9 ** 9 }}", "b:1: the template failed: a factor of ** is above 1,000,000"),
        ("{% set x = [] %}{{ x.append(1) }}", "b:1: the template failed: "),
        (
            "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
            "b:1: the template failed: it executes more than 3,000,000 lines; does a loop run wild?",
        ),
        ("{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}", "b: the template writes more than 32 MB"),
    ],
)
def test_a_template_that_fails_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(InvalidBoard) as refused:
        render(text, shown="b")

    (found,) = refused.value.problems
    assert found.startswith(problem)


def test_counting_a_template_s_steps_leaves_a_debugger_in_place() -> None:
    def debugger(*_: object) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(debugger)
    try:
        render("{{ 1 }}", shown="b")
        assert sys.gettrace() is debugger
    finally:
        sys.settrace(before)
