"""Boards tie jobs together by name, and pass on what jobs returned."""

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.write import write_board
from tickwork.core.dependencies import Need
from tickwork.errors import InvalidBoard

BOARD = """\
project: etl
jobs:
  crawl: {call: 'm:crawl'}
  parse:
    call: m:parse
    args: [!retval crawl, {deep: [!retval 'default:settings']}]
    kwargs: {rows: !retval crawl}
    needs: [crawl, 'default:settings']
  load: {call: 'm:load', args: [!retval parse], needs: parse, map: {over: parse, parallel: 4}}
  mail: {shell: mail, after: {load: any, parse: failure}}
"""


def test_names_become_ids_in_the_project_of_the_board(load):
    _, parse, load_, _ = load(BOARD).jobs
    assert parse.needs == (Need(job="etl:crawl"), Need(job="settings"))
    assert parse.task.args == ({"!retval": "etl:crawl"}, {"deep": [{"!retval": "settings"}]})
    assert parse.task.kwargs == {"rows": {"!retval": "etl:crawl"}}
    assert load_.map.over == "etl:parse"


def test_what_is_written_loads_back(load, tmp_path):
    jobs = load(BOARD).jobs
    written = write_board(jobs, folder=tmp_path)
    again = tmp_path / "again.yaml"
    again.write_text(written)
    assert load_board(again).jobs == jobs
    assert "rows: !retval crawl" in written
    assert "default:settings" in written


def test_toml_has_a_table_for_what_yaml_has_a_tag_for(tmp_path):
    board = tmp_path / "board.toml"
    board.write_text('[jobs.a]\ncall = "m:f"\n[jobs.b]\ncall = "m:g"\nneeds = "a"\nargs = [{"!retval" = "a"}]\n')
    _, b = load_board(board).jobs
    assert b.task.args == ({"!retval": "a"},)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("shell: !retval a", "jobs.x.shell: !retval goes inside args and kwargs only"),
        ("{shell: a, needs: {within: 2h}}", "jobs.x.needs: needs the job; write {job: crawl, within: 2h}"),
        ("{shell: a, after: {a: sometimes}}", "'sometimes' is not one of success, failure or any"),
        ("{shell: a, after: 5}", "jobs.x.after: 5 does not fit; write {parent: success}"),
        ("{shell: a, map: {parallel: 3}}", "jobs.x.map: needs what it goes over"),
        ("{shell: a, cleanup: nothing}", "jobs.x.cleanup: 'nothing' is not a callable"),
    ],
)
def test_what_does_not_fit_is_named(load, lines: str, problem: str):
    text = lines if lines.startswith("{") else f"{{{lines}}}"
    with pytest.raises(InvalidBoard) as refused:
        load(f"jobs:\n  x: {text}\n")
    assert problem in str(refused.value)
