"""Is everything as it must be? Each finding says what is so and, where it is not well, how to mend it."""

from collections.abc import Collection, Iterator

import rich_click as click

from tickwork.cli.acting import here_only, json_option, store_option
from tickwork.cli.doctor import configuration, disk, machine, stores
from tickwork.cli.doctor.findings import Finding, bad
from tickwork.cli.output import Cell, print_json, print_table, state_cell
from tickwork.config import environment, find, load
from tickwork.config_file import TABLES
from tickwork.errors import TickworkError


@click.command("doctor")
@click.option("--config", metavar="FILE", help="A tickwork.toml. Default: $TICKWORK_CONFIG, else none.")
@click.option("--for", "table", type=click.Choice(TABLES), help="As that command sees it, with its table of the file.")
@json_option
@store_option
@here_only(
    "it examines this machine and its store (or the server that the settings name): call it where the server runs, "
    "or a worker; /api/v1/health/ready tells of a server"
)
def doctor_command(*, store: str | None, config: str | None, table: str | None, as_json: bool) -> int:
    """Check the store or server, the clock, zones, containment, disk, versions and settings.

    Exits 1 where something is bad.
    """
    findings = list(_examine(store, config, (table,) if table is not None else ()))
    if as_json:
        print_json(findings)
    else:
        _print(findings)
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def _print(findings: list[Finding]) -> None:
    rows: list[list[str | Cell]] = [[finding.check, state_cell(finding.state), finding.found] for finding in findings]
    print_table(("check", "state", "found"), rows, empty="")
    for finding in findings:
        if finding.fix:
            print(f"\n{finding.check}: {finding.fix}")


def _examine(store: str | None, config: str | None, tables: Collection[str]) -> Iterator[Finding]:
    yield from configuration.unknown_variables(environment())
    try:
        settings = load(environment(), store=store, config=config, tables=tables)
        named_by = find(environment(), store=store, config=config, tables=tables)["store"].origin
    except TickworkError as error:
        yield bad("settings", str(error), "correct the variable or the line, or take it out")
        return
    yield from configuration.files(settings, config=config)
    yield from stores.examine(settings, named_by=named_by)
    yield from disk.examine(settings)
    yield machine.clock()
    yield from machine.zones()
    yield machine.containment(settings)
    yield machine.versions()
