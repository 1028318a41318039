"""What is to come: the load of the next days, and a ledger that has not happened."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import rich_click as click

from tickwork.cli.accounting import LEDGER_HEADERS, ledger_row
from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_moment
from tickwork.cli.output import Cell, print_heading, print_json, print_table
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import local_time, several
from tickwork.core.clock import Duration, Instant
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidSetting
from tickwork.operations.ahead import HourLoad
from tickwork.operations.views import LedgerEntry

_MARKS = "·▁▂▃▄▅▆▇█"
"""Nothing, little … as much as in the busiest hour."""
_NAMED = 5
"""Jobs that a busy minute names."""


@click.command("forecast")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366), help="So many days from --from on.")
@click.option("--from", "start", metavar="TIME", help="From this moment on (default: now).")
@click.option("--project", metavar="NAME", help="Only the jobs of this project.")
@json_option
@over_either
async def forecast_command(verbs: Verbs, *, days: int, start: str | None, project: str | None, as_json: bool) -> None:
    """Count how many runs come due in each hour of the next days, and name the busiest minutes."""
    moment = None if start is None else parse_moment(start, what="--from")
    forecast = await verbs.forecast(days=days, start=moment, project=project)
    if as_json:
        print_json(forecast)
        return
    if not any(load.count for load in forecast.hours):
        print(f"nothing comes due within {several(days, 'day')}")
        return
    print_table(("day", "due", "00    06    12    18", "busiest hour"), _days(forecast.hours), empty="")
    if forecast.busiest:
        print_heading("busiest minutes")
        busy = [[local_time(load.minute)[:16], str(load.count), _names(load.jobs)] for load in forecast.busiest]
        print_table(("minute", "due", "jobs"), busy, empty="")


def _days(loads: Sequence[HourLoad]) -> list[list[str | Cell]]:
    """A row for each day with a mark for each hour, by this machine's clock (an hour that comes twice counts both)."""
    days: dict[str, list[int | None]] = {}
    for load in loads:
        moment = datetime.fromisoformat(load.hour).astimezone()
        counts = days.setdefault(f"{moment:%a %Y-%m-%d}", [None] * 24)
        counts[moment.hour] = (counts[moment.hour] or 0) + load.count
    most = max(count for counts in days.values() for count in counts if count is not None)
    return [_day(day, counts, most) for day, counts in days.items()]


def _day(day: str, counts: Sequence[int | None], most: int) -> list[str | Cell]:
    known = [count or 0 for count in counts]
    busiest = max(range(24), key=lambda hour: known[hour])
    marks = "".join(" " if count is None else _mark(count, most) for count in counts)
    return [day, str(sum(known)), Cell(marks, "cyan"), f"{busiest:02}:00 ({known[busiest]})" if known[busiest] else ""]


def _mark(count: int, most: int) -> str:
    return _MARKS[-(-count * (len(_MARKS) - 1) // most)]


def _names(jobs: Sequence[str]) -> str:
    more = len(jobs) - _NAMED
    return ", ".join(jobs[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@click.command("simulate")
@click.argument("board", type=click.Path(path_type=Path))
@click.option("--from", "start", required=True, metavar="TIME", help="The moment at which the board is applied.")
@click.option("--to", "end", required=True, metavar="TIME", help="Until before this moment.")
@click.option("--outage", "outages", multiple=True, metavar="A..B", help="Nobody looks from A to B. May be repeated.")
@click.option("--takes", metavar="LENGTH", help="How long each run takes: 5m (default: no time at all).")
@json_option
def simulate_command(
    *, board: Path, start: str, end: str, outages: tuple[str, ...], takes: str | None, as_json: bool
) -> None:
    """Run a board on a virtual clock and print the ledger it would have made. Nothing is stored, nothing runs.

    The scheduler is the real one; only time and the jobs are pretended, and every run succeeds.
    """
    from tickwork.boards.applying import self_contained
    from tickwork.boards.board import load_board
    from tickwork.testing import Outage, simulate

    begin, over = parse_moment(start, what="--from"), parse_moment(end, what="--to")
    spans = [_span(outage) for outage in outages]
    entries = asyncio.run(
        simulate(
            self_contained(load_board(board), at=begin),
            start=begin,
            end=over,
            outages=[Outage(begin=down, end=back) for down, back in spans],
            duration=Duration(0) if takes is None else parse_duration(takes, what="--takes"),
        )
    )
    if as_json:
        print_json(entries)
    else:
        rows = [[entry.job, *ledger_row(entry)[:3]] for entry in entries]
        print_table(("job", *LEDGER_HEADERS[:3]), rows, empty="nothing would be due in that time")
        print(_summary(entries))


def _span(text: str) -> tuple[Instant, Instant]:
    begin, dots, end = text.partition("..")
    if not dots:
        raise InvalidSetting(f"--outage {text!r}: write it as A..B, like 2026-10-25T01:00..2026-10-25T04:00")
    span = parse_moment(begin, what="--outage"), parse_moment(end, what="--outage")
    if span[1] <= span[0]:
        raise InvalidSetting(f"--outage {text!r}: ends before it begins")
    return span


def _summary(entries: Sequence[LedgerEntry]) -> str:
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.state or entry.entry] = counts.get(entry.state or entry.entry, 0) + 1
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"{len(entries)} in the ledger: {told or 'nothing'}"
