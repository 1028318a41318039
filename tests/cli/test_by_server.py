"""Commands that ask a server: a really running one, whose answers are those of its store."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import Answer, Ending, Tickwork
from tests.cli.test_acting import SAID
from tests.cli.test_up import Process
from tickwork.core.roles import SCOPES
from tickwork.core.states import Reason, State

ByServer = Callable[..., Answer]

_VARYING = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?[+-]\d\d:?\d\d|Z)?|\b\d\d:\d\d:\d\d\b|in \d+\w\b|\d+\w ago|\bnow\b"
)
_RUN = re.compile(r"\b[0-9a-z]{20}\b")


@pytest.fixture
def server(tickwork: Tickwork, board, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address; who calls has a key that may do everything."""
    tickwork("user", "add", "root", "--superuser")
    scopes = [word for scope in SCOPES for word in ("--scope", scope.value)]
    monkeypatch.setenv("TICKWORK_KEY", tickwork("key", "add", "cli", "--owner", "root", *scopes).out.strip())
    process = Process("server", "--port", "0")
    try:
        yield re.search(r"http://\S+:\d+", process.until(r"http://")).group()
    finally:
        process.close()


@pytest.fixture
def by_server(tickwork: Tickwork, server: str) -> ByServer:
    return lambda *arguments: tickwork(*arguments, "--server", server)


def told(answer: Answer) -> tuple[int, str, str]:
    return answer.code, plain(answer.raw.decode(errors="replace")), plain(answer.err)


def plain(text: str) -> str:
    """Without what another moment or another run makes different."""
    return re.sub(r" +", " ", _RUN.sub("RUN", _VARYING.sub("THEN", text)))


LOOKS = [
    ("ls",),
    ("ls", "--json"),
    ("runs",),
    ("runs", "byhand", "--state", "failed", "--json"),
    ("show", "backup"),
    ("show", "hourly", "--json"),
    ("next", "backup", "--from", "2026-10-25", "--count", "3"),
    ("next", "--count", "4", "--from", "2027-01-01"),
    ("explain", "byhand"),
    ("explain", "backup", "--at", "2020-01-01"),
    ("ledger", "hourly", "--from", "2027-01-01", "--to", "2027-01-02"),
    ("forecast", "--days", "2", "--from", "2027-01-01"),
    ("graph", "backup"),
    ("edit", "backup"),
    ("export",),
    ("tasks",),
    ("logs", "backup"),
    ("logs", "backup", "--json"),
    ("calendar", "ls"),
    ("user", "show", "root"),
    ("group", "ls"),
    ("project", "ls"),
    ("secret", "ls"),
    ("audit", "--kind", "user"),
    ("show", "nothing"),
    ("logs", "nothing"),
    ("calendar", "show", "nothing"),
]


def test_what_is_looked_at_by_a_server_is_what_its_store_shows(acted, tickwork, by_server):
    acted("backup", Ending(said=SAID, result=b'{"rows":3}'))
    failed = acted("byhand", Ending(state=State.FAILED, reason=Reason.EXIT, exit_code=3))
    looks = [*LOOKS, ("show", failed), ("show", failed[:16], "--json"), ("explain", failed)]
    here, there = ([(look, *told(ask(*look))) for look in looks] for ask in (tickwork, by_server))
    assert there == here
    assert by_server("logs", "backup").raw == b"out \xff\n"


def test_what_is_done_by_a_server_is_done_and_told_alike(tickwork, by_server, board, tmp_path):
    """Each is done by the server, undone, and done over the store."""
    other = tmp_path / "other.yaml"
    other.write_text(
        "board: other\ntasks: {fetch: {shell: curl}}\njobs: {a: {task: fetch}, b: {shell: x, needs: [a]}}\n"
    )
    pairs = [
        (("plan", str(other)), ()),
        (("apply", str(other), "--dry-run"), ()),
        (("apply", str(other)), ("apply", str(emptied(tmp_path)))),
        (("pause", "byhand", "--why", "a test"), ("resume", "byhand")),
        (("edit", "backup", "timeout=2h"), ("edit", "backup", "--reset")),
        (("calendar", "put", "closed", "2026-12-25"), ("calendar", "rm", "closed")),
        (("pool", "put", "gpu", "--max-running", "2"), ("pool", "rm", "gpu")),
        (("group", "add", "night", "root", "--role", "etl=viewer"), ("group", "rm", "night")),
        (("project", "put", "etl", "--description", "Loads."), ("project", "rm", "etl")),
        (("replay", "hourly", "--slot", "2020-01-01T00:00"), ()),
        (("workers", "drain", "box7"), ("workers", "undrain", "box7")),
        (("rm", "hourly"), ()),
    ]
    for act, undo in pairs[:-1]:
        there = by_server(*act)
        if undo:
            assert by_server(*undo).code == 0, undo
        assert (act, *told(there)) == (act, *told(tickwork(*act)))
    assert by_server("rm", "hourly").out.splitlines()[0] == "deleted hourly"
    assert "hourly" not in tickwork("ls").out


def emptied(folder):
    """The same board without anything on it."""
    file = folder / "empty.yaml"
    file.write_text("board: other\njobs: {}\n")
    return file


def test_runs_are_started_waited_for_and_killed_by_a_server(tickwork, by_server):
    filled = by_server("backfill", "hourly", "--from", "2026-01-01T00:00", "--to", "2026-01-01T03:00")
    assert filled.out.splitlines()[-1] == "3 runs queued"
    run = by_server("run", "byhand", "-p", "n=3", "--json").json["id"]
    assert by_server("kill", run[:16], "--why", "a test").out == f"run {run} is cancelled; it had not begun\n"
    again = by_server("kill", run)
    assert (again.code, "is over already: cancelled" in again.err) == (4, True)
    assert by_server("rerun", run).code == 0
    assert tickwork("show", run, "--json").json["run"]["note"].endswith("a test")


def test_what_needs_the_store_says_so_and_both_are_too_many(tickwork, by_server, server, monkeypatch):
    for command in (("verify",), ("doctor",), ("backup", "x"), ("secret", "rotate"), ("user", "signout", "root")):
        answer = by_server(*command)
        assert (answer.code, answer.err.count("\n")) == (2, 1), command
        assert "store" in answer.err, command
    both = by_server("ls", "--store", "memory://")
    assert (both.code, "name one of them" in both.err) == (2, True)
    monkeypatch.setenv("TICKWORK_SERVER", server)
    monkeypatch.setenv("TICKWORK_STORE", "memory://")
    assert "backup" in tickwork("ls").out
    monkeypatch.setenv("TICKWORK_KEY", "twk_nobody_knows")
    refused = tickwork("ls")
    assert (refused.code, "not good" in refused.err) == (5, True)


def test_a_server_that_is_not_there_is_one_line(tickwork):
    answer = tickwork("ls", "--server", "http://127.0.0.1:9")
    assert (answer.code, answer.err.count("\n")) == (6, 1)
    assert "http://127.0.0.1:9 does not answer" in answer.err
