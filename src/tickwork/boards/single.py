"""One job as a table of a board, without a file around it: what REST takes and gives, and forms edit."""

from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any, Final

from tickwork.boards.jobs import Surroundings, read_job
from tickwork.boards.keys import JOB, displaced_by
from tickwork.boards.kinds import table_schema
from tickwork.boards.source import Items, Mapping, Place, Tagged, described, plain
from tickwork.boards.write import dump, job_table
from tickwork.boards.yaml_source import parse_yaml
from tickwork.core.dependencies import RETVAL
from tickwork.core.model import Job
from tickwork.errors import InvalidBoard
from tickwork.operations.views import TaskView

ROOT: Final = Path("/")
"""There is no folder that relative paths could start from."""
_TAGS: Final = frozenset({RETVAL})


def job_said(name: str, said: AnyMapping[str, Any], *, project: str, shown: str = "body") -> Job:
    """The job that a table of a board's `jobs` describes, given as JSON has it (`{"!retval": "crawl"}` for a tag).

    Raises `InvalidBoard` with every problem, each as `<shown>:1: key: what`.
    """
    place = Place(shown)
    table = _sourced({"cwd": None, **said})
    around = Surroundings(project=project, folder=ROOT, common={}, tasks={})
    job = read_job(name, table, place, around)
    if job is None or place.problems or place.warnings:
        raise InvalidBoard(place.problems + place.warnings)
    return job


def said_in_yaml(text: str, *, shown: str = "yaml") -> dict[str, Any]:
    """What a YAML text says of one job, as JSON has it. Raises `InvalidBoard` with the line of what it cannot read."""
    table = parse_yaml(text, shown=shown, tags=tuple(_TAGS))
    if not isinstance(table, Mapping):
        raise InvalidBoard([f"{shown}:1: {described(table)} is not a job; write shell: … and a schedule"])
    return {key: plain(value) for key, value in table.items()}


def yaml_of(job: Job) -> str:
    """The job as YAML that `said_in_yaml` reads back."""
    return dump(_table(job))


def said_of(job: Job) -> dict[str, Any]:
    """The way back, as JSON: `job_said` gives an equal job."""
    return {key: plain(value) for key, value in _table(job).items()}


def task_view(task: Job) -> TaskView:
    """An entry of the catalogue, as it is shown."""
    return TaskView(name=task.name, project=task.project, description=task.description, definition=said_of(task))


def patched(said: AnyMapping[str, Any], changes: AnyMapping[str, Any]) -> dict[str, Any]:
    """The table with single keys changed; None takes a key away, and one that is an alternative to others (a trigger, a
    runner) takes their place."""
    gone = displaced_by(key for key, value in changes.items() if value is not None)
    left = {key: value for key, value in said.items() if key not in gone and key not in changes}
    return left | {key: value for key, value in changes.items() if value is not None}


def job_schema() -> dict[str, Any]:
    """The JSON Schema of such a table."""
    return table_schema(JOB)


def _table(job: Job) -> dict[str, Any]:
    """Without the folder that `job_said` gives to whoever names none."""
    table = job_table(job, str(ROOT))
    return {key: value for key, value in table.items() if not (key == "cwd" and value is None)}


def _sourced(value: Any) -> Any:
    """As if it had been read from a file of one line."""
    if isinstance(value, dict):
        if len(value) == 1 and (tag := next(iter(value))) in _TAGS and isinstance(value[tag], str):
            return Tagged.of(tag, value[tag])
        table = Mapping()
        for key, item in value.items():
            table[key] = _sourced(item)
        return table
    if isinstance(value, list):
        items = Items()
        for item in value:
            items.append(_sourced(item))
            items.lines.append(1)
        return items
    return value
