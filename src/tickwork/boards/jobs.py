"""The jobs of a board: from read values to definitions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tickwork.boards.keys import ARGUMENTS, JOB, POLICIES, RUNNERS, Draft, wrong_name
from tickwork.boards.kinds import read_table
from tickwork.boards.schedules import read_schedules
from tickwork.boards.source import Mapping, Place, described
from tickwork.core.ids import job_id
from tickwork.core.model import Call, Command, Console, Job, Script, Shell, Task

_TAKES = {
    "shell": {"stdin"},
    "script": {"stdin"},
    "call": {"args", "kwargs", "path"},
    "console": set[str](),
    "command": {"payload"},
}
"""Which arguments go with which runner."""

FIELDS = {name: name for name in POLICIES} | {"retries": "retry"}
"""The field of `Job` that a policy key fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a job finds around itself in its board."""

    project: str
    folder: Path
    common: dict[str, Any]
    """Values that hold for every job that does not say otherwise."""


def read_job(name: str, table: Any, place: Place, around: Surroundings) -> Job | None:
    """The job; None (and at least one report) for one that cannot be accepted."""
    before = len(place.problems)
    if wrong := wrong_name(name):
        place.report(wrong)
    if not isinstance(table, Mapping):
        place.report(f"{described(table)} is not a job; write {{shell: …, cron: …}}")
        return None
    values = merged(around.common, read_table(JOB, table, place))
    draft = Draft(values=values, table=table, place=place)
    _check_runner(draft)
    if len(place.problems) > before:
        return None
    schedules = read_schedules(draft, id=job_id(around.project, name))
    if len(place.problems) > before:
        return None
    return Job(
        id=job_id(around.project, name),
        name=name,
        project=around.project,
        task=_task(values, str(around.folder)),
        schedules=schedules,
        **_policies(values, around.folder),
    )


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` wins; variables of the environment are added up."""
    values = {**below, **above}
    if "env" in below and "env" in above:
        values["env"] = {**below["env"], **above["env"]}
    return values


def _check_runner(job: Draft) -> None:
    runners = [name for name in RUNNERS if name in job.table]
    if len(runners) != 1:
        has = f"has {' and '.join(runners)}; a job has one of them" if runners else f"needs one of {', '.join(RUNNERS)}"
        job.place.report(has)
        return
    for name in ARGUMENTS:
        if name in job.table and name not in _TAKES[runners[0]]:
            takers = " or ".join(runner for runner, takes in _TAKES.items() if name in takes)
            job.report(name, f"goes with {takers}, not with {runners[0]}")


def _policies(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    policies = {FIELDS[key]: value for key, value in values.items() if key in FIELDS}
    if (cwd := values.get("cwd", "")) is not None:
        policies["cwd"] = str(folder / Path(cwd).expanduser())
    return policies


def _task(values: dict[str, Any], folder: str) -> Task:
    match next(name for name in RUNNERS if name in values):
        case "shell":
            return Shell(command=values["shell"], stdin=values.get("stdin"))
        case "script":
            return Script(text=values["script"], stdin=values.get("stdin"))
        case "console":
            return Console(payload=values["console"])
        case "command":
            return Command(program=values["command"], payload=values.get("payload", ""))
        case _:
            arguments = {name: values[name] for name in ("args", "kwargs") if name in values}
            return Call(target=values["call"], path=values.get("path", folder), **arguments)
