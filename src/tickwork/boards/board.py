"""A board: a file of jobs, read as a whole or refused as a whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tickwork.boards.jobs import Surroundings, merged, read_job
from tickwork.boards.keys import BOARD
from tickwork.boards.kinds import read_table
from tickwork.boards.source import Mapping, Place, described, read_text
from tickwork.boards.yaml_source import parse_yaml
from tickwork.core.ids import DEFAULT_PROJECT
from tickwork.core.model import Job
from tickwork.errors import InvalidBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The definitions that a file holds."""

    name: str
    """The file's name without its ending, or the project where the file names one."""
    project: str
    path: Path
    """Absolute."""
    jobs: tuple[Job, ...]
    warnings: tuple[str, ...] = ()
    """What was accepted but should be looked at, each as `file:line: what`."""


def load_board(path: Path | str, *, folder: Path | None = None) -> Board:
    """Read a board (.yaml, .yml). `folder`: the one that relative paths start from, if not the file's own.

    Raises `InvalidBoard` with all problems of the file at once, each one line: file, line, key, value and the
    allowed form.
    """
    shown, absolute = str(path), Path(path).absolute()
    document = parse_document(read_text(absolute, shown=shown), absolute, shown=shown)
    place = Place(shown)
    board = _read(document, place, absolute, folder or absolute.parent)
    place.raise_problems()
    return board


def parse_document(text: str, path: Path, *, shown: str) -> Mapping:
    """The file's outermost table. Raises `InvalidBoard`."""
    if path.suffix not in {".yaml", ".yml"}:
        raise InvalidBoard([f"{shown}: is not a board; a board ends in .yaml or .yml (a crontab is imported)"])
    document: Any = parse_yaml(text, shown=shown)
    if document is None:
        raise InvalidBoard([f"{shown}: is empty; write jobs: {{name: {{shell: …, cron: …}}}}"])
    if not isinstance(document, Mapping):
        raise InvalidBoard([f"{shown}:1: {described(document)} is not a board; write jobs: {{name: {{shell: …}}}}"])
    return document


def _read(document: Mapping, place: Place, path: Path, folder: Path) -> Board:
    values = read_table(BOARD, document, place)
    project = values.get("project", DEFAULT_PROJECT)
    around = Surroundings(project=project, folder=folder, common=_common(values))
    return Board(name=path.name, project=project, path=path, jobs=_jobs(document, place, around))


def _common(values: dict[str, Any]) -> dict[str, Any]:
    common: dict[str, Any] = {key: values[key] for key in ("zone", "env") if key in values}
    return merged(common, values["defaults"].values) if "defaults" in values else common


def _jobs(document: Mapping, place: Place, around: Surroundings) -> tuple[Job, ...]:
    jobs = document.get("jobs")
    if "jobs" not in document:
        place.report("has no jobs; write jobs: {name: {shell: …, cron: …}}")
    if not isinstance(jobs, Mapping):
        return ()
    spot = place.key(document, "jobs")
    read = [read_job(name, table, spot.key(jobs, name), around) for name, table in jobs.items()]
    return tuple(job for job in read if job is not None)
