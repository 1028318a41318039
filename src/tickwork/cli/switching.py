"""Switch a job off and on, and delete it."""

import rich_click as click

from tickwork.cli.acting import over_store
from tickwork.cli.inputs import parse_until
from tickwork.core.clock import SystemClock, iso
from tickwork.operations import Operations


@click.command("pause")
@click.argument("job")
@click.option("--why", default="", help="Shown wherever the job is seen to be off.")
@click.option("--until", metavar="TIME", help="On again from then: 2026-12-24T18:00, or a length: 2h.")
@over_store
async def pause_command(ops: Operations, *, job: str, why: str, until: str | None) -> None:
    """Switch a job off: what is due is accounted for as skipped. Running work goes on."""
    moment = None if until is None else parse_until(until, SystemClock().now())
    paused = await ops.jobs.pause(job, why=why, until=moment)
    print(f"paused {paused}" + (f" until {iso(moment)}" if moment is not None else f"; `tickwork resume {paused}`"))


@click.command("resume")
@click.argument("job")
@over_store
async def resume_command(ops: Operations, *, job: str) -> None:
    """Switch a paused job on again."""
    found = await ops.jobs.find(job)
    was_paused = await ops.jobs.resume(found.id)
    print(f"resumed {found.id}" if was_paused else f"{found.id} was not paused")
    if not found.enabled:
        print(f"{found.id} stays off: it is disabled in its definition")


@click.command("rm")
@click.argument("job")
@over_store
async def rm_command(ops: Operations, *, job: str) -> None:
    """Delete a job. Its history stays; its runs that have not begun are cancelled."""
    document = await ops.jobs.document(job)
    deleted = await ops.jobs.delete(document.id)
    print(f"deleted {deleted}")
    if document.owner:
        print(f"board {document.owner} made it, and makes it again when it is applied")
