"""Jobs as the Jobs scheduler shows them: dump; and remove."""

from typing import Any

import msgspec
import rich_click as click

from tickwork.cli.acting import over_either
from tickwork.cli.output import print_json
from tickwork.cli.verbs import Verbs
from tickwork.core.clock import SECOND, iso
from tickwork.core.model import Call, Command, Console, Elsewhere, Http, Job, Script, Shell
from tickwork.core.timing.describe import describe
from tickwork.core.timing.schedule import Every


class Dumped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A job in the words of `put`; lengths in seconds. What those words cannot say stands in `when`."""

    id: str
    runner: str
    payload: Any
    seconds: float | None = None
    factor: float | None = msgspec.field(name="lambda", default=None)
    step: float | None = None
    start: str | None = msgspec.field(name="from", default=None)
    until: str | None = None
    duration: float | None = None
    repeat: int | None = None
    when: list[str] = []


@click.command("dump")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--yaml", "form", flag_value="yaml", default="yaml", help="As YAML (the default).")
@click.option("--json", "form", flag_value="json", help="As JSON.")
@over_either
async def dump_command(verbs: Verbs, *, ids: tuple[str, ...], form: str) -> None:
    """Print all jobs, or these, in the words of `tickwork put`."""
    dumped = [dump(job) for job in await verbs.jobs.definitions(ids)]
    if form == "json":
        print_json(dumped)
        return
    import yaml

    print(yaml.safe_dump(msgspec.to_builtins(dumped), sort_keys=False, allow_unicode=True), end="")


def dump(job: Job) -> Dumped:
    runner, payload = _task(job)
    about: dict[str, Any] = {"id": job.id, "runner": runner, "payload": payload}
    if len(job.schedules) != 1 or not isinstance(job.schedules[0].trigger, Every):
        return Dumped(**about, when=[describe(schedule) for schedule in job.schedules])
    schedule, every = job.schedules[0], job.schedules[0].trigger
    return Dumped(
        **about,
        seconds=every.interval / SECOND,
        factor=None if every.decay is None else every.decay.factor,
        step=None if every.decay is None else every.decay.step / SECOND,
        start=iso(schedule.start),
        until=iso(schedule.until),
        duration=None if schedule.duration is None else schedule.duration / SECOND,
        repeat=schedule.repeat,
    )


def _task(job: Job) -> tuple[str, Any]:
    said: tuple[str, Any]
    match job.task:
        case Shell(command=command):
            said = "shell", command
        case Script(text=text):
            said = "script", text
        case Console(payload=payload):
            said = "console", payload
        case Command(program=program, payload=payload):
            said = job.of or program, payload
        case Call(target=target, args=args, kwargs=kwargs):
            said = "python", {"target": target, "args": list(args), "kwargs": kwargs}
        case Http(url=url):
            said = "http", url
        case Elsewhere(where=where):
            said = "elsewhere", where
    return said


@click.command("remove")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@over_either
async def remove_command(verbs: Verbs, *, ids: tuple[str, ...]) -> None:
    """Delete jobs, as `tickwork rm` does; their history stays."""
    for job in [await verbs.jobs.find(name) for name in ids]:
        await verbs.jobs.delete(job)
        print(f"removed {job}")
