"""Named calendars: the days that schedules exclude by name."""

from pathlib import Path

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_facts, print_json, print_table, say
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import several


@click.group("calendar", invoke_without_command=True)
@click.pass_context
def calendar_command(context: click.Context) -> None:
    """Named calendars: the days that schedules exclude by name."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@calendar_command.command("put")
@click.argument("name")
@click.argument("days", metavar="[DAY]...", nargs=-1)
@click.option("--ics", metavar="FILE", type=click.Path(path_type=Path), help="Every day with an event in this file.")
@click.option("--country", metavar="CODE", help="The public holidays of a country: NL. Needs the extra `holidays`.")
@click.option("--subdivision", metavar="CODE", help="Of this part of the country: BY.")
@click.option("--years", type=click.IntRange(1, 100), metavar="N", help="So many years of them.")
@json_option
@over_either
async def put_command(
    verbs: Verbs,
    *,
    name: str,
    days: tuple[str, ...],
    ics: Path | None,
    country: str | None,
    subdivision: str | None,
    years: int | None,
    as_json: bool,
) -> None:
    """Create a calendar or replace its days: from DAYs like 2026-12-25, an iCalendar file, or a country's holidays.

    Schedules that exclude it follow from now on; what was due before stays as it was.
    """
    if bool(days) + (ics is not None) + (country is not None) != 1:
        raise click.UsageError("say where its days come from: DAYs, --ics FILE, or --country CODE")
    view = await verbs.calendars.put(
        name, days=days, ics=_text(ics), country=country, subdivision=subdivision, years=years
    )
    if as_json:
        print_json(view)
    else:
        used = f", which {several(len(view.jobs), 'job')} exclude" if view.jobs else ""
        print(f"calendar {name} has {several(len(view.days), 'day')}{used}")
        for line in view.over:
            say(f"warning: {line}")


def _text(ics: Path | None) -> str | None:
    from tickwork.boards.source import read_text

    return None if ics is None else read_text(ics, shown=str(ics))


@calendar_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the calendars."""
    views = await verbs.calendars.list()
    if as_json:
        print_json(views)
        return
    rows = [[view.name, str(len(view.days)), str(len(view.jobs)), view.source] for view in views]
    print_table(
        ("calendar", "days", "jobs", "from"), rows, empty="no calendars; `tickwork calendar put NAME DAY…` makes one"
    )


@calendar_command.command("show")
@click.argument("name")
@json_option
@over_either
async def show_command(verbs: Verbs, *, name: str, as_json: bool) -> None:
    """Show the days of a calendar."""
    view = await verbs.calendars.show(name)
    if as_json:
        print_json(view)
        return
    print_facts([("calendar", view.name), ("from", view.source), ("jobs", ", ".join(view.jobs))])
    for day in view.days:
        print(day)


@calendar_command.command("rm")
@click.argument("name")
@over_either
async def rm_command(verbs: Verbs, *, name: str) -> None:
    """Delete a calendar that no job excludes."""
    await verbs.calendars.delete(name)
    print(f"deleted calendar {name}")
