"""Single fields of a job, changed by hand."""

from pathlib import Path

import rich_click as click

from tickwork.cli.acting import json_option, over_store
from tickwork.cli.boards import edit_words
from tickwork.cli.output import print_json
from tickwork.errors import InvalidSetting
from tickwork.operations import Operations
from tickwork.operations.jobs import decode_job
from tickwork.store.protocol import Document


@click.command("edit")
@click.argument("job")
@click.argument("said", metavar="[KEY=VALUE|KEY]...", nargs=-1)
@click.option("--reset", is_flag=True, help="Let the board decide these keys again (none: all that were changed).")
@json_option
@over_store
async def edit_command(ops: Operations, *, job: str, said: tuple[str, ...], reset: bool, as_json: bool) -> None:
    """Change single fields of a job by hand: `tickwork edit JOB timeout=2h retries=3 cron="0 4 * * *"`.

    Keys and values are those of a board. Of a board's job they stay changed, whenever the board is applied, until
    the board says the same or they are reset. Without any, it tells what was changed by hand.
    """
    document = await ops.jobs.document(job)
    if reset:
        done = await _reset(ops, document, said)
    elif said:
        done = await _edit(ops, document, said)
    else:
        done = (
            "\n".join([edit_words(edit) for edit in await ops.edits.of(document.id)]) or "nothing was changed by hand"
        )
    if as_json:
        print_json(await ops.edits.of(document.id))
    else:
        print(done)


async def _edit(ops: Operations, document: Document, said: tuple[str, ...]) -> str:
    from tickwork.boards.edits import edited_job, key_of

    wanted, fields = edited_job(decode_job(document), said, folder=Path.cwd())
    (resolved,) = await ops.runners.resolved([wanted])
    changed = await ops.edits.edit(document, resolved, fields)
    told = ", ".join(map(key_of, changed))
    return f"changed {told} of {document.id}" if told else f"{document.id} is so already"


async def _reset(ops: Operations, document: Document, said: tuple[str, ...]) -> str:
    from tickwork.boards.edits import field_of, key_of

    if valued := next((key for key in said if "=" in key), None):
        raise InvalidSetting(f"--reset takes keys alone: {valued.partition('=')[0]}")
    reset = await ops.edits.reset(document, list(dict.fromkeys(map(field_of, said))))
    told = ", ".join(map(key_of, reset))
    return f"reset {told} of {document.id} to what the board says" if told else f"nobody changed {document.id} by hand"
