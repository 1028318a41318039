"""The scheduler's beat from outside: for cron, systemd timers and other drivers."""

import rich_click as click

from tickwork.cli.acting import json_option, over_store
from tickwork.cli.output import print_facts, print_json
from tickwork.cli.words import several
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.operations import Operations
from tickwork.store.protocol import PlainClients
from tickwork.telemetry import RunsFired, Telemetry, TelemetryEvent


@click.command("init")
@json_option
@over_store("it makes its own store ready when it starts")
async def init_command(ops: Operations, *, as_json: bool) -> None:
    """Make the store ready (its tables, its folder) and say where it is. Doing it again changes nothing.

    On Redis it also publishes the commands of plain clients in the hash `commands`, each by the SHA that EVALSHA takes.
    """
    store = ops.store
    commands = await store.publish_commands() if isinstance(store, PlainClients) else {}
    if as_json:
        print_json({"store": store.url, "commands": commands})
        return
    print(f"ready: {store.url}")
    if commands:
        print("commands of plain clients, for EVALSHA:")
        print_facts(sorted(commands.items()))


@click.command("tick")
@click.option(
    "--trim", type=click.IntRange(0), metavar="N", help="Then cancel all but the newest N queued runs of a pool."
)
@json_option
@over_store("its scheduler ticks by itself, all the time")
async def tick_command(ops: Operations, *, trim: int | None, as_json: bool) -> None:
    """Decide once what is due, for drivers of your own; `tickwork up` and `server` do it all the time.

    What came due since the last tick follows each schedule's catch-up policy; runs that waited go on. Workers take the
    runs as always. Claims of workers that died are settled by a server only.
    """
    fired = await _tick(ops)
    trimmed = 0 if trim is None else await ops.runs.trim(trim)
    if as_json:
        print_json({"runs": fired, "trimmed": trimmed})
    else:
        print(f"{several(fired, 'run')} queued" + (f", {several(trimmed, 'run')} trimmed" if trim is not None else ""))


async def _tick(ops: Operations) -> int:
    """How many runs were born."""
    from tickwork.runtime.promoter import Promoter
    from tickwork.runtime.scheduler import Scheduler

    clock, telemetry = SystemClock(), Telemetry()
    counted: list[int] = []

    def count(event: TelemetryEvent) -> None:
        if isinstance(event, RunsFired):
            counted.append(event.runs)

    telemetry.subscribe(count)
    for service in (
        Scheduler(store=ops.store, clock=clock, ids=Ids(clock=clock), telemetry=telemetry),
        Promoter(store=ops.store, clock=clock, telemetry=telemetry),
    ):
        await service.opened()
        try:
            while await service.tick() == 0.0:
                pass  # what is due did not fit into one batch
        finally:
            await service.closed()
    return sum(counted)
