"""JobControl's configuration: its macros still write jobs."""

from pathlib import Path

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.import_jobcontrol import import_jobcontrol
from tickwork.core.dependencies import Need
from tickwork.core.model import Call
from tickwork.errors import InvalidBoard

CONFIG = """\
{% macro process_website(name, url) %}
  - id: crawl_{{ name }}
    title: "Crawl {{ url }}"
    function: mycrawler:crawl
    kwargs:
      storage: postgresql://localhost/crawled_data_{{ name }}

  - id: process_{{ name }}
    title: "Process {{ url }}"
    function: mycrawler:process
    kwargs:
      input_storage: !retval crawl_{{ name }}
    dependencies: [crawl_{{ name }}]
{% endmacro %}
storage: "postgresql://localhost/jc"
webapp: {PORT: 5050}
jobs:
{{ process_website('example_com', 'http://www.example.com') }}
{{ process_website('example_org', 'http://www.example.org') }}
  - {id: report, module: reports, function: send, args: [spam], dependencies: [crawl_example_org], protect: true}
"""


def test_macros_write_jobs_that_pass_their_results_on(tmp_path: Path) -> None:
    imported = import_jobcontrol(CONFIG, name="jobcontrol.yaml", folder=tmp_path, project="crawl")

    board = tmp_path / "board.yaml"
    board.write_text(imported.board)
    jobs = load_board(board).jobs
    assert [job.id for job in jobs] == [
        "crawl:crawl_example_com",
        "crawl:process_example_com",
        "crawl:crawl_example_org",
        "crawl:process_example_org",
        "crawl:report",
    ]
    first, second, *_, report = jobs
    assert first.description == "Crawl http://www.example.com"
    assert first.task == Call(
        target="mycrawler:crawl",
        kwargs={"storage": "postgresql://localhost/crawled_data_example_com"},
        path=str(tmp_path),
    )
    assert second.needs == (Need(job="crawl:crawl_example_com"),)
    assert second.task == Call(
        target="mycrawler:process",
        kwargs={"input_storage": {"!retval": "crawl:crawl_example_com"}},
        path=str(tmp_path),
    )
    assert report.task == Call(target="reports:send", args=("spam",), path=str(tmp_path))
    assert report.needs == (Need(job="crawl:crawl_example_org"),)
    assert report.protected
    assert imported.problems == ()
    assert [warning.partition(": ")[2].partition(":")[0] for warning in imported.warnings] == [
        "storage",
        "webapp",
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("5", "jobs[0]: 5 is not a job"),
        ("{function: 'm:f'}", "jobs[0]: '' cannot be a name"),
        ("{id: a, function: nothing}", "jobs[0]: 'nothing' is not a callable"),
        ("{id: a, function: 'm:f', dependencies: b}", "jobs[0]: dependencies must be a list of the ids of jobs"),
        ("{id: a, function: 'm:f', cleanup: nothing}", "jobs[0]: 'nothing' is not a callable"),
        ("{id: a, function: 'm:f', args: 5}", "jobs[0]: args must be a list and kwargs a table"),
    ],
)
def test_a_job_that_cannot_be_mapped_is_named(tmp_path: Path, entry: str, problem: str) -> None:
    imported = import_jobcontrol(f"jobs: [{entry}]", name="jc.yaml", folder=tmp_path)

    assert imported.problems[0].startswith(f"jc.yaml:1: {problem}")


def test_an_id_that_stands_twice_is_named(tmp_path: Path) -> None:
    one = "{id: a, function: 'm:f'}"

    imported = import_jobcontrol(f"jobs: [{one}, {one}]", name="jc.yaml", folder=tmp_path)

    assert imported.problems == ("jc.yaml:1: jobs[1]: the job 'a' stands here a second time",)


@pytest.mark.parametrize("text", ["", "hello", "jobs: 5", "[1]"])
def test_what_is_not_a_jobcontrol_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidBoard, match="is not a JobControl configuration: there is no list of jobs in it"):
        import_jobcontrol(text, name="jc.yaml", folder=tmp_path)
