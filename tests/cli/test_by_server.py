"""Commands that ask a server: a really running one, whose answers are those of its store."""

import io
import re
from collections.abc import Callable, Iterator

import pytest

from tests.cli.both_ways import ACTS, ALL, FILES, HERE, LOOKS, OF_RUNS, OF_WORKERS, PRELUDE, REFUSED, leaf_of
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
_MADE = re.compile(r"\btw[kwec]_\w+|(?<=key )[0-9a-z]{10}\b|http://[^\s/]+|(?<=sign-in=)\w+|(?<=revision\W: )\d+")
"""Secrets, ids of keys, addresses, links, revisions."""
_WHO = re.compile(r"(?<= by )(\w+ by )?\w+@[\w.-]+")
"""By a server somebody acts by their key, over a store as who they are on this machine."""


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
    def ask(*arguments: str) -> Answer:
        leaf = leaf_of(arguments)
        return tickwork(*leaf, "--server", server, *arguments[len(leaf) :])

    return ask


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What comes from standard input."""

    def type_(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return type_


def told(answer: Answer) -> tuple[int, str, str]:
    return answer.code, plain(answer.raw.decode(errors="replace")), plain(answer.err)


def plain(text: str) -> str:
    """Without what another moment, run or door makes different."""
    for made, word in ((_VARYING, "THEN"), (_RUN, "RUN"), (_MADE, "MADE"), (_WHO, "WHO")):
        text = made.sub(word, text)
    return re.sub(r" +", " ", text)


def test_every_command_is_compared_or_refused_or_needs_no_store():
    compared = {leaf_of(said) for said in (*LOOKS, *(act.said for act in ACTS))} | OF_RUNS
    refused = {leaf_of(said) for said in REFUSED}
    assert compared | refused | HERE | OF_WORKERS == ALL
    assert not compared & refused


def test_what_is_looked_at_by_a_server_is_what_its_store_shows(acted, tickwork, by_server):
    acted("backup", Ending(said=SAID, result=b'{"rows":3}'))
    failed = acted("byhand", Ending(state=State.FAILED, reason=Reason.EXIT, exit_code=3))
    looks = [*LOOKS, ("show", failed), ("show", failed[:16], "--json"), ("explain", failed)]
    there, here = ([(look, *told(ask(*look))) for look in looks] for ask in (by_server, tickwork))
    assert there == here
    assert by_server("logs", "backup").raw == b"out \xff\n"


def test_what_is_done_by_a_server_is_done_and_told_alike(tickwork, by_server, board, tmp_path, typed):
    """Each is done by the server, undone, and done over the store."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    for words in PRELUDE:
        assert tickwork(*words).code == 0, words
    differing = []
    for act in ACTS:
        typed(act.typed)
        there = by_server(*act.said)
        if act.undo:
            assert (there.code, by_server(*act.undo).code) == (0, 0), (act.said, there.err)
        typed(act.typed)
        here = tickwork(*act.said)
        if told(there) != told(here):
            differing.append((act.said, told(there), told(here)))
    assert not differing, "\n".join(map(str, differing))


def test_runs_are_started_waited_for_and_killed_by_a_server(tickwork, by_server):
    filled = by_server("backfill", "hourly", "--from", "2026-01-01T00:00", "--to", "2026-01-01T03:00")
    assert filled.out.splitlines()[-1] == "3 runs queued"
    run = by_server("run", "byhand", "-p", "n=3", "--json").json["id"]
    assert by_server("kill", run[:16], "--why", "a test").out == f"run {run} is cancelled; it had not begun\n"
    again = by_server("kill", run)
    assert (again.code, "is over already: cancelled" in again.err) == (4, True)
    assert by_server("rerun", run).code == 0
    assert tickwork("show", run, "--json").json["run"]["note"].endswith("a test")


def test_keys_and_what_is_deleted_are_named_by_ids_in_both_places(tickwork, by_server, acted):
    first, second = acted("backup"), acted("backup")
    for undo in ((), ("--undo",)):
        assert told(by_server("pin", first[:18], *undo)) == told(tickwork("pin", first[:18], *undo))
    assert told(by_server("delete", first)) == told(tickwork("delete", second))
    for verb in ("rotate", "revoke"):
        ids = [tickwork("key", "add", "box", "--worker", "--json").json["key"]["id"] for _ in range(2)]
        assert told(by_server("key", verb, ids[0])) == told(tickwork("key", verb, ids[1])), verb
    there = by_server("run", "byhand")
    tickwork("kill", there.out.split()[1])
    assert told(there) == told(tickwork("run", "byhand"))


@pytest.mark.parametrize("said", REFUSED, ids=" ".join)
def test_what_no_server_can_do_says_why_in_one_line(said, tickwork):
    leaf = leaf_of(said)
    answer = tickwork(*leaf, "--server", "http://127.0.0.1:9", *said[len(leaf) :])
    assert (answer.code, answer.err.count("\n"), answer.raw) == (2, 1, b"")
    assert REFUSED[said] in answer.err


def test_a_store_and_a_server_are_one_too_many_and_a_store_wins_over_the_environment(
    tickwork, by_server, server, monkeypatch
):
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
