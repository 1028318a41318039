"""What the Jobs scheduler's command line says about a job, from arguments or as JSON, and the definition it makes."""

import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from tickwork.cli.inputs import parse_moment
from tickwork.cli.verbs import Verbs
from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.ids import job_id
from tickwork.core.model import Command, Console, Job, Shell, Task
from tickwork.core.timing.schedule import Decay, Every, Schedule
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidDefinition, InvalidSetting

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
_KEY = "main"
_LONGEST_ID = 200
_MANY = 10**12
_NOW = -1.0
"""Where a moment is said in Unix seconds, this one is the present."""


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments and options, under the names that they have in JSON. A month is 30.4375 days, a quarter 13 weeks."""

    id: str | None = None
    runner: str | None = None
    payload: Any = None
    seconds: float | None = None
    minutes: float | None = None
    hours: float | None = None
    days: float | None = None
    weeks: float | None = None
    months: float | None = None
    quarters: float | None = None
    years: float | None = None
    factor: float | None = msgspec.field(name="lambda", default=None)
    step: float | str | None = None
    start: float | str | None = msgspec.field(name="from", default=None)
    until: float | str | None = None
    duration: float | str | None = None
    repeat: int | None = None


def read_said(arguments: Mapping[str, Any]) -> Said:
    """The arguments given; without any positional one, over what a JSON object on stdin says.

    Raises `InvalidSetting`.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    if "runner" in given or given.get("id") not in {None, "-"}:
        return Said(**given)
    given.pop("id", None)
    if sys.stdin.isatty():
        raise InvalidSetting("say what to run: ID RUNNER PAYLOAD, or a JSON object with these on stdin")
    try:
        read = msgspec.json.decode(sys.stdin.buffer.read(), type=Said)
    except msgspec.DecodeError as error:
        raise InvalidSetting(f'stdin: {error}; write {{"id": …, "runner": …, "payload": …, "minutes": 3}}') from None
    return msgspec.structs.replace(read, **given)


async def make_job(verbs: Verbs, said: Said, *, project: str) -> Job:
    """The definition. Raises `InvalidSetting`, `InvalidDefinition`, and `NotFound` for an unknown runner."""
    if not said.id or said.id != said.id.strip() or not said.id.isprintable() or len(said.id) > _LONGEST_ID:
        raise InvalidDefinition(f"id {said.id!r}: an id is up to {_LONGEST_ID} printable characters")
    task, of = await make_task(verbs, said)
    return Job(
        id=job_id(project, said.id), name=said.id, project=project, task=task, of=of, schedules=(_schedule(said),)
    )


async def make_task(verbs: Verbs, said: Said) -> tuple[Task, str | None]:
    """What is run, and the registered runner that it is made from."""
    if said.runner is None:
        raise InvalidSetting("which runner? shell, console, or a type that `tickwork respond` registered")
    if said.payload is None:
        raise InvalidSetting(f"runner {said.runner!r} needs a payload behind it")
    payload = said.payload if isinstance(said.payload, str) else msgspec.json.encode(said.payload).decode()
    match said.runner:
        case "shell":
            return Shell(command=payload), None
        case "console":
            return Console(payload=payload), None
        case type:
            return Command(program=await verbs.runners.command(type), payload=payload), type


def _schedule(said: Said) -> Schedule:
    return Schedule(
        key=_KEY,
        trigger=Every(interval=_interval(said), decay=_decay(said)),
        start=_moment(said.start, what="--from"),
        until=_moment(said.until, what="--until"),
        duration=_length(said.duration, what="--duration"),
        repeat=said.repeat,
    )


def _interval(said: Said) -> Duration:
    amounts = {unit: amount for unit in UNITS if (amount := getattr(said, unit)) is not None}
    if not amounts:
        raise InvalidSetting("how often? say it in units, like --minutes 3 --seconds 5; `tickwork submit` runs it once")
    for unit, amount in amounts.items():
        if not 0 <= amount < _MANY:
            raise InvalidSetting(f"--{unit} {amount:g} is not an amount of time")
    return parse_duration(", ".join(f"{amount:.6f} {unit}" for unit, amount in amounts.items()), what="interval")


def _decay(said: Said) -> Decay | None:
    if (said.factor is None) != (said.step is None):
        raise InvalidSetting(
            "--lambda and --step go together: the interval is multiplied by lambda at each step of age"
        )
    step = _length(said.step, what="--step")
    return None if said.factor is None or step is None else Decay(factor=said.factor, step=step)


def _length(value: float | str | None, *, what: str) -> Duration | None:
    return None if value is None else parse_duration(value, what=what)


def _moment(value: float | str | None, *, what: str) -> Instant | None:
    """Unix seconds (-1: now, which is where an interval begins anyway), or a time."""
    if value is None:
        return None
    try:
        second = float(value)
    except ValueError:
        return parse_moment(str(value), what=what)
    return None if second == _NOW else Instant(round(second * SECOND))
