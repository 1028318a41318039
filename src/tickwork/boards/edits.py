"""Single fields of a job in the words of a board: `timeout=2h`, read and refused by the very tables of boards."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from tickwork.boards.dependency_keys import DEPENDENCIES
from tickwork.boards.jobs import FIELDS, Surroundings, read_job
from tickwork.boards.keys import ARGUMENTS, JOB, RUNNERS, displaced_by
from tickwork.boards.kinds import Key, Unfit
from tickwork.boards.scalars import Text
from tickwork.boards.source import Mapping, Place, described, suggestion
from tickwork.boards.timing_keys import TIMING, TRIGGERS
from tickwork.boards.write import dump, job_table
from tickwork.boards.yaml_source import parse_yaml
from tickwork.core.dependencies import RETVAL
from tickwork.core.model import Job, Shell
from tickwork.errors import InvalidBoard, InvalidDefinition

FIELD_OF = {
    **FIELDS,
    **{key: key for key in DEPENDENCIES},
    **dict.fromkeys([*TRIGGERS, "schedules", *TIMING], "schedules"),
    **dict.fromkeys([*RUNNERS, *ARGUMENTS], "task"),
}
"""The field of `Job` that a key of a board fills, or fills a part of."""
_HERE = "edit"
_PLACE = re.compile(rf"{_HERE}:\d+: ")


def edited_job(job: Job, said: Sequence[str], *, folder: Path) -> tuple[Job, list[str]]:
    """The job as `KEY=VALUE …` would have it, and the fields that are said.

    `folder`: the one that relative paths start from. Raises `InvalidDefinition`, a line for each problem, as a board
    would be refused.
    """
    values = dict(_split(one) for one in said)
    try:
        table = parse_yaml(dump(job_table(job, str(folder))), shown=_HERE, tags=(RETVAL,))
        _say(table, values)
        edited = _read(table, job, folder)
    except InvalidBoard as error:
        raise InvalidDefinition("\n".join(_PLACE.sub("", problem) for problem in error.problems)) from None
    return edited, list(dict.fromkeys(FIELD_OF[key] for key in values))


def said_value(key: str, text: str) -> Any:
    """What a key of a job takes this text for. Raises `InvalidDefinition`."""
    place = Place(_HERE)
    try:
        value = JOB[key].kind.read(_value(JOB[key], text), place)
    except Unfit as unfit:
        raise InvalidDefinition(f"{key}: {unfit}") from None
    if place.problems:
        raise InvalidDefinition("\n".join(_PLACE.sub("", problem) for problem in place.problems))
    return value


def field_of(key: str) -> str:
    """The field that a key fills. Raises `InvalidDefinition` for one that no edit can change."""
    if key not in FIELD_OF and key not in FIELD_OF.values():
        raise InvalidDefinition(f"{key}: is not a key here; {suggestion(key, list(FIELD_OF))}")
    return FIELD_OF.get(key, key)


def _split(said: str) -> tuple[str, str]:
    key, equals, value = said.partition("=")
    if not equals:
        raise InvalidDefinition(f"{said!r} changes nothing; write KEY=VALUE, like timeout=2h")
    field_of(key)
    if key not in FIELD_OF:
        raise InvalidDefinition(f"{key}: an edit says what runs itself: {'=…, '.join(RUNNERS)}=…")
    return key, value


def _say(table: Mapping, values: dict[str, str]) -> None:
    for key in displaced_by(values):
        table.pop(key, None)
    if "schedules" in table and "schedules" not in values and (part := next((k for k in values if k in TIMING), None)):
        raise InvalidBoard([f"{part}: the job has several schedules, each with its own; write schedules=[{{…}}, …]"])
    for key, value in values.items():
        table[key] = _value(JOB[key], value)


def _value(key: Key, text: str) -> Any:
    """As it would stand in YAML, where that is no text anyway; a text needs no quotes here."""
    if isinstance(key.kind, Text):
        return None if key.nullable and text == "null" else text
    try:
        return parse_yaml(text, shown=_HERE)
    except InvalidBoard:
        return text


def _read(table: Mapping, job: Job, folder: Path) -> Job:
    place = Place(_HERE)
    around = Surroundings(project=job.project, folder=folder, common={}, tasks={})
    edited = read_job("job", table, place, around)
    problems = place.problems + place.warnings
    if edited is None or problems:
        raise InvalidBoard(problems)
    return edited


def words(field: str, value: bytes) -> str:
    """A field's JSON in the words of a board: `2h`, `cron 0 4 * * *, zone Europe/Amsterdam`."""
    (kind,) = (one.type for one in msgspec.structs.fields(Job) if one.name == field)
    read = msgspec.json.decode(value, type=kind)
    key = key_of(field)
    if key in FIELDS:
        written = None if read is None else JOB[key].kind.write(read)
        return "nothing" if written is None or written in ({}, "") else _flow(written)
    table = job_table(_only(field, read), "")
    said = {key: one for key, one in table.items() if FIELD_OF[key] == field}
    return ", ".join(f"{key} {_flow(one)}" for key, one in said.items()) or "nothing"


def key_of(field: str) -> str:
    """What a board, and `--reset`, calls a field."""
    return next((key for key, filled in FIELDS.items() if filled == field), field)


def _only(field: str, value: Any) -> Job:
    said = {"id": "", "name": "", "task": Shell(command=""), field: value}
    return Job(**said)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) else described(value)
