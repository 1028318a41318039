"""What of the history may go: said, or done now instead of by a server in its own time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import rich_click as click

from tickwork.cli.acting import json_option, over_either, over_store
from tickwork.cli.output import print_json, print_table, say
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import several
from tickwork.config import environment, load, retention_of
from tickwork.core.ids import JobId, RunId
from tickwork.core.sizes import format_size
from tickwork.core.states import State
from tickwork.operations import Operations
from tickwork.operations.forgetting import Forgetting
from tickwork.operations.retention import Errand, Keeping, Rules
from tickwork.operations.wiring import read_cleaned

_LOOK: Final = 1000


class Going(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Runs of one job that ended alike and go for one reason."""

    project: str
    job: JobId
    state: State
    why: str
    runs: int = 0
    log_bytes: int = 0


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and why.")
@json_option
@over_store("it prunes by itself, all the time")
async def prune_command(ops: Operations, *, dry_run: bool, as_json: bool) -> None:
    """Delete the runs that are no longer kept, by the rules of jobs, projects and settings.

    A server does this by itself, all the time. Gaps, and log records by their level, go with it there. Runs of jobs
    with a cleanup function are left to the server, which calls it first; pinned ones (`tickwork pin`) stay.
    """
    going = await looked_through(ops, delete=not dry_run)
    if as_json:
        print_json(going)
        return
    rows = [[one.project, one.job, str(one.state), str(one.runs), format_size(one.log_bytes), one.why] for one in going]
    print_table(("project", "job", "state", "runs", "logs", "because"), rows, empty="nothing is outdated")
    runs, size = sum(one.runs for one in going), format_size(sum(one.log_bytes for one in going))
    say(f"{several(runs, 'run')} with {size} of logs {'would go' if dry_run else 'are gone'}")


@click.command("pin")
@click.argument("run")
@click.option("--undo", is_flag=True, help="It may go again, when its time is over.")
@over_either
async def pin_command(verbs: Verbs, *, run: str, undo: bool) -> None:
    """Keep a run for ever, whatever is said about how long runs are kept."""
    identity = await verbs.runs.pin(run, undo=undo)
    print(f"run {identity} {'may go when its time is over' if undo else 'stays'}")


async def looked_through(ops: Operations, *, delete: bool) -> list[Going]:
    """All that is outdated now, told of or deleted."""
    keeping = Keeping(ops.store, instance=retention_of(load(environment(), store=ops.store.url)))
    rules, spare = await keeping.rules(), await read_cleaned(ops.store)
    forgetting = Forgetting(store=ops.store, clock=ops.clock)
    runs, sizes, seen = Counter[Going](), Counter[Going](), set[RunId]()
    async for errand in keeping.errands(rules, now=ops.clock.now(), spare=spare):
        async for group, found in _portions(keeping, errand, rules):
            new = [run for run in found if run not in seen]  # what goes by age may go by count, too
            weighed = await ops.store.log_sizes(new) if new else {}
            runs[group] += len(new)
            sizes[group] += sum(weighed.values())
            if not delete:
                seen.update(new)
                continue
            while new:
                batch, new = new[: forgetting.size], new[forgetting.size :]
                await asyncio.sleep(await forgetting.forget(batch))
    return sorted(
        msgspec.structs.replace(group, runs=count, log_bytes=sizes[group]) for group, count in runs.items() if count
    )


async def _portions(keeping: Keeping, errand: Errand, rules: Rules) -> AsyncIterator[tuple[Going, list[RunId]]]:
    after: RunId | None = None
    while True:
        olds, after = await keeping.page(errand, rules, after=after, look=_LOOK)
        by_job: dict[JobId, list[RunId]] = {}
        for old in olds:
            by_job.setdefault(old.job, []).append(old.run)
        for job, runs in by_job.items():
            yield Going(project=errand.project, job=job, state=errand.which.state, why=errand.why), runs
        if after is None:
            return
