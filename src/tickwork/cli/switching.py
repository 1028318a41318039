"""Switch a job off and on, and delete it."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_moment, parse_until
from tickwork.cli.output import print_json
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import several
from tickwork.core.clock import SystemClock, iso
from tickwork.core.model import Scope
from tickwork.operations.switches import Choice

_SCOPES = click.Choice([scope.value for scope in Scope])


@click.command("pause")
@click.argument("target", default="")
@click.option("--scope", type=_SCOPES, default=Scope.JOB.value, help="What TARGET is; an instance needs no TARGET.")
@click.option("--why", default="", help="Shown wherever it is seen to be off.")
@click.option("--until", metavar="TIME", help="On again from then: 2026-12-24T18:00, or a length: 2h.")
@over_either
async def pause_command(verbs: Verbs, *, target: str, scope: str, why: str, until: str | None) -> None:
    """Switch a job (or a project, task, pool, worker, everything) off. Running work goes on.

    What is due is accounted for as skipped; off for a pool or a worker, runs stay queued.
    """
    moment = None if until is None else parse_until(until, SystemClock().now())
    paused = await verbs.switches.pause(_scope(scope, target), target, why=why, until=moment)
    again = f"tickwork resume {paused}" if scope == Scope.JOB else f"tickwork resume --scope {scope} {paused}".rstrip()
    print(f"paused {paused or scope}" + (f" until {iso(moment)}" if moment is not None else f"; `{again}`"))


@click.command("resume")
@click.argument("target", default="")
@click.option("--scope", type=_SCOPES, default=Scope.JOB.value, help="What TARGET is; an instance needs no TARGET.")
@click.option(
    "--missed",
    "choice",
    type=click.Choice([choice.value for choice in Choice]),
    default=Choice.POLICY.value,
    help="Which of the slots skipped meanwhile are run now (default: as each schedule's catch_up says).",
)
@click.option("--pick", multiple=True, metavar="TIME", help="Run exactly these missed slots. May be repeated.")
@json_option
@over_either
async def resume_command(
    verbs: Verbs, *, target: str, scope: str, choice: str, pick: tuple[str, ...], as_json: bool
) -> None:
    """Switch something that is paused on again, and say what was missed meanwhile."""
    kind = _scope(scope, target)
    slots = [parse_moment(moment, what="--pick") for moment in pick]
    resumed = await verbs.switches.resume(kind, target, choice=Choice(choice), pick=slots)
    if as_json:
        print_json(resumed)
        return
    print(f"resumed {target or scope}" if resumed.was_paused else f"{target or scope} was not paused")
    if resumed.missed:
        skipped = several(len(resumed.missed), "slot")
        print(f"skipped meanwhile: {skipped}, from {resumed.missed[0]} to {resumed.missed[-1]}")
        print(f"made up for now: {len(resumed.runs)}")
    if kind is Scope.JOB and not (found := (await verbs.jobs.get(target)).job).enabled:
        print(f"{found.id} stays off: it is disabled in its definition")


def _scope(scope: str, target: str) -> Scope:
    if (scope == Scope.INSTANCE) == bool(target):
        wrong = "an instance has no name; leave it out" if target else f"say which {scope}: `tickwork pause NAME`"
        raise click.UsageError(wrong)
    return Scope(scope)


@click.command("rm")
@click.argument("job")
@over_either
async def rm_command(verbs: Verbs, *, job: str) -> None:
    """Delete a job. Its history stays; its runs that have not begun are cancelled."""
    found = (await verbs.jobs.get(job)).job
    await verbs.jobs.delete(found.id)
    print(f"deleted {found.id}")
    if found.owner:
        print(f"board {found.owner} made it, and makes it again when it is applied")
