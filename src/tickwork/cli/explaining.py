"""Why: one sentence and the facts behind it."""

from typing import Any

import msgspec
import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_moment
from tickwork.cli.output import print_facts, print_json
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import clean
from tickwork.errors import NotFound
from tickwork.operations.views import Explanation


@click.command("explain")
@click.argument("name", metavar="RUN|JOB")
@click.option("--at", metavar="TIME", help="What became of this due moment of the job: 2026-12-24T03:00.")
@json_option
@over_either
async def explain_command(verbs: Verbs, *, name: str, at: str | None, as_json: bool) -> None:
    """Say why a run stands where it stands, or why a job runs, waits, or did not run at a moment.

    A run is named by the beginning of its id. A job of that very name goes first.
    """
    explained = await _explained(verbs, name, at)
    if as_json:
        print_json(explained)
        return
    print(clean(explained.sentence))
    facts = msgspec.to_builtins(explained.facts)
    print_facts((key.replace("_", " "), _fact(value)) for key, value in facts.items() if key != "job")


async def _explained(verbs: Verbs, name: str, at: str | None) -> Explanation:
    moment = None if at is None else parse_moment(at, what="--at")
    try:
        return await verbs.jobs.why(name, at=moment)
    except NotFound:
        if moment is not None:
            raise
    return await _of_run(verbs, name)


async def _of_run(verbs: Verbs, name: str) -> Explanation:
    try:
        return await verbs.runs.why(name)
    except NotFound:
        raise NotFound(f"there is no job and no run {name!r}; `tickwork ls` and `tickwork runs` list them") from None


def _fact(value: Any) -> str:
    match value:
        case {"id": id, "job": job, "state": state, "reason": reason}:
            return f"{id} of {job}, {state}" + (f" ({reason})" if reason else "")
        case list():
            return ", ".join(map(_fact, value)) or "none"
        case str():
            return value
        case _:
            return msgspec.json.encode(value).decode()
