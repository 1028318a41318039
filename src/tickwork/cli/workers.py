"""Workers: who is there, and who shall take nothing new."""

import asyncio

import rich_click as click

from tickwork.cli.acting import json_option, over_either, server_option, store_option, with_verbs
from tickwork.cli.output import Cell, print_json, print_table
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import distance, several
from tickwork.core.clock import SystemClock
from tickwork.core.model import Scope
from tickwork.operations.views import WorkerView


@click.group("workers", invoke_without_command=True)
@json_option
@server_option
@store_option
@click.pass_context
def workers_command(context: click.Context, *, store: str | None, server: str | None, as_json: bool) -> None:
    """List the workers that are on, with their load, version, containment and labels; drain one."""
    if context.invoked_subcommand is None:
        asyncio.run(with_verbs(store, server, lambda verbs: _list(verbs, as_json=as_json)))


async def _list(verbs: Verbs, *, as_json: bool) -> None:
    workers = await verbs.workers.list()
    if as_json:
        print_json(workers)
        return
    now = SystemClock().now()
    print_table(
        ("worker", "state", "pools", "seats", "load", "labels", "containment", "host", "pid", "version", "seen"),
        [
            [
                worker.name,
                _state(worker),
                ",".join(worker.pools),
                str(worker.concurrency),
                "" if worker.load is None else f"{worker.load:.2f}",
                ",".join(worker.labels),
                worker.containment,
                worker.host,
                str(worker.pid),
                worker.version,
                distance(worker.seen, now),
            ]
            for worker in workers
        ],
        empty="no workers; `tickwork up` or `tickwork worker` starts one",
    )
    for why in dict.fromkeys(worker.paused for worker in workers if worker.paused):
        print(f"\n{why}; `tickwork workers undrain NAME` lets it take runs again")


def _state(worker: WorkerView) -> Cell:
    if worker.silent is not None:
        return Cell("unresponsive", "red")
    return Cell("drained", "yellow") if worker.paused else Cell("on", "green")


@workers_command.command("drain")
@click.argument("name")
@click.option("--why", default="", help="Shown wherever it is seen.")
@over_either
async def drain_command(verbs: Verbs, *, name: str, why: str) -> None:
    """Let a worker take nothing new; what runs there goes on. It stays so, also when it starts again."""
    await verbs.switches.pause(Scope.WORKER, name, why=why)
    known = [worker for worker in await verbs.workers.list() if worker.name == name]
    left = await verbs.workers.held_by(name)
    there = (
        f"{several(left, 'run')} of it {'goes' if left == 1 else 'go'} on" if known else "no worker of that name is on"
    )
    print(f"drained {name}; {there}; `tickwork workers undrain {name}`")


@workers_command.command("undrain")
@click.argument("name")
@over_either
async def undrain_command(verbs: Verbs, *, name: str) -> None:
    """Let a drained worker take runs again."""
    resumed = await verbs.switches.resume(Scope.WORKER, name)
    print(f"{name} takes runs again" if resumed.was_paused else f"{name} was not drained")
