"""A worker is let in: a token here, a key there, for its owner alone."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Tickwork
from tests.services.served import served_in_a_thread


@pytest.fixture
def server(url: str) -> Iterator[str]:
    """The address of a server over the store of the commands."""
    with served_in_a_thread(url) as there:
        yield there.url


def test_a_token_becomes_a_key_that_its_owner_alone_can_read(tickwork: Tickwork, server: str, tmp_path: Path) -> None:
    token = tickwork("key", "enrol", "--pool", "gpu").out.strip()
    file = tmp_path / "box7.key"
    enroll = ("worker", "enroll", "--server", server, "--name", "box7", "--key-file", str(file), "--token")
    answer = tickwork(*enroll, token)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"enrolled box7 for the pools gpu; its key is in {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("tww_")
    [key] = tickwork("key", "ls", "--json").json
    assert (key["name"], key["pools"]) == ("box7", ["gpu"])

    # And what is there is not written over, and costs no token
    second = tickwork("key", "enrol", "--json").json["token"]
    refused = tickwork(*enroll, second)
    assert (refused.code, refused.err) == (
        2,
        f"tickwork: key_file: {file} is there already; take another file, or delete it\n",
    )
    file.unlink()
    assert tickwork(*enroll, second).code == 0

    # And a token is good once: then no file stays behind
    file.unlink()
    refused = tickwork(*enroll, token)
    assert refused.code == 5
    assert "this token is unknown, was used before, or is over" in refused.err
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--key-file", "k"], "server: enrolment needs it: --server, or TICKWORK_SERVER"),
        (["--server", "http://localhost:1"], "key_file: enrolment needs it: --key-file, or TICKWORK_KEY_FILE"),
    ],
)
def test_what_is_missing_is_named(tickwork: Tickwork, arguments: list[str], words: str) -> None:
    refused = tickwork("worker", "enroll", "--token", "twe_x", *arguments)
    assert (refused.code, refused.err) == (2, f"tickwork: {words}\n")


def test_a_server_that_does_not_answer_leaves_no_file_behind(tickwork: Tickwork, tmp_path: Path) -> None:
    file = tmp_path / "k"
    refused = tickwork("worker", "enroll", "--token", "t", "--server", "http://localhost:1", "--key-file", str(file))
    assert refused.code == 6
    assert not file.exists()
