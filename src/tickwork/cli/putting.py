"""Definitions in the words of the Jobs scheduler: put, create, and submit for a single run."""

from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.jobs_words import UNITS, make_job, make_task, read_said
from tickwork.cli.output import print_json
from tickwork.cli.verbs import Verbs
from tickwork.core.ids import DEFAULT_PROJECT
from tickwork.errors import InvalidSetting

F = TypeVar("F", bound=Callable[..., Any])

_MOMENT = "a time like 2026-12-24T18:00, or Unix seconds"


def _putting(function: F) -> F:
    """What put and create have in common."""
    options = [
        click.argument("id", required=False),
        click.argument("runner", required=False),
        click.argument("payload", required=False),
        *(click.option(f"--{unit}", type=float, metavar="N", help=f"So many {unit} between runs.") for unit in UNITS),
        click.option("--lambda", "factor", type=float, metavar="N", help="The interval is multiplied by this …"),
        click.option(
            "--step", metavar="LENGTH", help="… each time the job has become older by this: 10 (seconds), 1d."
        ),
        click.option("--from", "start", metavar="TIME", help=f"First due then: {_MOMENT}, -1: now."),
        click.option("--until", metavar="TIME", help=f"Not due later: {_MOMENT}."),
        click.option("--duration", metavar="LENGTH", help="Not due later than this after the beginning: 1h."),
        click.option("--repeat", type=click.IntRange(1), metavar="N", help="Due so many times, then never again."),
        click.option("--project", default=DEFAULT_PROJECT, show_default=True, metavar="NAME", help="Its project."),
        json_option,
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command("put")
@_putting
@over_either
async def put_command(verbs: Verbs, *, project: str, as_json: bool, **said: Any) -> None:
    """Create a job or change the one of this id, in the words of the Jobs scheduler.

    RUNNER is shell, console, or a type that `tickwork respond` registered. Units are added up:
    `tickwork put "my job" console "hello world" --minutes 3 --seconds 5`.
    The job is first due at --from, else one interval from now. It belongs to you, not to a board.

    Without arguments a JSON object is read from stdin: {"id": "my job", "runner": "console", "payload": "hello",
    "minutes": 3, "lambda": 2, "step": 60}. Options go before what it says.
    """
    await _save(verbs, said, project=project, new=False, as_json=as_json)


@click.command("create")
@_putting
@over_either
async def create_command(verbs: Verbs, *, project: str, as_json: bool, **said: Any) -> None:
    """Create a job as `put` does, but never change one: exits with 4 if there is a job of this id."""
    await _save(verbs, said, project=project, new=True, as_json=as_json)


async def _save(verbs: Verbs, said: dict[str, Any], *, project: str, new: bool, as_json: bool) -> None:
    job = await make_job(verbs, read_said(said), project=project)
    saved = await verbs.jobs.save(job, new=new)
    if as_json:
        print_json(saved)
    else:
        print(f"{'created' if new else 'put'} {job.id}; `tickwork next {job.id!r}` shows when it is due")


@click.command("submit")
@click.argument("runner", required=False)
@click.argument("payload", required=False)
@click.option("--id", metavar="ID", help="What it is called in the ledger (default: made up).")
@json_option
@over_either
async def submit_command(verbs: Verbs, *, as_json: bool, **arguments: Any) -> None:
    """Run something once, as soon as a worker has a seat: `tickwork submit shell "make report"`.

    It is in no list of jobs; its run and log are kept as any other's. Without arguments a JSON object is read from
    stdin: {"runner": "shell", "payload": "make report"}.
    """
    said = read_said(arguments)
    if any(getattr(said, unit) is not None for unit in UNITS):
        raise InvalidSetting("what is submitted runs once; `tickwork put` makes a job with an interval")
    task, of = await make_task(verbs, said)
    run = await verbs.runs.submit(task, of=of, name=said.id or "")
    if as_json:
        print_json(run)
    else:
        print(f"run {run.id} of {run.job} is {run.state}; `tickwork logs -f {run.id}` follows it")
