"""A board: a file of jobs (and the files it includes), read as a whole or refused as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tickwork.boards.calendar_keys import CalendarSource
from tickwork.boards.loading import Loading
from tickwork.core.model import Job
from tickwork.errors import InvalidBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The definitions that a file holds."""

    name: str
    """As the owner of its jobs: what the file says (`board: …`), else its absolute path."""
    project: str
    path: Path
    """Absolute."""
    jobs: tuple[Job, ...]
    tasks: tuple[Job, ...] = ()
    """The catalogue: what a job that is made from each task begins as, without schedules. A template stands with its
    place for the script."""
    calendars: Mapping[str, CalendarSource] = field(default_factory=dict)
    """By name; of ICS files the text."""
    files: tuple[Path, ...]
    """Every file that was read for it: itself first, then what it includes."""
    warnings: tuple[str, ...] = ()
    """What was accepted but should be looked at, each as `file:line: what`."""


def load_board(path: Path | str, *, folder: Path | None = None) -> Board:
    """Read a board: .yaml, .yml or .toml; a Jinja template first where `.j2` follows or the first line is `# jinja`.

    `folder`: the one that relative paths start from, if not the file's own. Raises `InvalidBoard` with all problems
    of the file at once, each one line: file, line, key, value and the allowed form.
    """
    absolute = Path(path).absolute()
    loading = Loading()
    loading.board(absolute, shown=str(path), folder=folder or absolute.parent)
    if loading.problems:
        raise InvalidBoard(loading.problems)
    return Board(
        name=loading.name or str(absolute),
        project=loading.project,
        path=absolute,
        jobs=tuple(loading.jobs.values()),
        tasks=tuple(loading.catalogue),
        calendars=loading.calendars,
        files=tuple(loading.files),
        warnings=tuple(loading.warnings),
    )
