"""Runs for slots that are over: replay and backfill."""

from collections.abc import Sequence

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_moment
from tickwork.cli.output import print_json
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import local_time, several
from tickwork.core.clock import SECOND, Duration
from tickwork.core.timing.text import format_duration, parse_duration
from tickwork.operations.views import RunView

_NOTHING = Duration(0)
_SHOWN = 10


@click.command("backfill")
@click.argument("job")
@click.option("--from", "start", required=True, metavar="TIME", help="From this moment on, itself included.")
@click.option("--to", "end", required=True, metavar="TIME", help="Until before this moment.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="Refuse more runs than this.")
@click.option("--spread", metavar="LENGTH", help="Each may begin so long after the one before it: 30s.")
@click.option("--again", is_flag=True, help="Also the slots that succeeded already.")
@json_option
@over_either
async def backfill_command(
    verbs: Verbs, *, job: str, start: str, end: str, limit: int, spread: str | None, again: bool, as_json: bool
) -> None:
    """Run every slot of a stretch of time, by the job's present schedules, as one group."""
    between = _NOTHING if spread is None else parse_duration(spread, what="--spread")
    runs = await verbs.jobs.backfill(
        job,
        start=parse_moment(start, what="--from"),
        end=parse_moment(end, what="--to"),
        limit=limit,
        spread=between / SECOND,
        again=again,
    )
    _tell(runs, spread=between, nothing="nothing to backfill: every slot succeeded already", as_json=as_json)


@click.command("replay")
@click.argument("job")
@click.option("--slot", "slots", multiple=True, metavar="TIME", help="This due moment. May be repeated.")
@click.option("--missed", is_flag=True, help="All that were missed, or skipped by a pause, in --from … --to.")
@click.option("--from", "start", metavar="TIME", help="With --missed: from this moment on.")
@click.option("--to", "end", metavar="TIME", help="With --missed: until before this moment.")
@json_option
@over_either
async def replay_command(
    verbs: Verbs,
    *,
    job: str,
    slots: tuple[str, ...],
    missed: bool,
    start: str | None,
    end: str | None,
    as_json: bool,
) -> None:
    """Run due moments that are over once more, each as a new run that points at its entry in the ledger.

    Say which ones with --slot, or all that were missed in a stretch with --missed --from --to; those made up for
    already are left out.
    """
    if bool(slots) == missed or (missed and None in {start, end}) or (slots and (start or end)):
        raise click.UsageError("say which: --slot TIME (may be repeated), or --missed --from TIME --to TIME")
    if missed:
        since, until = parse_moment(start or "", what="--from"), parse_moment(end or "", what="--to")
        runs = await verbs.jobs.replay(job, start=since, end=until)
    else:
        runs = await verbs.jobs.replay(job, slots=[parse_moment(slot, what="--slot") for slot in slots])
    _tell(runs, spread=_NOTHING, nothing="nothing to replay: nothing was missed in that time", as_json=as_json)


def _tell(runs: Sequence[RunView], *, spread: Duration, nothing: str, as_json: bool) -> None:
    if as_json:
        print_json(runs)
        return
    if not runs:
        print(nothing)
        return
    for run in runs[:_SHOWN]:
        print(f"run {run.id} of {run.job} is {run.state}; it stands for {local_time(run.slot)}")
    if len(runs) > _SHOWN:
        print(f"… and {len(runs) - _SHOWN} more; `tickwork runs {runs[0].job}` lists them")
    pace = f", {format_duration(spread)} apart" if spread else ""
    print(f"{several(len(runs), 'run')} queued{pace}")
