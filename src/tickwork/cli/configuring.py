"""What is set, and who says so."""

import rich_click as click

from tickwork.cli.acting import json_option
from tickwork.cli.output import print_json, print_table
from tickwork.config import environment, find, public_settings
from tickwork.config_file import TABLES


@click.group("config", invoke_without_command=True)
@click.pass_context
def config_command(context: click.Context) -> None:
    """Settings: of a file (tickwork.toml), the environment and flags."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@config_command.command("show")
@click.option("--config", metavar="FILE", help="A tickwork.toml. Default: $TICKWORK_CONFIG, else none.")
@click.option("--for", "table", type=click.Choice(TABLES), help="As that command sees it, with its table of the file.")
@json_option
def show_command(*, config: str | None, table: str | None, as_json: bool) -> None:
    """Every setting with its value and where that comes from: flag, variable, file or default."""
    found = find(environment(), config=config, tables=(table,) if table is not None else ())
    open_ones = {setting.name for setting in public_settings()}
    shown = {
        name: (one.value if name in open_ones or not one.value else "(not shown)", one.origin)
        for name, one in found.items()
    }
    if as_json:
        print_json({name: {"value": value, "origin": origin} for name, (value, origin) in shown.items()})
        return
    rows = [[name, "" if value is None else str(value), origin] for name, (value, origin) in shown.items()]
    print_table(("setting", "value", "from"), rows, empty="no settings")
