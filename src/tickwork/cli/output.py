"""How a command answers: JSON, a calm table, or lines. Rich is imported only for a terminal."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tickwork.cli.words import MARKS, clean

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell with its style."""

    text: str
    style: str = ""


def state_cell(state: str) -> Cell:
    mark = MARKS[state]
    return Cell(f"{mark.icon} {state}", mark.style)


def print_json(value: Any) -> None:
    """Views (or a list of them) as JSON."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str | Cell]], *, empty: str) -> None:
    """Aligned columns; `empty` instead where there are no rows: what to do about it."""
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    if not cells:
        print(empty)
    elif sys.stdout.isatty():
        _print_rich(headers, cells)
    else:
        _print_plain(headers, [[clean(cell.text) for cell in row] for row in cells])


def print_facts(facts: Iterable[tuple[str, str | Cell]]) -> None:
    """Name and value, one per line; empty values are left out."""
    shown = [(name, value if isinstance(value, Cell) else Cell(value)) for name, value in facts]
    rows = [[Cell(name, "bright_black"), value] for name, value in shown if value.text]
    if rows and sys.stdout.isatty():
        _print_rich((), rows)
    elif rows:
        _print_plain((), [[clean(cell.text) for cell in row] for row in rows])


def print_heading(text: str) -> None:
    print(f"\n{text}")


def say(text: str) -> None:
    """A line about what was done, for the person; stdout stays for what was asked for."""
    print(text, file=sys.stderr)


def let_go_of_stdout() -> None:
    """Its reader has gone. What is printed from now on goes nowhere, also the interpreter's flush at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _print_plain(headers: Sequence[str], rows: list[list[str]]) -> None:
    lines = [[header.upper() for header in headers], *rows] if headers else rows
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print(_GAP.join(padded).rstrip())


def _print_rich(headers: Sequence[str], rows: list[list[Cell]]) -> None:
    from rich.console import Console

    Console(highlight=False).print(rich_table(headers, rows))


def rich_table(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Any:
    """The same table for a terminal, cut to its width instead of wrapped."""
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=bool(headers), header_style="bright_black"
    )
    for header in headers:
        table.add_column(header, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(clean(cell.text), style=cell.style) for cell in row))
    return table
