"""Definitions as files: apply a board, see what it would change, write one out, its schema."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json, say
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import schedule_time, several
from tickwork.core.channels import mail_channel
from tickwork.core.merge import Verdict
from tickwork.core.notices import rules_of
from tickwork.errors import Conflict, InvalidSetting, NotAllowed
from tickwork.operations.ahead import Preview
from tickwork.operations.changes import DONE, Change, ChangeKind
from tickwork.operations.notify.views import ChannelView
from tickwork.operations.overrides import Edit
from tickwork.operations.views import NextView

if TYPE_CHECKING:
    from tickwork.boards.board import Board

_SIGNS = {
    ChangeKind.ADDED: "+",
    ChangeKind.CHANGED: "~",
    ChangeKind.REMOVED: "-",
    ChangeKind.KEPT: "=",
    ChangeKind.AGREED: "=",
    ChangeKind.CONFLICT: "!",
}


@click.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@json_option
@over_either
async def apply_command(verbs: Verbs, *, file: Path, dry_run: bool, as_json: bool) -> None:
    """Make the store's jobs of this board equal to the file.

    Adds, changes, and removes what the board made before and has no longer; nothing else is touched. What is
    paused stays paused, and what a person changed with `tickwork edit` stays changed.
    """
    from tickwork.boards.board import load_board

    board = load_board(file)
    _warn(await warnings_of(board, verbs.notify))
    if dry_run:
        changes: Sequence[Change] = [preview.change for preview in await _reviewed(verbs, board)]
    else:
        _warn(await verbs.boards.absent(board))
        changes = await verbs.boards.apply(board)
    if as_json:
        print_json(changes)
        return
    for line in change_lines(changes):
        print(line)
    print(summary(changes, jobs=len(board.jobs), dry_run=dry_run))


@click.command("plan")
@click.argument("file", metavar="BOARD", type=click.Path(path_type=Path))
@json_option
@over_either
async def plan_command(verbs: Verbs, *, file: Path, as_json: bool) -> None:
    """Show what applying the board would change, and the next due moments of each such job before and after."""
    from tickwork.boards.board import load_board

    board = load_board(file)
    _warn(await warnings_of(board, verbs.notify))
    previews = await _reviewed(verbs, board)
    if as_json:
        print_json(previews)
        return
    for preview in previews:
        (line,) = change_lines([preview.change])
        print(line)
        _print_moments(preview.before, preview.after)
    print(summary([preview.change for preview in previews], jobs=len(board.jobs), dry_run=True))


async def _reviewed(verbs: Verbs, board: "Board") -> Sequence[Preview]:
    """What applying it would change; what its jobs wait for and does not exist is said."""
    previews, absent = await verbs.boards.review(board)
    _warn(absent)
    return previews


def _warn(of: Iterable[object]) -> None:
    for warning in of:
        say(f"warning: {warning}")


class KnowsChannels(Protocol):
    """Says which there are: `Verbs.notify`, `Operations.notify`."""

    async def channels(self) -> Sequence[ChannelView]: ...


async def warnings_of(board: "Board", notify: KnowsChannels) -> Sequence[str]:
    """What should be looked at: in the file itself, and channels that it names where there are none."""
    named = {name for job in board.jobs for rule in rules_of(job) for name in rule.channels}
    made = sorted(name for name in named if mail_channel(name) is None)
    known = set(made)
    with suppress(NotAllowed):  # who may not see them is not told either
        known = {view.name for view in await notify.channels()} if made else known
    words = "is no channel, so nobody is told; `tickwork channel add` makes one"
    return [*board.warnings, *(f"notify: {name!r} {words}" for name in made if name not in known)]


def _print_moments(before: Sequence[NextView], after: Sequence[NextView]) -> None:
    if [view.slot for view in before] == [view.slot for view in after]:
        if before:
            print(f"    due as before, next {schedule_time(before[0].local)}")
        return
    for n in range(max(len(before), len(after))):
        old, new = (schedule_time(views[n].local) if n < len(views) else "" for views in (before, after))
        print(f"    {old:<26}  {new}".rstrip())


def change_lines(changes: Iterable[Change]) -> Iterable[str]:
    for change in changes:
        if change.edit is not None:
            told = f"{change.job} {edit_words(change.edit)}"
        else:
            told = f"{change.job} ({', '.join(change.fields)})" if change.fields else change.job
        yield f"{_SIGNS[change.kind]} {change.kind} {told}"


def edit_words(edit: Edit) -> str:
    """What a person changed, and what the board has to say to it."""
    from tickwork.boards.edits import key_of, words

    key, value, board = key_of(edit.field), words(edit.field, bytes(edit.value)), words(edit.field, bytes(edit.board))
    match edit.verdict:
        case Verdict.KEPT:
            return f"{key} {value} (set by {edit.by}; the board says {board})"
        case Verdict.AGREED:
            return f"{key} {value} (set by {edit.by}; the board says so too now)"
        case Verdict.CONFLICT:
            mended = f"`tickwork edit {edit.job} --reset {key}` takes the board's"
            return f"{key}: the board now says {board}, {edit.by} set {value}; {mended}"


def summary(changes: Sequence[Change], *, jobs: int, dry_run: bool = False) -> str:
    counts = {kind: sum(change.kind is kind for change in changes) for kind in ChangeKind}
    done = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n and kind in DONE) or "nothing to change"
    edits = (
        f", {several(kept, 'edit')} by hand kept"
        if (kept := counts[ChangeKind.KEPT] + counts[ChangeKind.CONFLICT])
        else ""
    )
    return f"{done}{edits}; {several(jobs, 'job')} on the board" + (
        " (dry run: nothing was written)" if dry_run else ""
    )


@click.command("export")
@click.option("--project", metavar="NAME", help="Only the jobs of this project; a board holds one.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write into this file.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@over_either
async def export_command(verbs: Verbs, *, project: str | None, output: Path | None, force: bool) -> None:
    """Write the jobs of the store as a board that loads back to the same definitions.

    Switches, history and the catalogue of tasks are not in it: each job says itself what it runs.
    """
    jobs = [job async for job in verbs.jobs.list(project=project)]
    projects = sorted({job.project for job in jobs})
    if len(projects) > 1:
        raise InvalidSetting(f"a board holds one project; choose one with --project: {', '.join(projects)}")
    said = await verbs.boards.export(projects[0], folder=_folder(output)) if projects else "jobs: {}\n"
    text = f"# Exported by `tickwork export`.\n{said}"
    if output is None:
        print(text, end="")
    else:
        write_file(output, text, force=force)
        print(f"wrote {several(len(jobs), 'job')} to {output}; `tickwork apply {output}` puts them into a store")


def _folder(output: Path | None) -> Path:
    return Path.cwd() if output is None else output.absolute().parent


def write_file(output: Path, text: str, *, force: bool) -> None:
    """Raises `Conflict` for a file that exists, unless `force`."""
    try:
        with output.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(f"{output} exists; name another file, or write over it with --force") from None


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of boards, with which editors complete and check them."""
    from tickwork.boards.schema import board_schema

    print_json(board_schema())
