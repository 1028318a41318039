"""JobControl's configuration (YAML written by a Jinja template) as a board."""

from pathlib import Path
from typing import Any

from tickwork.boards.imported import Imported
from tickwork.boards.keys import wrong_name, wrong_target
from tickwork.boards.source import Items, Mapping, Place, described, plain
from tickwork.boards.template import render
from tickwork.boards.write import write_board
from tickwork.boards.yaml_source import Tagged, parse_yaml
from tickwork.core.ids import job_id
from tickwork.core.model import Call, Job
from tickwork.errors import InvalidBoard

_RETVAL = "!retval"
_ELSEWHERE = {
    "storage": "is where builds were kept; name the store with --store",
    "webapp": "has no counterpart in a board",
    "celery": "has no counterpart: workers take their runs from the store",
    "secret": "is not imported: keep secrets out of boards",
}
_KNOWN = ("id", "name", "title", "function", "module", "args", "kwargs", "dependencies", "protect", "cleanup", "notes")


def import_jobcontrol(text: str, *, name: str, folder: Path, project: str = "default") -> Imported:
    """The jobs of a JobControl file, as a board in `folder` (functions are imported from there too).

    A job that is given the return value of another one cannot be mapped; other lost settings are warned of. Raises
    `InvalidBoard` for what is not such a file.
    """
    document = parse_yaml(render(text, shown=name), shown=name, tags=(_RETVAL,))
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
    return Job(
        id=job_id(project, identity),
        name=identity,
        project=project,
        description=str(entry.get("title") or entry.get("notes") or ""),
        task=Call(
            target=target,
            args=tuple(plain(entry.get("args")) or ()),
            kwargs=plain(entry.get("kwargs")) or {},
            path=str(folder),
        ),
        cwd=str(folder),
    )


def _target(entry: Mapping) -> str:
    """`module:function`, or the older pair of `module` and `function`."""
    function, module = str(entry.get("function", "")), entry.get("module")
    return f"{module}:{function}" if module and ":" not in function else function


def _arguments_wrong(entry: Mapping) -> str | None:
    args, kwargs = entry.get("args"), entry.get("kwargs")
    if not isinstance(args, Items | None) or not isinstance(kwargs, Mapping | None):
        return "args must be a list and kwargs a table"
    if wanted := sorted(_retvals([args, kwargs])):
        return f"needs what {', '.join(wanted)} returned (!retval), which a board cannot pass on yet"
    return None


def _retvals(value: Any) -> set[str]:
    match value:
        case Tagged():
            return {str(value)}
        case dict():
            return set().union(*map(_retvals, value.values()))
        case list():
            return set().union(*map(_retvals, value))
        case _:
            return set()


def _warn(entry: Mapping, place: Place) -> None:
    lost = {
        "dependencies": "are not kept: a board has no dependencies yet; give it a schedule after theirs",
        "protect": "is not kept: nothing has to be armed yet",
        "cleanup": "is not kept: no function is called when a run is deleted",
    }
    for key in entry:
        if entry[key] and key in lost:
            place.key(entry, key).warn(lost[key])
        elif key not in _KNOWN:
            place.key(entry, key).warn("is not a setting that is known here")
