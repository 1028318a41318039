"""The catalogue of a board: what jobs can run, by name; and the tasks that jobs name or say themselves."""

from pathlib import Path
from typing import Any

from tickwork.boards.keys import ARGUMENTS, PLACEHOLDER, RUNNERS, TASK
from tickwork.boards.kinds import Draft, read_table
from tickwork.boards.source import Mapping, Place, described, suggestion
from tickwork.core.model import Call, Command, Console, Script, Shell, Task
from tickwork.core.names import wrong_name

_TAKES = {
    "shell": {"stdin"},
    "script": {"stdin"},
    "template": {"stdin"},
    "call": {"args", "kwargs", "path", "mode", "pickle", "app"},
    "console": set[str](),
    "command": {"payload"},
    "http": set[str](),
    "elsewhere": set[str](),
}
"""Which arguments go with which runner."""


def read_task(name: str, table: Any, place: Place, *, folder: Path) -> Draft | None:
    """One entry of the catalogue; None (and a report) for one that cannot be accepted."""
    before = len(place.problems)
    if wrong := wrong_name(name):
        place.report(wrong)
    if not isinstance(table, Mapping):
        place.report(f"{described(table)} is not a task; write {{shell: …}}")
        return None
    task = Draft(values=read_table(TASK, table, place), table=table, place=place)
    if runner := _only_runner(task, ["template", *RUNNERS], "a task"):
        _check_arguments(task, runner)
    if "call" in task.values:
        task.values.setdefault("path", str(folder))
    return task if len(place.problems) == before else None


def with_task(job: Draft, tasks: dict[str, Draft | None]) -> dict[str, Any] | None:
    """What the task that the job names says (nothing if it names none); None where there is no saying.

    `tasks`: the catalogue, with None for entries that were refused. What is wrong with the job's own runner and
    arguments is reported.
    """
    if "task" not in job.table:
        if runner := _only_runner(job, [*RUNNERS], "a job"):
            _check_arguments(job, runner)
        return {}
    name = job.values.get("task", "")
    if name and name not in tasks:
        job.report("task", f"{name!r} is not in tasks; {suggestion(name, list(tasks))}")
    task = tasks.get(name)
    if task is None:
        return None
    runner = next(runner for runner in ("template", *RUNNERS) if runner in task.values)
    for own in RUNNERS:
        if own in job.table and (runner, own) != ("template", "script"):
            job.report(own, f"stands beside task: {name}, which says what runs already")
    if runner == "template" and "script" not in job.table:
        job.place.report(f"needs the script that goes into the template of task {name!r}")
    _check_arguments(job, runner)
    return task.values


def make_task(values: dict[str, Any], folder: str) -> Task:
    """The task of a job whose values were found acceptable."""
    if "template" in values:
        text = PLACEHOLDER.sub(lambda _: values["script"], values["template"])
        return Script(text=text, stdin=values.get("stdin"))
    match next(name for name in RUNNERS if name in values):
        case "shell":
            task: Task = Shell(command=values["shell"], stdin=values.get("stdin"))
        case "script":
            task = Script(text=values["script"], stdin=values.get("stdin"))
        case "console":
            task = Console(payload=values["console"])
        case "command":
            task = Command(program=values["command"], payload=values.get("payload", ""))
        case "http" | "elsewhere" as runner:
            task = values[runner]
        case _:
            given = ("args", "kwargs", "mode", "pickle", "app")
            arguments = {name: values[name] for name in given if name in values}
            task = Call(target=values["call"], path=values.get("path", folder), **arguments)
    return task


def _only_runner(draft: Draft, runners: list[str], what: str) -> str | None:
    has = [name for name in runners if name in draft.table]
    if len(has) == 1:
        return has[0]
    draft.place.report(
        f"has {' and '.join(has)}; {what} has one of them" if has else f"needs one of {', '.join(runners)}"
    )
    return None


def _check_arguments(draft: Draft, runner: str) -> None:
    for name in ARGUMENTS:
        if name in draft.table and name not in _TAKES[runner]:
            takers = " or ".join(taker for taker in RUNNERS if name in _TAKES[taker])
            draft.report(name, f"goes with {takers}, not with {runner}")
