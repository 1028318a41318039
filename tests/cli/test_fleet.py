"""Pools and workers from the command line."""

from pathlib import Path

import pytest

BOARD = """
jobs:
  web: {shell: 'true', pool: web}
  patch: {shell: 'true', on: all}
  after: {shell: 'true', after: patch, enabled: false}
"""


@pytest.fixture
def fleet(tickwork, tmp_path: Path) -> Path:
    path = tmp_path / "fleet.yaml"
    path.write_text(BOARD)
    assert tickwork("apply", str(path)).code == 0
    return path


def test_a_pool_is_described_and_changed_bit_by_bit(tickwork, fleet):
    assert tickwork("pool", "put", "web", "--lease", "2m", "--max-running", "3").out == (
        "pool web: 0 workers, at most 3 runs at a time, lease 120s, for all projects\n"
    )
    assert tickwork("pool", "put", "web", "--job-timeout", "1h30m").out.endswith(
        "lease 120s, time-out 5400s, for all projects\n"
    )
    assert tickwork("pool", "put", "web", "--description", "the fronts", "--lease", "none").code == 0
    pool = tickwork("pool", "show", "web", "--json").json
    assert (pool["description"], pool["lease"], pool["max_running"]) == ("the fronts", None, 3)
    assert "at a time    3" in tickwork("pool", "show", "web").out


def test_pools_that_jobs_name_are_listed_too(tickwork, fleet):
    assert [pool["name"] for pool in tickwork("pool", "ls", "--json").json] == ["default", "web"]
    assert "unserved" in tickwork("pool", "ls").out


def test_a_pool_that_is_used_is_not_forgotten(tickwork, fleet):
    tickwork("pool", "put", "web")
    refused = tickwork("pool", "rm", "web")
    assert (refused.code, refused.err) == (
        4,
        "tickwork: pool web is used by job web; move it to another pool first\n",
    )
    tickwork("pool", "put", "spare")
    assert tickwork("pool", "rm", "spare").out == "deleted pool spare\n"
    assert tickwork("pool", "rm", "spare").code == 3


def test_only_the_projects_that_a_pool_is_for_may_use_it(tickwork, fleet):
    refused = tickwork("pool", "put", "web", "--project", "shop")
    assert refused.code == 2
    assert "job web: pool web is for shop, not for project default" in refused.err
    assert tickwork("pool", "put", "closed", "--project", "shop").code == 0
    fleet.write_text("jobs:\n  new: {shell: 'true', pool: closed}\n")
    refused = tickwork("apply", str(fleet))
    assert refused.code == 2
    assert "job new: pool closed is for shop, not for project default" in refused.err
    assert tickwork("pool", "put", "closed", "--project", "all").code == 0
    assert tickwork("apply", str(fleet)).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lease", "0.1s"], "lease: 0.1 s is too short"),
        (["--lease", "soon"], "--lease"),
        (["--max-running", "0"], "max_running: 0 would let nothing run"),
        (["--max-running", "many"], "'many' is no whole number"),
    ],
)
def test_what_a_pool_cannot_be_is_said(tickwork, fleet, arguments, words):
    refused = tickwork("pool", "put", "web", *arguments)
    assert refused.code == 2
    assert words in refused.err


def test_a_worker_is_drained_and_says_so(tickwork, board, acted):
    acted("backup")
    drained = tickwork("workers", "drain", "hand", "--why", "new disk")
    assert drained.out.startswith("drained hand; ")
    (worker,) = tickwork("workers", "--json").json
    assert "worker hand is paused by" in worker["paused"]
    assert "new disk" in worker["paused"]
    assert "drained" in tickwork("workers").out
    assert tickwork("workers", "undrain", "hand").out == "hand takes runs again\n"
    assert tickwork("workers", "undrain", "hand").out == "hand was not drained\n"


def test_a_job_shows_its_whole_chain_and_what_of_it_is_off(tickwork, fleet):
    shown = tickwork("show", "patch").out
    assert "what waits for patch:\n└─ on success: after (off)\n" in shown
    assert "after success of patch" in tickwork("show", "after").out
    (node,) = [node for node in tickwork("graph", "patch", "--json").json["nodes"] if node["job"] == "after"]
    assert node["paused"] == "disabled in its definition"
