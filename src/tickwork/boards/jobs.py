"""The jobs of a board: from read values to definitions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tickwork.boards.dependency_keys import DEPENDENCIES
from tickwork.boards.keys import JOB, POLICIES
from tickwork.boards.kinds import Draft, read_table
from tickwork.boards.schedules import read_schedules
from tickwork.boards.source import Mapping, Place, described
from tickwork.boards.tasks import make_task, with_task
from tickwork.core.dependencies import named_in, of_project, results_of_project
from tickwork.core.ids import job_id
from tickwork.core.model import Call, Job, Task
from tickwork.core.names import wrong_name

FIELDS = {name: name for name in POLICIES} | {"retries": "retry"}
"""The field of `Job` that a policy key fills."""
ADDED_UP = ("notify", "tags")
"""Lists of which a job has also what defaults and its task say: that cannot be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a job finds around itself in its board."""

    project: str
    folder: Path
    common: dict[str, Any]
    """Values that hold for every job that does not say otherwise."""
    tasks: dict[str, Draft | None]


def read_job(name: str, table: Any, place: Place, around: Surroundings) -> Job | None:
    """The job; None (and at least one report, here or about its task) for one that cannot be accepted."""
    before = len(place.problems)
    if wrong := wrong_name(name):
        place.report(wrong)
    if not isinstance(table, Mapping):
        place.report(f"{described(table)} is not a job; write {{shell: …, cron: …}}")
        return None
    own = Draft(values=read_table(JOB, table, place), table=table, place=place)
    said = with_task(own, around.tasks)
    if said is None or len(place.problems) > before:
        return None
    values = merged(merged(around.common, said), own.values)
    schedules = read_schedules(own, values, id=job_id(around.project, name))
    if len(place.problems) > before:
        return None
    return Job(
        id=job_id(around.project, name),
        name=name,
        project=around.project,
        task=_with_ids(make_task(values, str(around.folder)), around.project),
        of=own.values.get("task"),
        schedules=schedules,
        **{key: of_project(values[key], around.project) for key in DEPENDENCIES if key in values},
        **_policies(values, around.folder),
    )


def _with_ids(task: Task, project: str) -> Task:
    """A call that asks for results asks for them by the ids of jobs."""
    if not isinstance(task, Call) or not named_in([task.args, task.kwargs]):
        return task
    args, kwargs = results_of_project([task.args, task.kwargs], project)
    return msgspec.structs.replace(task, args=tuple(args), kwargs=kwargs)


def prototype(name: str, task: Draft, around: Surroundings) -> Job:
    """What a job made from this task of the catalogue begins as. A template stands with its place for the script."""
    values = merged(around.common, task.values)
    if "template" in values:
        values = {"script": values.pop("template"), **values}
    return Job(
        id=job_id(around.project, name),
        name=name,
        project=around.project,
        task=make_task(values, str(around.folder)),
        of=name,
        **_policies(values, around.folder),
    )


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` wins; variables of the environment are added up, and who is told of what, and tags."""
    values = {**below, **above}
    for key in ADDED_UP:
        if key in below and key in above:
            values[key] = tuple(dict.fromkeys((*below[key], *above[key])))
    if "env" in below and "env" in above:
        values["env"] = {**below["env"], **above["env"]}
    return values


def _policies(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    policies = {FIELDS[key]: value for key, value in values.items() if key in FIELDS}
    if (cwd := values.get("cwd", "")) is not None:
        policies["cwd"] = str(folder / Path(cwd).expanduser())
    return policies
