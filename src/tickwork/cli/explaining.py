"""Why: one sentence and the facts behind it."""

from typing import Any

import msgspec
import rich_click as click

from tickwork.cli.acting import json_option, over_store
from tickwork.cli.inputs import parse_moment
from tickwork.cli.output import print_facts, print_json
from tickwork.cli.words import clean
from tickwork.errors import NotFound
from tickwork.operations import Operations
from tickwork.operations.views import Explanation, RunView


@click.command("explain")
@click.argument("name", metavar="RUN|JOB")
@click.option("--at", metavar="TIME", help="What became of this due moment of the job: 2026-12-24T03:00.")
@json_option
@over_store
async def explain_command(ops: Operations, *, name: str, at: str | None, as_json: bool) -> None:
    """Say why a run stands where it stands, or why a job runs, waits, or did not run at a moment.

    A run is named by the beginning of its id. A job of that very name goes first.
    """
    explained = await _explained(ops, name, at)
    if as_json:
        print_json(explained)
        return
    print(clean(explained.sentence))
    print_facts((key.replace("_", " "), _fact(value)) for key, value in explained.facts.items() if key != "job")


async def _explained(ops: Operations, name: str, at: str | None) -> Explanation:
    moment = None if at is None else parse_moment(at, what="--at")
    try:
        job = await ops.jobs.find(name)
    except NotFound:
        if moment is not None:
            raise
        return await _of_run(ops, name)
    return await ops.explain.job(job.id, at=moment)


async def _of_run(ops: Operations, name: str) -> Explanation:
    try:
        return await ops.explain.run(name)
    except NotFound:
        raise NotFound(f"there is no job and no run {name!r}; `tickwork ls` and `tickwork runs` list them") from None


def _fact(value: Any) -> str:
    match value:
        case RunView():
            return f"{value.id} of {value.job}, {value.state}" + (f" ({value.reason})" if value.reason else "")
        case list():
            return ", ".join(map(str, value)) or "none"
        case str():
            return value
        case _:
            return msgspec.json.encode(value).decode()
