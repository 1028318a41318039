"""JobControl's configuration (YAML written by a Jinja template) as a board."""

from pathlib import Path
from typing import Any

from tickwork.boards.imported import Imported
from tickwork.boards.keys import wrong_target
from tickwork.boards.source import Items, Mapping, Place, described, plain
from tickwork.boards.template import render
from tickwork.boards.write import write_board
from tickwork.boards.yaml_source import parse_yaml
from tickwork.core.dependencies import RETVAL, Need, named_in, results_of_project
from tickwork.core.ids import JobId, job_id
from tickwork.core.model import Call, Job
from tickwork.core.names import wrong_name
from tickwork.errors import InvalidBoard

_ELSEWHERE = {
    "storage": "is where builds were kept; name the store with --store",
    "webapp": "has no counterpart in a board",
    "celery": "has no counterpart: workers take their runs from the store",
    "secret": "is not imported: keep secrets out of boards",
}
_KNOWN = ("id", "name", "title", "function", "module", "args", "kwargs", "dependencies", "protect", "cleanup", "notes")


def import_jobcontrol(text: str, *, name: str, folder: Path, project: str = "default") -> Imported:
    """The jobs of a JobControl file, as a board in `folder` (functions are imported from there too).

    Settings that are lost are warned of. Raises `InvalidBoard` for what is not such a file.
    """
    document = parse_yaml(render(text, shown=name), shown=name, tags=(RETVAL,))
    if not isinstance(document, Mapping) or not isinstance(document.get("jobs", Items()), Items):
        raise InvalidBoard([f"{name}:1: is not a JobControl configuration: there is no list of jobs in it"])
    place = Place(name)
    for key in document:
        if key != "jobs":
            place.key(document, key).warn(_ELSEWHERE.get(key, "is not a setting that is known here"))
    entries = document.get("jobs", Items())
    spot = place.key(document, "jobs")
    jobs: dict[str, Job] = {}
    for index, entry in enumerate(entries):
        job = _job(entry, spot.item(entries, index), folder, project)
        if job is not None and job.name in jobs:
            spot.item(entries, index).report(f"the job {job.name!r} stands here a second time")
        elif job is not None:
            jobs[job.name] = job
    board = write_board([*jobs.values()], folder=folder, heading=f"The jobs of {name}.")
    return Imported(board=board, problems=tuple(place.problems), warnings=tuple(place.warnings))


def _job(entry: Any, place: Place, folder: Path, project: str) -> Job | None:
    if not isinstance(entry, Mapping):
        place.report(f"{described(entry)} is not a job")
        return None
    identity = str(entry.get("id", entry.get("name", "")))
    target = _target(entry)
    if wrong := wrong_name(identity) or wrong_target(target) or _arguments_wrong(entry):
        place.report(wrong)
        return None
    _warn(entry, place)
    arguments = [plain(entry.get("args")) or [], plain(entry.get("kwargs")) or {}]
    args, kwargs = results_of_project(arguments, project)
    return Job(
        id=job_id(project, identity),
        name=identity,
        project=project,
        description=str(entry.get("title") or entry.get("notes") or ""),
        task=Call(target=target, args=tuple(args), kwargs=kwargs, path=str(folder)),
        needs=tuple(Need(job=job) for job in _needed(entry, [args, kwargs], project)),
        cleanup=str(entry["cleanup"]) if entry.get("cleanup") else None,
        protected=bool(entry.get("protect")),
        cwd=str(folder),
    )


def _needed(entry: Mapping, arguments: Any, project: str) -> list[JobId]:
    """What it says that it depends on, and what it asks the results of."""
    said = [job_id(project, str(name)) for name in entry.get("dependencies") or ()]
    return list(dict.fromkeys([*said, *sorted(named_in(arguments))]))


def _target(entry: Mapping) -> str:
    """`module:function`, or the older pair of `module` and `function`."""
    function, module = str(entry.get("function", "")), entry.get("module")
    return f"{module}:{function}" if module and ":" not in function else function


def _arguments_wrong(entry: Mapping) -> str | None:
    args, kwargs = entry.get("args"), entry.get("kwargs")
    if not isinstance(args, Items | None) or not isinstance(kwargs, Mapping | None):
        return "args must be a list and kwargs a table"
    if not isinstance(entry.get("dependencies"), Items | None):
        return "dependencies must be a list of the ids of jobs"
    if cleanup := entry.get("cleanup"):
        return wrong_target(str(cleanup))
    return None


def _warn(entry: Mapping, place: Place) -> None:
    for key in entry:
        if key not in _KNOWN:
            place.key(entry, key).warn("is not a setting that is known here")
