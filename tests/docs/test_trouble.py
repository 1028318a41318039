"""docs/guides/trouble.md says what happens when the disk is full: it is filled, and that happens."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docs.blocks import blocks, commands, is_shown
from tests.docs.pages import DOCS
from tests.docs.terminal import Terminal

BOARD = """
jobs:
  backup: {shell: cat data.txt, every: 1s, overlap: allow, catch_up: all}
  polite: {shell: "[ -e asked ] || { trap 'touch asked; exit' TERM; while :; do sleep 0.1; done; }"}
  stubborn: {shell: "trap '' TERM; while :; do echo >> stubborn; sleep 0.1; done", delivery: at_most_once}
  far: {shell: "while [ ! -e go ]; do sleep 0.1; done; echo told at last", pool: far}
"""
FAR = "tickwork worker --server http://127.0.0.1:8425 --key-file box.key --name box --pool far --lease 120"


@contextmanager
def a_small_disk(folder: Path) -> Iterator[Sequence[str]]:
    """A mount that only processes behind these words see, and that goes with the process that holds it."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *own, "--mount", "sh", "-c", 'mount -t tmpfs -o size=16m none "$0" && echo here && exec cat']
    with subprocess.Popen([*command, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"here\n"
        entered = ["--user", "--preserve-credentials"] if own else []
        yield ["nsenter", "--target", str(holder.pid), *entered, "--mount", "env", f"--chdir={folder.parent}"]
        holder.stdin.close()


def shown_there() -> tuple[str, str]:
    """The command of the page that is refused, and how."""
    page = (DOCS / "guides" / "trouble.md").read_text()
    [block] = [block for block in blocks(page) if block.kind == "not run"]
    [command] = commands(block)
    return command.text, command.prints


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Terminal]:
    """A server on a small disk, with a worker beside it and another one that knows only its address."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with a_small_disk(disk) as inside, Terminal(tmp_path, inside=inside) as terminal:
        terminal.run(f"export TICKWORK_STORE=sqlite:///{disk}/tickwork.db")
        terminal.write("board.yaml", BOARD)
        terminal.write("data.txt", "worth keeping\n")
        terminal.run("tickwork key enrol --pool far > token")
        up = f"tickwork up board.yaml --store sqlite:///{disk}/tickwork.db --lease 5"
        terminal.stay(up, prints="…\nready: …\n…")
        joined = terminal.run(
            "tickwork worker enroll --server http://127.0.0.1:8425 --token $(grep -o 'twe_[A-Za-z0-9_-]*' token) "
            "--name box --key-file box.key"
        )
        assert joined.code == 0, joined.printed
        terminal.stay(FAR, prints="ready: …\n…")
        yield terminal


def test_a_full_disk_loses_nothing_and_needs_no_restart(site: Terminal) -> None:
    command, prints = shown_there()
    site.run("for job in polite stubborn far; do tickwork run $job; done")
    site.until("tickwork runs | grep backup | grep succeeded && [ $(tickwork runs --state running | wc -l) -ge 4 ]")
    site.run("dd if=/dev/zero of=disk/rest bs=64k count=512")

    refused = site.run(command)
    assert refused.code == 6
    assert is_shown(prints, refused.printed)
    assert site.run("tickwork ls").code == 0, "what is read goes on being read"
    assert site.run("tickwork doctor | grep 'make room'").code == 0
    site.run("touch go")  # what ends now cannot be told yet
    site.until("ls asked")
    site.until("was=$(stat -c %s stubborn); sleep 0.5; [ $(stat -c %s stubborn) = $was ]")
    site.sees("does not answer")

    site.run("rm disk/rest; tickwork runs backup --limit 1 --json > before")
    site.until("tickwork runs backup --limit 1 --json > after; ! cmp -s before after")
    site.until("tickwork runs polite | grep 'succeeded.* 2 *manual'")  # tried again
    site.until("tickwork runs stubborn | grep 'failed.*lost'")  # never begun twice
    site.until("tickwork runs far | grep succeeded")
    assert site.run("tickwork logs far").printed == "told at last\n"
    verified = site.run("tickwork verify")
    assert (verified.code, "accounted for exactly once" in verified.printed) == (0, True)
    site.stop()
    assert "scheduler failed" in site.stop()
