"""What plain clients see of a job: its metadata in the words of their commands, in seconds."""

from typing import Any

import msgspec

from tickwork.core.clock import SECOND, Instant
from tickwork.core.codec import to_json
from tickwork.core.model import Call, Command, Console, Elsewhere, Http, Script, Shell, Task
from tickwork.core.timing.schedule import Every, Trigger


class _Times(msgspec.Struct, frozen=True):
    trigger: Trigger
    start: Instant | None = None
    until: Instant | None = None


class _Shown(msgspec.Struct, frozen=True):
    """What of a definition is shown; to read no more of it takes half the time."""

    task: Task
    schedules: tuple[_Times, ...] = ()


_read = msgspec.json.Decoder(_Shown).decode


def view_of(id: str, body: bytes) -> bytes:
    """JSON members to stand behind a job's definition (`,"id":…,"runner":…`)."""
    try:
        job = _read(body)
    except msgspec.DecodeError:  # a definition of another version: it stands for itself
        return b""
    runner, payload = _runner_and_payload(job.task)
    shown = {"id": id, "runner": runner, "payload": payload, **_interval(job)}
    return b"," + to_json(shown)[1:-1]


def _runner_and_payload(task: Task) -> tuple[str, str]:  # noqa: PLR0911 (one for each kind)
    match task:
        case Shell(command=payload):
            return "shell", payload
        case Script(text=payload):
            return "script", payload
        case Console(payload=payload):
            return "console", payload
        case Command(program=program, payload=payload):
            return program, payload
        case Call(target=payload):
            return "python", payload
        case Http(url=payload):
            return "http", payload
        case Elsewhere(where=payload):
            return "elsewhere", payload


def _interval(job: _Shown) -> dict[str, Any]:
    """For a job with one schedule that is an interval; other times are Tickwork's own to compute."""
    if len(job.schedules) != 1:
        return {}
    [schedule] = job.schedules
    trigger = schedule.trigger
    if not isinstance(trigger, Every):
        return {}
    shown: dict[str, Any] = {"interval": _seconds(trigger.interval)}
    if schedule.start is not None:
        shown["start"] = _seconds(schedule.start)
    if schedule.until is not None:
        shown["stop"] = _seconds(schedule.until)
    if trigger.decay is not None:
        shown |= {"lambda": trigger.decay.factor, "step": _seconds(trigger.decay.step)}
    return shown


def _seconds(micros: int) -> float:
    whole, rest = divmod(micros, SECOND)
    return whole if rest == 0 else micros / SECOND
