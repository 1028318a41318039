"""`tickwork up` in Jobsched's place: its two folders of configuration, read as they are."""

import logging.config
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tickwork.boards.applying import apply_board
from tickwork.boards.board import Board
from tickwork.boards.import_jobsched import import_catalog, read_settings
from tickwork.boards.source import read_text
from tickwork.cli.words import several
from tickwork.errors import InvalidBoard, InvalidSetting
from tickwork.operations import Operations

_CATALOGUE, _SETTINGS, _LOGGING = "catalog.cfg", "jobsched.cfg", "logging.cfg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What the folders say."""

    folder: Path
    board: Board
    port: int | None
    """Of `jobsched.cfg`: where it listened."""
    warnings: tuple[str, ...]

    async def apply(self, ops: Operations, say: Callable[[str], None]) -> None:
        """Make the catalogue's tasks the store's."""
        for warning in self.warnings:
            say(f"warning: {warning}")
        await apply_board(ops, self.board, owner=str(self.folder))
        say(f"{self.folder / _CATALOGUE}: {several(len(self.board.tasks), 'task')}")


def read_catalogue(conf_dir: Path, tasks_dir: Path) -> Catalogue:
    """Raises `InvalidBoard` naming the file and the line, and `InvalidSetting` for a `logging.cfg` that is none."""
    folder = conf_dir.absolute()
    file, settings_file = folder / _CATALOGUE, folder / _SETTINGS
    settings = None
    if settings_file.exists():
        settings = read_settings(read_text(settings_file, shown=str(settings_file)), name=str(settings_file))
    text = read_text(file, shown=str(file))
    imported = import_catalog(text, name=str(file), tasks=tasks_dir.absolute(), settings=settings)
    if imported.problems:
        raise InvalidBoard(list(imported.problems))
    _take_logging(folder / _LOGGING)
    board = imported.loaded(folder=tasks_dir.absolute())
    port = settings.port if settings is not None else None
    warnings = [text for text in imported.warnings if port is None or ": JOBSCHED_PORT: " not in text]
    return Catalogue(folder=folder, board=replace(board, name=str(folder)), port=port, warnings=tuple(warnings))


def _take_logging(file: Path) -> None:
    """The server's own log goes where `logging.cfg` sends it."""
    if not file.exists():
        return
    try:
        logging.config.fileConfig(file, disable_existing_loggers=False)
    except (KeyError, ValueError, RuntimeError, OSError, ImportError, AttributeError, TypeError) as error:
        raise InvalidSetting(f"{file}: this is no configuration of Python's logging: {error}") from None
