"""Move house: copy a store, back it up, restore it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import rich_click as click

from tickwork.cli.acting import here_only, json_option, over_store
from tickwork.cli.output import print_json, print_table, say
from tickwork.config import environment, load
from tickwork.core.clock import SystemClock
from tickwork.errors import Conflict, NotFound
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.operations.copying import Progress, Tallies, copy
from tickwork.store.protocol import Store


@click.command("copy")
@click.option("--from", "source", required=True, metavar="URL", help="The store to copy.")
@click.option("--to", "target", required=True, metavar="URL", help="The store to fill; it must be empty.")
@here_only("stores are copied where both can be reached; name them by --from and --to")
@json_option
def copy_command(*, source: str, target: str, as_json: bool) -> None:
    """Copy everything from one store to another, and verify it by counts and checksums.

    A copy that was cut short is repeated with the same command. Claims do not move: runs that were under way are
    settled and go on as after the loss of a worker.
    """
    _print(asyncio.run(_copy(source, target)), as_json=as_json)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@over_store("a backup is read from the store itself, past what a key may see")
async def backup_command(ops: Operations, *, file: Path, as_json: bool) -> None:
    """Write everything, as of one moment, into a new FILE. Servers and workers go on meanwhile."""
    async with AsyncExitStack() as stack:
        target = await _opened(stack, _url_of(file, new=True))
        _print(await copy(ops.store, target, told=_tell), as_json=as_json)


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@over_store("a store is filled before a server works on it")
async def restore_command(ops: Operations, *, file: Path, as_json: bool) -> None:
    """Fill an empty store with a backup FILE."""
    async with AsyncExitStack() as stack:
        source = await _opened(stack, _url_of(file, new=False))
        _print(await copy(source, ops.store, told=_tell), as_json=as_json)


def _url_of(file: Path, *, new: bool) -> str:
    if new and file.exists():
        raise Conflict(f"{file} exists already; name a new file")
    if not new and not file.exists():
        raise NotFound(f"{file}: there is no such file")
    return f"sqlite:///{file.absolute()}"


async def _copy(source: str, target: str) -> Tallies:
    if source == target:
        raise Conflict(f"{source} is both --from and --to; name two stores")
    async with AsyncExitStack() as stack:
        return await copy(await _opened(stack, source), await _opened(stack, target), told=_tell)


async def _opened(stack: AsyncExitStack, url: str) -> Store:
    store = make_store(url, clock=SystemClock(), accept_loss=load(environment()).accept_loss)
    await store.open()
    stack.push_async_callback(store.close)
    return store


def _tell(progress: Progress) -> None:
    if progress.records >= 10_000 and progress.records % 10_000 == 0:  # noqa: PLR2004 (now and then)
        say(f"{progress.part}: {progress.records:,} records")


def _print(tallies: Tallies, *, as_json: bool) -> None:
    if as_json:
        print_json(tallies)
        return
    rows = [(part, f"{tally.records:,}", tally.checksum[:16]) for part, tally in tallies.items()]
    print_table(("PART", "RECORDS", "CHECKSUM"), rows, empty="")
    say("copied and verified")
