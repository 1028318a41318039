"""The keys that say where a job runs, how many at a time, and which request it makes."""

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.write import write_board
from tickwork.core.lanes import Limit
from tickwork.core.model import Everywhere, Http, Quorum
from tickwork.errors import InvalidBoard

BOARD = """\
jobs:
  patch: {shell: apt upgrade, on: all, success: any, labels: [linux, web]}
  two: {shell: x, on: 2, success: 1, labels: gpu}
  one: {shell: x, on: one}
  load:
    call: m:load
    kwargs: {region: eu}
    overlap: allow
    max_running: 3
    shares: [{key: 'db-{region}', max: 2}, {key: disk, max: 1}]
  ping: {http: 'https://example.org/ping'}
  post:
    http: {url: 'https://example.org/', method: POST, headers: {Accept: text/plain}, body: '{}', expect: [201, 202]}
"""


def test_a_job_says_where_and_how_many_of_it_run(load):
    patch, two, one, load_, _, _ = load(BOARD).jobs
    assert (patch.on, patch.success, patch.labels) == (Everywhere.ALL, Quorum.ANY, ("linux", "web"))
    assert (two.on, two.success, two.labels) == (2, 1, ("gpu",))
    assert (one.on, one.success) == (1, Quorum.ALL)
    assert load_.max_running == 3
    assert load_.shares == (Limit(key="db-{region}", max=2), Limit(key="disk", max=1))


def test_a_request_is_a_url_or_a_table(load):
    *_, ping, post = load(BOARD).jobs
    assert ping.task == Http(url="https://example.org/ping")
    assert post.task == Http(
        url="https://example.org/", method="POST", headers={"Accept": "text/plain"}, body="{}", expect=(201, 202)
    )


def test_what_is_written_loads_back(load, tmp_path):
    jobs = load(BOARD).jobs
    again = tmp_path / "again.yaml"
    again.write_text(write_board(jobs, folder=tmp_path))
    assert load_board(again).jobs == jobs
    assert "http: https://example.org/ping" in again.read_text()


def test_toml_says_it_too(tmp_path):
    board = tmp_path / "board.toml"
    board.write_text('[jobs.a]\nhttp = "http://example.org"\non = "all"\nshares = [{key = "k", max = 1}]\n')
    [a] = load_board(board).jobs
    assert (a.on, a.shares, a.task) == (Everywhere.ALL, (Limit(key="k", max=1),), Http(url="http://example.org"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{shell: a, on: some}", "jobs.x.on: 'some' is neither one, all nor a whole number"),
        ("{shell: a, on: 0}", "jobs.x.on: 0 is not a whole number from 1 to 10000"),
        ("{shell: a, success: most}", "jobs.x.success: 'most' is neither all, any nor a whole number"),
        ("{shell: a, shares: {key: db}}", "jobs.x.shares: needs both; write {key: db-{region}, max: 2}"),
        ("{shell: a, max_running: 0}", "jobs.x.max_running: 0 is not a whole number from 1 to 10000"),
        ("{http: ftp://a/b}", "jobs.x.http: 'ftp://a/b' is not called: write http://… or https://…"),
        ("{http: 'https://u:p@a/'}", "holds a user or a password, which would be shown"),
        ("{http: {method: GET}}", "jobs.x.http: needs the url; write {url:"),
        ("{http: {url: 'http://a', method: get}}", "jobs.x.http.method: 'get' is no method; write GET, POST, …"),
        ("{http: {url: 'http://a', headers: {'a b': c}}}", "'a b' cannot be the name of a header"),
        ('{http: {url: "http://a", headers: {A: "b\\r\\nC: d"}}}', "is not a line of text"),
        ("{http: {url: 'http://a', expect: 99}}", "jobs.x.http.expect: 99 is not a whole number from 100 to 599"),
        ("{http: 'http://a', payload: b}", "jobs.x.payload: goes with command, not with http"),
    ],
)
def test_what_does_not_fit_is_named(load, line: str, problem: str):
    with pytest.raises(InvalidBoard) as refused:
        load(f"jobs:\n  x: {line}\n")
    assert any(problem in one for one in refused.value.problems), refused.value.problems
