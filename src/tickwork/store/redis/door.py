"""What plain clients see of a job: its metadata in the words of their commands, in seconds."""

from typing import Any

import msgspec

from tickwork.core.clock import SECOND
from tickwork.core.codec import from_json, to_json
from tickwork.core.model import Call, Command, Console, Elsewhere, Http, Job, Script, Shell, Task
from tickwork.core.timing.schedule import Every


def view_of(id: str, body: bytes) -> bytes:
    """JSON members to stand behind a job's definition (`,"id":…,"runner":…`)."""
    try:
        job = from_json(body, Job)
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


def _interval(job: Job) -> dict[str, Any]:
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
