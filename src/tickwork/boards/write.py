"""Definitions as a board: the way back, so that what is imported or exported can be read and kept under version
control."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tickwork.boards.dependency_keys import DEPENDENCIES, as_written, results_as_written
from tickwork.boards.elsewhere_keys import ELSEWHERE
from tickwork.boards.http_keys import HTTP
from tickwork.boards.jobs import ADDED_UP, FIELDS
from tickwork.boards.keys import DEFAULTS, JOB
from tickwork.boards.kinds import Keys, defaults_of
from tickwork.boards.schedules import FIRST_KEY
from tickwork.boards.source import Tagged
from tickwork.boards.timing_keys import TIMING, TRIGGERS, Calendar, CatchUpRule, Interval
from tickwork.boards.yaml_source import FLOAT
from tickwork.core.clock import iso
from tickwork.core.ids import DEFAULT_PROJECT, job_id
from tickwork.core.model import Call, Command, Console, Elsewhere, Http, Job, Mode, Script, Shell
from tickwork.core.timing.schedule import AfterCompletion, At, Cron, Every, Months, Reboot, Schedule
from tickwork.errors import InvalidDefinition

_Said = dict[str, Any]
"""What a table of a board says."""


def write_board(jobs: Sequence[Job], *, folder: Path, heading: str = "") -> str:
    """A YAML board in `folder` that loads back to equal definitions (but for `since`, which saving sets).

    What all jobs have in common is said once, in `defaults`. `heading` is put above it as a comment. Raises
    `InvalidDefinition` for jobs that one board cannot hold: of several projects, or with an id that is not made of
    project and name.
    """
    projects = {job.project for job in jobs}
    if len(projects) > 1:
        raise InvalidDefinition(
            f"a board holds one project, not {', '.join(sorted(projects))}; write one board for each"
        )
    for job in jobs:
        if job.id != job_id(job.project, job.name):
            raise InvalidDefinition(
                f"the job {job.name!r} has the id {job.id!r} of its own, which no board can give it"
            )
    tables = {job.name: job_table(job, str(folder)) for job in jobs}
    board: _Said = {}
    if projects - {DEFAULT_PROJECT}:
        board["project"] = projects.pop()
    if defaults := _hoisted([*tables.values()], DEFAULTS):
        board["defaults"] = defaults
    board["jobs"] = tables
    return dump(board, heading=heading)


def dump(board: _Said, *, heading: str = "") -> str:
    """A board's tables as YAML that `yaml_source` reads back."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in heading.splitlines())
    return comment + yaml.dump(board, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)


def job_table(job: Job, folder: str) -> _Said:
    """What a board in `folder` says of one job."""
    said = _task(job, folder) | _schedules(job.schedules)
    defaults = {**defaults_of(Job), "env": {}, "cwd": folder}
    for key, field in FIELDS.items():
        value = getattr(job, field)
        if value != defaults[field]:
            said[key] = None if value is None else JOB[key].kind.write(value)
    for key in DEPENDENCIES:
        if value := getattr(job, key):
            said[key] = JOB[key].kind.write(as_written(value, job.project))
    return {key: said[key] for key in JOB if key in said}


def _task(job: Job, folder: str) -> _Said:
    match job.task:
        case Shell(command=command, stdin=stdin):
            said: _Said = {"shell": command, "stdin": stdin}
        case Script(text=text, stdin=stdin):
            said = {"script": text, "stdin": stdin}
        case Console(payload=payload):
            said = {"console": payload}
        case Command(program=program, payload=payload):
            said = {"command": program, "payload": payload or None}
        case Http():
            said = {"http": HTTP.write(job.task)}
        case Elsewhere():
            said = {"elsewhere": ELSEWHERE.write(job.task)}
        case Call(target=target, args=args, kwargs=kwargs, path=path, mode=mode) as call:
            args, kwargs = results_as_written([list(args), kwargs], job.project)
            said = {"call": target, "args": args or None, "kwargs": kwargs or None}
            said |= {
                "mode": None if mode is Mode.PROCESS else str(mode),
                "pickle": call.pickle or None,
                "app": call.app,
            }
            if path != folder:
                return {**_present(said), "path": path}
    return _present(said)


def _present(said: _Said) -> _Said:
    return {key: value for key, value in said.items() if value is not None}


def _schedules(schedules: Sequence[Schedule]) -> _Said:
    """One schedule stands in the job itself, several in a list; what these have in common is said once."""
    tables = [_schedule(schedule, number) for number, schedule in enumerate(schedules, 1)]
    if len(tables) == 1 and "key" not in tables[0]:
        return tables[0]
    return {**_hoisted(tables, TIMING), "schedules": tables} if tables else {}


def _schedule(schedule: Schedule, number: int) -> _Said:
    said: _Said = {} if schedule.key == (FIRST_KEY if number == 1 else f"s{number}") else {"key": schedule.key}
    name, value = _trigger(schedule)
    said[name] = TRIGGERS[name].kind.write(value)
    rule = CatchUpRule(policy=schedule.catch_up, max_count=schedule.max_count, max_age=schedule.max_age)
    known = defaults_of(Schedule)
    values = {key: getattr(schedule, key) for key in TIMING if key in known and getattr(schedule, key) != known[key]}
    values |= {"from": iso(schedule.start), "until": iso(schedule.until), "catch_up": rule}
    values["zone"] = None if schedule.zone == "UTC" else schedule.zone
    for key in TIMING:
        if values.get(key) is not None and values[key] != CatchUpRule():
            said[key] = TIMING[key].kind.write(values[key])
    return said


def _trigger(schedule: Schedule) -> tuple[str, Any]:
    match schedule.trigger:
        case Cron(expression=expression):
            return "cron", expression
        case Reboot():
            return "cron", "@reboot"
        case Every(interval=interval, anchor=anchor, decay=decay):
            return "every", Interval(interval=interval, anchor=iso(anchor), decay=decay)
        case Months(months=months, anchor=anchor, month_end=month_end):
            return "months", Calendar(months=months, anchor=iso(anchor), month_end=month_end)
        case At(times=times):
            return "at", [iso(moment) for moment in times]
        case AfterCompletion(delay=delay):
            return "after_completion", delay


def _hoisted(tables: list[_Said], keys: Keys) -> _Said:
    """Takes what most of the tables say out of them and returns it; only of keys that all of them say, so that none
    gets what it did not have."""
    said: _Said = {}
    for key in keys:
        if len(tables) < 2 or not all(key in table for table in tables):  # noqa: PLR2004 (nothing in common)
            continue
        if key in ADDED_UP:  # a job gets what defaults say beside what it says
            continue
        if key == "env":  # variables are added up, so each counts for itself
            said |= _tables_hoisted(key, tables)
        elif (common := _most_common([table[key] for table in tables])) is not None:
            said[key] = common[0]
            for table in tables:
                if _same(table[key], common[0]):
                    del table[key]
    return said


def _tables_hoisted(key: str, tables: list[_Said]) -> _Said:
    inner = [dict(table[key]) for table in tables]
    common = _hoisted(inner, dict.fromkeys(inner[0], JOB[key]))
    for table, rest in zip(tables, inner, strict=True):
        table[key] = rest
        if not rest:
            del table[key]
    return {key: common} if common else {}


def _most_common(values: list[Any]) -> tuple[Any] | None:
    """The value that stands there most often, if it does so twice."""
    counts = Counter(map(repr, values))
    winner, times = counts.most_common(1)[0]
    return (next(value for value in values if repr(value) == winner),) if times > 1 else None


def _same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)  # True is not 1 here


class _Dumper(yaml.CSafeDumper):
    """Quotes what `yaml_source` would not read as text, and writes texts of several lines as blocks."""


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.split("\n")
    tidy = all(line == line.rstrip() and line.replace("\t", " ").isprintable() for line in lines)
    block = len(lines) > 1 and tidy and lines[0] and not lines[0][0].isspace()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else None)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Tagged, lambda dumper, value: dumper.represent_scalar(value.tag, str(value)))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(rf"^(?:{FLOAT.pattern})$"), list("-+.0123456789"))
_Dumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign]
