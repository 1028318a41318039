"""Single fields of a job, changed by hand."""

from pathlib import Path

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.boards import edit_words
from tickwork.cli.output import print_json
from tickwork.cli.verbs import Verbs
from tickwork.errors import InvalidSetting


@click.command("edit")
@click.argument("job")
@click.argument("said", metavar="[KEY=VALUE|KEY]...", nargs=-1)
@click.option("--reset", is_flag=True, help="Let the board decide these keys again (none: all that were changed).")
@json_option
@over_either
async def edit_command(verbs: Verbs, *, job: str, said: tuple[str, ...], reset: bool, as_json: bool) -> None:
    """Change single fields of a job by hand: `tickwork edit JOB timeout=2h retries=3 cron="0 4 * * *"`.

    Keys and values are those of a board. Of a board's job they stay changed, whenever the board is applied, until
    the board says the same or they are reset. Without any, it tells what was changed by hand.
    """
    identity = await verbs.jobs.find(job)
    if reset:
        done = await _reset(verbs, identity, said)
    elif said:
        done = await _edit(verbs, identity, said)
    else:
        edits = (await verbs.jobs.get(identity)).edits
        done = "\n".join(map(edit_words, edits)) or "nothing was changed by hand"
    if as_json:
        print_json((await verbs.jobs.get(identity)).edits)
    else:
        print(done)


async def _edit(verbs: Verbs, job: str, said: tuple[str, ...]) -> str:
    told = ", ".join(await verbs.jobs.edit(job, said, folder=Path.cwd()))
    return f"changed {told} of {job}" if told else f"{job} is so already"


async def _reset(verbs: Verbs, job: str, said: tuple[str, ...]) -> str:
    if valued := next((key for key in said if "=" in key), None):
        raise InvalidSetting(f"--reset takes keys alone: {valued.partition('=')[0]}")
    told = ", ".join(await verbs.jobs.reset(job, said))
    return f"reset {told} of {job} to what the board says" if told else f"nobody changed {job} by hand"
