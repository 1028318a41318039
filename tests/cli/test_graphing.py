"""Jobs that stand on each other, from the command line."""

from pathlib import Path

import pytest

BOARD = """
jobs:
  crawl: {call: 'm:crawl'}
  parse: {call: 'm:parse', args: [!retval crawl], needs: crawl}
  count: {call: 'm:count', args: [!retval crawl], needs: crawl}
  load: {call: 'm:load', needs: [parse, count], protected: true}
  mail: {shell: mail, after: {load: any}}
"""


@pytest.fixture
def linked(tickwork, tmp_path: Path) -> Path:
    path = tmp_path / "linked.yaml"
    path.write_text(BOARD)
    assert tickwork("apply", str(path)).code == 0
    return path


def test_graph_shows_what_a_job_waits_for_and_what_waits_for_it(tickwork, linked):
    assert tickwork("graph", "load").out.splitlines() == [
        "load (outdated)",
        "├─ needs parse (outdated)",
        "│  └─ needs crawl",
        "└─ needs count (outdated)",
        "   └─ needs crawl",
        "",
        "what waits for load:",
        "└─ on any: mail",
    ]
    nodes = tickwork("graph", "crawl", "--json").json["nodes"]
    assert nodes[0]["job"] == "crawl"
    assert {node["job"]: node["after"] for node in nodes}["mail"] == {"load": "any"}


def test_show_prints_the_whole_chain(tickwork, linked):
    shown = tickwork("show", "mail").out
    assert "└─ after any of load" in shown
    assert "needs crawl" in shown


def test_run_with_dependencies_makes_one_group(tickwork, linked):
    refused = tickwork("run", "load", "--with-deps")
    assert (refused.code, "--armed" in refused.err) == (5, True)
    run = tickwork("run", "load", "--with-deps", "--armed", "--json").json
    assert (run["origin"], run["state"], run["group"]) == ("graph", "waiting", run["id"])
    shown = tickwork("show", run["id"]).out
    assert f"group {run['id']}: running" in shown
    assert sorted(one["job"] for one in tickwork("runs", "--json").json) == ["count", "crawl", "load", "parse"]


def test_what_cannot_be_run_again_is_said(tickwork, linked):
    run = tickwork("run", "crawl", "--json").json
    answer = tickwork("rerun", run["id"], "--from-failed")
    assert (answer.code, "is not over yet" in answer.err) == (4, True)


@pytest.mark.parametrize("pin", ["crawl", "=x", "crawl="])
def test_a_pin_names_a_job_and_a_run(tickwork, linked, pin):
    answer = tickwork("run", "parse", "--pin", pin)
    assert answer.code == 2
    assert "write it as job=run" in answer.err


def test_a_loop_is_refused_with_the_way_around_it(tickwork, linked):
    linked.write_text(BOARD.replace("{call: 'm:crawl'}", "{call: 'm:crawl', after: mail}"))
    answer = tickwork("apply", str(linked))
    assert answer.code == 2
    assert "in a loop: " in answer.err
    assert " → " in answer.err


def test_what_waits_is_explained(tickwork, linked):
    run = tickwork("run", "parse", "--json").json
    assert "waits for the runs that it needs" in tickwork("explain", run["id"]).out
