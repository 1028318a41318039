"""Definitions from other schedulers: crontabs, Jobsched's catalogue, JobControl's configuration."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import rich_click as click

from tickwork.boards.board import Board
from tickwork.boards.imported import Imported
from tickwork.cli.acting import server_option, store_option, with_verbs
from tickwork.cli.boards import change_lines, write_file
from tickwork.cli.inputs import local_zone
from tickwork.cli.output import say
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import several
from tickwork.core.ids import DEFAULT_PROJECT
from tickwork.core.model import Job
from tickwork.errors import InvalidSetting

_STDIN = "-"
_SYSTEM_CRONTAB, _SYSTEM_FOLDER = Path("/etc/crontab"), Path("/etc/cron.d")

_output_option = click.option(
    "-o", "--output", metavar="BOARD", type=click.Path(path_type=Path), help="Write a board file instead."
)
_force_option = click.option("--force", is_flag=True, help="Write over a board file that exists.")


@click.group("import", invoke_without_command=True)
@click.pass_context
def import_command(context: click.Context) -> None:
    """Bring definitions over from another scheduler."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@import_command.command("crontab")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--system", is_flag=True, help="Each line names a user (/etc/crontab, /etc/cron.d).")
@_output_option
@_force_option
@click.option("--name", metavar="NAME", help="The board that the jobs belong to (default: the file's full path).")
@click.option("--zone", metavar="ZONE", help="The zone in which the crontab counts (default: this machine's).")
@server_option
@store_option
def crontab_command(
    *,
    file: Path,
    system: bool,
    output: Path | None,
    force: bool,
    name: str | None,
    zone: str | None,
    store: str | None,
    server: str | None,
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
        _write_jobs(crontab.jobs, output, source=shown, force=force)
    else:
        board = _board(name or _board_name(file), file, crontab.jobs)
        asyncio.run(with_verbs(store, server, lambda verbs: _apply(verbs, board)))
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


def _write_jobs(jobs: Sequence[Job], output: Path, *, source: str, force: bool) -> None:
    from tickwork.boards.write import write_board

    text = write_board(jobs, folder=output.absolute().parent, heading=f"Imported from {source} by `tickwork import`.")
    _write(output, text, force=force)


def _write(output: Path, text: str, *, force: bool) -> None:
    write_file(output, text, force=force)
    print(f"wrote {output}; `tickwork apply {output}` puts it into a store")


def _board(name: str, file: Path, jobs: Sequence[Job]) -> Board:
    """The jobs as if they stood on one."""
    return Board(name=name, project=DEFAULT_PROJECT, path=file.absolute(), jobs=tuple(jobs), files=())


async def _apply(verbs: Verbs, board: Board) -> None:
    for line in change_lines(await verbs.boards.apply(board)):
        print(line)


@import_command.command("catalog")
@click.argument("file", metavar="CATALOG", type=click.Path(path_type=Path))
@click.option(
    "--tasks-dir", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where its task files are."
)
@click.option("--settings", metavar="FILE", type=click.Path(path_type=Path), help="Its jobsched.cfg: JOB_LIVETIME.")
@_output_option
@_force_option
@server_option
@store_option
def catalog_command(
    *,
    file: Path,
    tasks_dir: Path,
    settings: Path | None,
    output: Path | None,
    force: bool,
    store: str | None,
    server: str | None,
) -> int:
    """Import Jobsched's catalog.cfg: its sections become the tasks of a board, in the store or with -o in a file.

    Sections that cannot be mapped are reported, and the exit code is 1.
    """
    from tickwork.boards.import_jobsched import import_catalog, read_settings
    from tickwork.boards.source import read_text

    known = None if settings is None else read_settings(read_text(settings, shown=str(settings)), name=str(settings))
    text = read_text(file, shown=str(file))
    imported = import_catalog(text, name=str(file), tasks=tasks_dir.absolute(), settings=known)
    return _take(imported, file, output=output, force=force, store=store, server=server)


@import_command.command("jobcontrol")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--project", default="default", show_default=True, metavar="NAME", help="The project of the jobs.")
@_output_option
@_force_option
@server_option
@store_option
def jobcontrol_command(
    *, file: Path, project: str, output: Path | None, force: bool, store: str | None, server: str | None
) -> int:
    """Import JobControl's YAML configuration into the store, or with -o into a board file.

    Jobs that cannot be mapped are reported, and the exit code is 1.
    """
    from tickwork.boards.import_jobcontrol import import_jobcontrol
    from tickwork.boards.source import read_text

    text = read_text(file, shown=str(file))
    imported = import_jobcontrol(text, name=str(file), folder=file.absolute().parent, project=project)
    return _take(imported, file, output=output, force=force, store=store, server=server)


def _take(
    imported: Imported, file: Path, *, output: Path | None, force: bool, store: str | None, server: str | None
) -> int:
    """Write the board, or apply it in the name of the old file."""
    if output is not None:
        _write(output, imported.board, force=force)
    else:
        board = replace(imported.loaded(folder=file.absolute().parent), name=str(file.absolute()))
        asyncio.run(with_verbs(store, server, lambda verbs: _apply_board(verbs, board)))
    for line in (*(f"warning: {warning}" for warning in imported.warnings), *imported.problems):
        say(line)
    return 1 if imported.problems else 0


async def _apply_board(verbs: Verbs, board: Board) -> None:
    await _apply(verbs, board)
    print(f"{several(len(board.jobs), 'job')} and {several(len(board.tasks), 'task')} imported")
