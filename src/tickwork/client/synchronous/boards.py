"""Boards, by a server: what applying one would change, applying it, writing one out."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tickwork.boards.board import Board, load_board
from tickwork.boards.single import ROOT, said_of
from tickwork.boards.write import write_board
from tickwork.client.shapes import Applied, BoardPlan
from tickwork.client.synchronous.fleet import Calendars
from tickwork.client.synchronous.http import Connection, path
from tickwork.operations.absent import Absent, edges_out
from tickwork.operations.ahead import Preview
from tickwork.operations.changes import Change


class Boards:
    """`board`: one that `tickwork.boards.board.load_board` has read, or its file."""

    def __init__(self, http: Connection, calendars: Calendars) -> None:
        self._http = http
        self._calendars = calendars

    def plan(self, board: Board | Path | str) -> Sequence[Preview]:
        """What `apply` would change, with the next due moments before and after.

        The board's own calendars count only when they have been put. Raises `InvalidDefinition`, and `Conflict` where
        a job belongs to somebody else.
        """
        return (self._look(_read(board))).changes

    def apply(self, board: Board | Path | str) -> Sequence[Change]:
        """Put the board's calendars, then make the server's jobs of this board equal to it, in one transaction."""
        read = _read(board)
        for calendar, source in read.calendars.items():
            self._calendars.put(calendar, **source.arguments())
        body = _said(read)
        return (self._http.ask("POST", path("boards", "apply"), Applied, body=body, repeatable=True)).changes

    def absent(self, board: Board | Path | str) -> Sequence[Absent]:
        """What its jobs wait for, and what does not exist: not on the board, and not on the server."""
        read = _read(board)
        return (self._look(read)).absent if edges_out(read.jobs) else []

    def review(self, board: Board | Path | str) -> tuple[Sequence[Preview], Sequence[Absent]]:
        """`plan` and `absent`, by one request."""
        found = self._look(_read(board))
        return found.changes, found.absent

    def export(self, project: str, *, folder: Path = ROOT) -> str:
        """The project's jobs as one YAML board, which is to stand in `folder`: paths in it start from there."""
        text = self._http.ask("GET", path("projects", project, "board"), str)
        return text if folder == ROOT else _moved(text, folder)

    def _look(self, board: Board) -> BoardPlan:
        return self._http.ask("POST", path("boards", "plan"), BoardPlan, body=_said(board), repeatable=True)


def _moved(text: str, folder: Path) -> str:
    """A server's board, whose paths are absolute, as one of this folder."""
    with TemporaryDirectory() as place:
        file = Path(place, "board.yaml")
        file.write_text(text, encoding="utf-8")
        return write_board(load_board(file, folder=ROOT).jobs, folder=folder)


def _read(board: Board | Path | str) -> Board:
    return board if isinstance(board, Board) else load_board(board)


def _said(board: Board) -> dict[str, Any]:
    return {
        "board": board.name,
        "project": board.project,
        "jobs": {job.name: said_of(job) for job in board.jobs},
        "tasks": {task.name: said_of(task) for task in board.tasks},
        "made_from": {job.name: job.of for job in board.jobs if job.of is not None},
    }
