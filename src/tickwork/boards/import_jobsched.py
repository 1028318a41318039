"""Jobsched's `catalog.cfg` and `jobsched.cfg` as a board: its tasks become the board's catalogue."""

import ast
import configparser
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tickwork.boards.imported import Imported
from tickwork.boards.write import dump
from tickwork.core.clock import SECOND, Duration, seconds
from tickwork.core.names import wrong_name
from tickwork.core.timing.text import format_duration
from tickwork.errors import InvalidBoard

_ADAPTER = "tickwork.boards.jobsched_task:run"
_SCRIPT_CLASS = "RunScript"
_LONGEST = 10**9
_PORTS = 1 << 16
_INSTEAD = {
    "JOBSCHED_PORT": "has no counterpart in a board; --port says where to listen",
    "SCHED_CONFIG": "has no counterpart in a board; --store says where jobs are kept, --workers how many run at once",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobschedSettings:
    """`jobsched.cfg`, read as data: nothing in it is executed."""

    timeout: Duration | None = None
    """`JOB_LIVETIME`."""
    port: int | None = None
    """`JOBSCHED_PORT`: where the server listens, which is no board's business."""
    warnings: tuple[str, ...] = ()


def read_settings(text: str, *, name: str) -> JobschedSettings:
    """Read the assignments of `jobsched.cfg`. Raises `InvalidBoard` for what is not in Python's syntax."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise InvalidBoard([f"{name}:{line}: is not a jobsched.cfg: {getattr(error, 'msg', error)}"]) from None
    timeout, port, warnings = None, None, []
    for statement in statements:
        setting, value = _assignment(statement)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if setting == "JOB_LIVETIME" and number and 0 < value <= _LONGEST:
            timeout = seconds(value)
            continue
        if setting == "JOBSCHED_PORT" and number and 0 < value < _PORTS:
            port = int(value)
        what = _INSTEAD.get(setting, "is not a setting that is known here; leave it out")
        if setting == "JOB_LIVETIME":
            what = f"{value!r} is not a number of seconds; write timeout: into the board's defaults"
        warnings.append(f"{name}:{statement.lineno}: {setting or ast.unparse(statement)}: {what}")
    return JobschedSettings(timeout=timeout, port=port, warnings=tuple(warnings))


def _assignment(statement: ast.stmt) -> tuple[str, Any]:
    """Name and value of `NAME = literal`; an empty name for anything else."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=expression):
            try:
                return name, ast.literal_eval(expression)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                return name, None
        case _:
            return "", None


def import_catalog(text: str, *, name: str, tasks: Path, settings: JobschedSettings | None = None) -> Imported:
    """A board whose `tasks` are the sections of `catalog.cfg`; jobs name them with `task: …`.

    `tasks`: the folder that `file=` is relative to (Jobsched's --tasks-dir). `settings` gives the default timeout.
    Raises `InvalidBoard` for what is not an INI file.
    """
    settings = settings or JobschedSettings()
    catalogue: dict[str, Any] = {}
    problems = []
    for section, options in _sections(text, name).items():
        missing = [key for key in ("file", "class") if not options.get(key)]
        if wrong := wrong_name(section):
            problems.append(f"{name}: [{section}]: {wrong}")
        elif missing:
            problems.append(f"{name}: [{section}]: needs {' and '.join(missing)}")
        else:
            catalogue[section] = _task(options, tasks, settings.timeout)
    board: dict[str, Any] = {}
    if settings.timeout is not None:
        board["defaults"] = {"timeout": format_duration(settings.timeout)}
    text = dump({**board, "tasks": catalogue, "jobs": {}}, heading=f"The catalogue of {name}.")
    return Imported(board=text, problems=tuple(problems), warnings=settings.warnings)


class _Parser(configparser.ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        return optionstr  # options are arguments: their case counts


def _sections(text: str, name: str) -> dict[str, dict[str, str]]:
    parser = _Parser(interpolation=None, default_section="")
    try:
        parser.read_string(text, source=name)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", [])), (1,))[0]
        said = " ".join(getattr(error, "message", str(error)).split())
        raise InvalidBoard([f"{name}:{line}: is not a catalog.cfg: {said}"]) from None
    return {section: dict(parser[section]) for section in parser.sections()}


def _task(options: dict[str, str], tasks: Path, timeout: Duration | None) -> dict[str, Any]:
    file, cls = options.pop("file"), options.pop("class")
    if cls == _SCRIPT_CLASS and list(options) == ["script"]:
        return {"shell": shlex.quote(str(tasks / options["script"])), "cwd": str(tasks)}
    arguments: dict[str, Any] = {"file": str(tasks / file), "cls": cls, "options": options}
    if timeout is not None:
        arguments["timeout"] = timeout / SECOND
    return {"call": _ADAPTER, "kwargs": arguments, "cwd": str(tasks)}
