"""What the pages tell people to type is typed, in a folder of its own for each page, and prints what they show."""

import shlex
from pathlib import Path

import click
import pytest

from tests.docs.blocks import Block, blocks, commands, is_shown
from tests.docs.pages import DOCS
from tests.docs.terminal import Terminal
from tests.house import a_house
from tickwork.boards.applying import apply_board
from tickwork.boards.board import load_board
from tickwork.cli.app import cli

PAGES: dict[str, list[Block]] = {}
UNMARKED: dict[str, str] = {}
for _path in sorted(DOCS.rglob("*.md")):
    if DOCS / "adr" not in _path.parents:
        _page = _path.relative_to(DOCS).as_posix()
        try:
            PAGES[_page] = list(blocks(_path.read_text()))
        except ValueError as error:
            UNMARKED[_page] = str(error)
TYPED = {"console", "file", "run", "until", "stop", "ends"}


def test_each_block_says_what_becomes_of_it() -> None:
    assert UNMARKED == {}


LONGEST_FIRST = sorted(
    (page for page, found in PAGES.items() if any(block.kind == "console" for block in found)),
    key=lambda page: -len(PAGES[page]),
)
"""So that none is left over when the other processes of a test run have nothing to do any more."""


@pytest.mark.parametrize("page", LONGEST_FIRST)
def test_what_a_page_says_is_what_happens(tmp_path: Path, page: str) -> None:
    with Terminal(tmp_path) as terminal:
        for block in PAGES[page]:
            if block.kind in TYPED:
                follow(terminal, block, page)


def follow(terminal: Terminal, block: Block, page: str) -> None:
    """Do what a reader of this block does."""
    match block.kind:
        case "file":
            terminal.write(block.title, block.text)
        case "run":
            expect(terminal, block.said, "", page=page, line=block.line)
        case "until":
            terminal.until(block.said)
        case "stop":
            terminal.stop()
        case "ends":
            terminal.expect_end(int(block.mark.removeprefix("ends ")))
        case _:
            *first, last = commands(block)
            for command in first:
                expect(terminal, command.text, command.prints, page=page, line=block.line)
            if block.mark == "stays":
                terminal.stay(last.text, prints=last.prints)
            else:
                code = int(block.mark.removeprefix("exits ") or 0)
                expect(terminal, last.text, last.prints, page=page, line=block.line, code=code)


def expect(terminal: Terminal, command: str, prints: str, *, page: str, line: int, code: int = 0) -> None:
    """Where a page shows nothing below a command, what it prints is not worth showing."""
    done = terminal.run(command)
    where = f"{page}:{line}: {command}"
    assert done.code == code, f"{where}\nexits with {done.code}:\n{done.printed}"
    assert not prints or is_shown(prints, done.printed), (
        f"{where}\nprints:\n{done.printed}\nand the page says:\n{prints}"
    )


BOARDS = [(page, block) for page, found in PAGES.items() for block in found if block.kind == "board"]


@pytest.mark.parametrize(("page", "block"), BOARDS, ids=[f"{page}:{block.line}" for page, block in BOARDS])
async def test_a_board_that_a_page_shows_can_be_applied(tmp_path: Path, page: str, block: Block) -> None:
    path = tmp_path / f"board.{block.language}"
    path.write_text(block.text)
    async with a_house() as house:
        assert await apply_board(house.ops, load_board(path))


NOT_RUN = [(page, block) for page, found in PAGES.items() for block in found if block.kind == "not run"]


@pytest.mark.parametrize(("page", "block"), NOT_RUN, ids=[f"{page}:{block.line}" for page, block in NOT_RUN])
def test_what_is_not_run_says_why_and_names_only_commands_that_there_are(page: str, block: Block) -> None:
    assert len(block.said.split()) >= 3
    if block.language in {"console", "sh"}:
        for line in block.text.replace("\\\n", " ").splitlines():
            understood(shlex.split(line.removeprefix("$ "), comments=True))


def understood(words: list[str]) -> None:
    """A command line of ours: the command is there, and takes these options."""
    if "tickwork" not in words[:2]:
        return
    words = words[words.index("tickwork") + 1 :]
    command: click.Command | None = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(context, words[0])
        if inner is None and command.invoke_without_command and command is not cli:
            break
        command = inner
        assert command is not None, f"there is no command {words[0]}"
        words = words[1:]
    assert command is not None
    taken = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)} | {"--help", "--version"}
    own = words[: words.index("--")] if "--" in words else words
    assert {word.partition("=")[0] for word in own if word.startswith("--")} <= taken
