"""What is set, and who says so."""

from collections.abc import Sequence
from typing import Any, Final

import rich_click as click

from tickwork.cli.acting import json_option
from tickwork.cli.output import print_json, print_table
from tickwork.config import environment, find, public_settings
from tickwork.config_file import TABLES

_SEEN_BY: Final = {table: (table,) for table in TABLES} | {"up": TABLES}
"""The tables of the file that a command sees."""


@click.group("config", invoke_without_command=True)
@click.pass_context
def config_command(context: click.Context) -> None:
    """Settings: of a file (tickwork.toml), the environment and flags."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@config_command.command("show")
@click.option("--config", metavar="FILE", help="A tickwork.toml. Default: $TICKWORK_CONFIG, else none.")
@click.option("--for", "command", type=click.Choice(list(_SEEN_BY)), help="As that command sees it, with its tables.")
@click.argument("flags", nargs=-1, type=click.UNPROCESSED, metavar="[-- FLAG]...")
@json_option
def show_command(*, config: str | None, command: str | None, flags: tuple[str, ...], as_json: bool) -> None:
    """Every setting with its value and where that comes from: flag, variable, file or default.

    Flags, behind `--`, are those that the command would be given: `config show --for worker -- --workers 8`.
    """
    if flags and command is None:
        raise click.UsageError("flags are those of a command: name it by --for")
    given = _given(command, flags) if command is not None else {}
    given["config"] = given.get("config") or config
    found = find(environment(), tables=_SEEN_BY[command] if command is not None else (), **given)
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


def _given(command: str, flags: Sequence[str]) -> dict[str, Any]:
    """What these flags say to that command. Raises what it would raise itself."""
    from tickwork.cli.app import cli
    from tickwork.cli.serving import server_command, up_command, worker_command

    called = {"up": up_command, "server": server_command, "worker": worker_command}[command]
    with called.make_context(command, list(flags), **cli.context_settings) as context:
        names = {*find({}), "config"}
        return {name: value for name, value in context.params.items() if name in names}
