"""Definitions from files: apply a board, import a crontab."""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import rich_click as click

from tickwork.cli.acting import json_option, over_store, store_option, with_operations
from tickwork.cli.inputs import local_zone
from tickwork.cli.output import print_json, say
from tickwork.cli.words import several
from tickwork.core.model import Job
from tickwork.errors import Conflict, InvalidSetting
from tickwork.operations import Operations
from tickwork.operations.jobs import Change, ChangeKind

_STDIN = "-"
_SYSTEM_CRONTAB, _SYSTEM_FOLDER = Path("/etc/crontab"), Path("/etc/cron.d")
_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "-"}


@click.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@json_option
@over_store
async def apply_command(ops: Operations, *, file: Path, dry_run: bool, as_json: bool) -> None:
    """Make the store's jobs of this board equal to the file.

    Adds, changes, and removes what the board made before and has no longer; nothing else is touched.
    """
    from tickwork.boards.board import load_board

    board = load_board(file)
    for warning in board.warnings:
        say(f"warning: {warning}")
    verb = ops.jobs.plan if dry_run else ops.jobs.apply
    changes = await verb(board.name, board.jobs)
    if as_json:
        print_json(changes)
        return
    for line in change_lines(changes):
        print(line)
    print(summary(changes, jobs=len(board.jobs), dry_run=dry_run))


def change_lines(changes: Iterable[Change]) -> Iterable[str]:
    for change in changes:
        fields = f" ({', '.join(change.fields)})" if change.fields else ""
        yield f"{_SIGNS[change.kind]} {change.kind} {change.job}{fields}"


def summary(changes: list[Change], *, jobs: int, dry_run: bool = False) -> str:
    counts = {kind: sum(change.kind is kind for change in changes) for kind in ChangeKind}
    told = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n) or "nothing to change"
    return f"{told}; {jobs} jobs on the board" + (" (dry run: nothing was written)" if dry_run else "")


@click.group("import", invoke_without_command=True)
@click.pass_context
def import_command(context: click.Context) -> None:
    """Bring definitions over from another scheduler."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@import_command.command("crontab")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--system", is_flag=True, help="Each line names a user (/etc/crontab, /etc/cron.d).")
@click.option("-o", "--output", metavar="BOARD", type=click.Path(path_type=Path), help="Write a board file instead.")
@click.option("--force", is_flag=True, help="Write over a board file that exists.")
@click.option("--name", metavar="NAME", help="The board that the jobs belong to (default: the file's full path).")
@click.option("--zone", metavar="ZONE", help="The zone in which the crontab counts (default: this machine's).")
@store_option
def crontab_command(
    *, file: Path, system: bool, output: Path | None, force: bool, name: str | None, zone: str | None, store: str | None
) -> int:
    """Import a crontab into the store, or with -o into a board file. `-` reads it from stdin.

    Lines that cannot be mapped are reported; the others are imported, and the exit code is 1.
    """
    from tickwork.boards.crontab import parse_crontab

    if not system and _names_users(file):
        raise InvalidSetting(f"{file} names a user in each line; import it with --system")
    shown = "crontab" if str(file) == _STDIN else str(file)
    crontab = parse_crontab(_text(file, shown), system=system, name=shown, zone=zone or local_zone())
    if output is not None:
        _write(crontab.jobs, output, source=shown, force=force)
    else:
        asyncio.run(with_operations(store, lambda ops: _apply(ops, name or _board_name(file), crontab.jobs)))
    for problem in crontab.problems:
        say(problem)
    lost = len(crontab.problems)
    print(f"{several(len(crontab.jobs), 'job')} imported" + (f", {several(lost, 'line')} not" if lost else ""))
    return 1 if lost else 0


def _board_name(file: Path) -> str:
    return "crontab" if str(file) == _STDIN else str(file.absolute())


def _names_users(file: Path) -> bool:
    """The places where cron itself expects a user column; without it the user would become part of the command."""
    absolute = file.absolute()
    return absolute == _SYSTEM_CRONTAB or absolute.parent == _SYSTEM_FOLDER


def _text(file: Path, shown: str) -> str:
    from tickwork.boards.source import decoded, read_text

    return decoded(sys.stdin.buffer.read(), shown=shown) if str(file) == _STDIN else read_text(file, shown=shown)


def _write(jobs: Sequence[Job], output: Path, *, source: str, force: bool) -> None:
    from tickwork.boards.write import write_board

    text = write_board(jobs, folder=output.absolute().parent, heading=f"Imported from {source} by `tickwork import`.")
    try:
        with output.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(f"{output} exists; name another file, or write over it with --force") from None
    print(f"wrote {output}; `tickwork apply {output}` puts it into a store")


async def _apply(ops: Operations, name: str, jobs: Sequence[Job]) -> None:
    for line in change_lines(await ops.jobs.apply(name, jobs)):
        print(line)
