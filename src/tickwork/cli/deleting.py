"""Deleting runs by hand."""

import rich_click as click

from tickwork.cli.acting import over_either
from tickwork.cli.verbs import Verbs


@click.command("delete")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@over_either
async def delete_command(verbs: Verbs, *, runs: tuple[str, ...]) -> None:
    """Delete what is known of runs that are over: log, result, attempts and entry.

    RUN is the beginning of a run's id. Where the job has a `cleanup` function, this is called first; the run goes when
    it has succeeded. (`tickwork rm` deletes a job.)
    """
    for run in runs:
        identity = await verbs.runs.resolve(run)
        if await verbs.runs.delete(identity):
            print(f"deleted run {identity}")
        else:
            print(f"run {identity} goes when its cleanup function has been called; `tickwork runs` shows how that goes")
