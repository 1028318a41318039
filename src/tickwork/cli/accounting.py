"""The ledger: planned against actual, and whether it is whole."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_moment
from tickwork.cli.output import Cell, print_json, print_table, say, state_cell
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import local_time, several
from tickwork.core.clock import DAY, HOUR, Instant, SystemClock, later
from tickwork.errors import InvalidSetting
from tickwork.operations.views import LedgerEntry

LEDGER_HEADERS = ("due", "state", "what", "run")


@click.command("ledger")
@click.argument("job")
@click.option("--from", "start", metavar="TIME", help="From this moment on (default: 24 hours ago).")
@click.option("--to", "end", metavar="TIME", help="Until before this moment (default: in an hour).")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 100_000), help="At most so many.")
@json_option
@over_either
async def ledger_command(
    verbs: Verbs, *, job: str, start: str | None, end: str | None, limit: int, as_json: bool
) -> None:
    """List every due moment of a job and what became of it: planned against actual, without a gap.

    Works for deleted jobs too, by their id.
    """
    since, until = stretch(start, end, SystemClock().now())
    entries = await verbs.jobs.ledger(job, start=since, end=until, limit=limit + 1)
    shown = entries[:limit]
    if as_json:
        print_json(shown)
    else:
        print_table(LEDGER_HEADERS, map(ledger_row, shown), empty="nothing was due and nothing ran in that time")
    if len(entries) > limit:
        say(f"only the first {limit} are shown; choose a shorter stretch, or raise --limit")


def stretch(start: str | None, end: str | None, now: Instant) -> tuple[Instant, Instant]:
    """What --from and --to say, by default the last day and the next hour. Raises `InvalidSetting`."""
    since = later(now, -DAY) if start is None else parse_moment(start, what="--from")
    until = later(now, HOUR) if end is None else parse_moment(end, what="--to")
    if until <= since:
        raise InvalidSetting(f"--to {end or 'in an hour'!r} is not after --from {start or 'a day ago'!r}")
    return since, until


def ledger_row(entry: LedgerEntry) -> list[str | Cell]:
    """The columns of `LEDGER_HEADERS`."""
    said = entry.sentence.removeprefix(f"{entry.job}, due {entry.slot}, ").removeprefix(f"{entry.job}, ")
    return [local_time(entry.slot), state_cell(entry.state or entry.entry), said, entry.run or ""]


@click.command("verify")
@click.argument("job", required=False)
@json_option
@over_either
async def verify_command(verbs: Verbs, *, job: str | None, as_json: bool) -> int:
    """Check the whole ledger (or one job's) against the schedules; exit 1 if anything is not accounted for.

    Expands the schedules' revisions anew and looks for due moments without an entry, with two, or none at all.
    """
    report = await verbs.verify(job)
    if as_json:
        print_json(report)
        return 1 if report.findings else 0
    if report.findings:
        rows = [[f.job, local_time(f.slot), f.problem, f.sentence] for f in report.findings]
        print_table(("job", "slot", "problem", "what"), rows, empty="")
    looked = f"{several(report.occurrences, 'due moment')} of {several(report.jobs, 'job')}"
    found = several(len(report.findings), "finding")
    print(f"{looked} checked: " + (found if report.findings else "each is accounted for exactly once"))
    return 1 if report.findings else 0
