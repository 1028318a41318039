"""docs/guides/trouble.md says what happens when the disk is full: it is filled, and that happens."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.docs.blocks import blocks, commands, is_shown
from tests.docs.pages import DOCS
from tests.docs.terminal import Terminal

BOARD = "jobs:\n  backup: {shell: cat data.txt, every: 1s, overlap: allow, catch_up: all}\n"


@contextmanager
def a_small_disk(folder: Path) -> Iterator[Sequence[str]]:
    """A mount that only processes behind these words see, and that goes with the process that holds it."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *own, "--mount", "sh", "-c", 'mount -t tmpfs -o size=4m none "$0" && echo here && exec cat']
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


def test_a_full_disk_loses_nothing_and_needs_no_restart(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command, prints = shown_there()
    with a_small_disk(disk) as inside, Terminal(tmp_path, inside=inside) as terminal:
        terminal.run(f"export TICKWORK_STORE=sqlite:///{disk}/tickwork.db")
        terminal.write("board.yaml", BOARD)
        terminal.write("data.txt", "worth keeping\n")
        terminal.stay(f"tickwork up board.yaml --store sqlite:///{disk}/tickwork.db", prints="…\nready: …\n…")
        terminal.until("tickwork runs | grep succeeded")
        terminal.run("dd if=/dev/zero of=disk/rest bs=4k count=2048")

        refused = terminal.run(command)
        assert refused.code == 6
        assert is_shown(prints, refused.printed)
        assert terminal.run("tickwork ls").code == 0, "what is read goes on being read"
        terminal.sees("scheduler failed")
        assert terminal.run("tickwork doctor | grep 'make room'").code == 0

        terminal.run("rm disk/rest; tickwork runs --limit 1 --json > before")
        terminal.until("tickwork runs --limit 1 --json > after; ! cmp -s before after")
        verified = terminal.run("tickwork verify")
        assert (verified.code, "accounted for exactly once" in verified.printed) == (0, True)
