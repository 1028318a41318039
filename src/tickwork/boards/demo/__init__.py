"""A board to look at: what `tickwork up --demo` runs."""

from pathlib import Path

from tickwork.boards.board import Board, load_board


def demo_board() -> Board:
    return load_board(Path(__file__).with_name("demo.yaml"))
