"""Pools of workers: what is known of them, and who may use them."""

from typing import Any

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_facts, print_json, print_table
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import distance, several
from tickwork.core.clock import SECOND, SystemClock
from tickwork.core.timing.text import parse_duration
from tickwork.errors import NotFound
from tickwork.operations.views import PoolView


@click.group("pool", invoke_without_command=True)
@click.pass_context
def pool_command(context: click.Context) -> None:
    """Pools of workers: what is known of them, and who may use them.

    A pool that jobs name is there without being described; `pool put` gives it limits.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@pool_command.command("put")
@click.argument("name")
@click.option("--description", metavar="TEXT", help="What it is for.")
@click.option("--lease", metavar="LENGTH", help="Silence after which its workers' runs are settled: 2m. none: theirs.")
@click.option("--max-running", metavar="N", help="So many runs at a time, over all its workers. none: no limit.")
@click.option(
    "--job-timeout",
    metavar="LENGTH",
    help="Its jobs that have no time-out are stopped after it: 2h. none: as the server says.",
)
@click.option(
    "--project", "projects", multiple=True, metavar="NAME", help="A project that may use it; again for more. all: each."
)
@json_option
@over_either
async def put_command(
    verbs: Verbs,
    *,
    name: str,
    description: str | None,
    lease: str | None,
    max_running: str | None,
    job_timeout: str | None,
    projects: tuple[str, ...],
    as_json: bool,
) -> None:
    """Describe a pool, or change what is said of it; what is not given stays.

    A limit holds from now on, a time-out for runs that begin from now on, a lease for workers that do.
    """
    said: dict[str, Any] = {}
    if description is not None:
        said["description"] = description
    if lease is not None:
        said["lease"] = None if lease == "none" else parse_duration(lease, what="--lease") / SECOND
    if max_running is not None:
        said["max_running"] = None if max_running == "none" else _number(max_running)
    if job_timeout is not None:
        said["job_timeout"] = (
            None if job_timeout == "none" else parse_duration(job_timeout, what="--job-timeout") / SECOND
        )
    if projects:
        said["projects"] = () if projects == ("all",) else projects
    pool = await verbs.pools.put(name, **{**await _present(verbs, name), **said})
    if as_json:
        print_json(pool)
    else:
        print(f"pool {pool.name}: {_told(pool)}")


async def _present(verbs: Verbs, name: str) -> dict[str, Any]:
    """What is said of it so far."""
    try:
        pool = await verbs.pools.show(name)
    except NotFound:
        return {}
    return {field: getattr(pool, field) for field in ("description", "lease", "max_running", "job_timeout", "projects")}


@pool_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the pools: those that are described, that jobs name, and that workers serve."""
    views = await verbs.pools.list()
    if as_json:
        print_json(views)
        return
    now = SystemClock().now()
    print_table(
        ("pool", "workers", "busy", "seats", "limit", "waiting since", "for", "state"),
        [
            [
                view.name,
                str(len(view.workers)),
                str(view.busy),
                str(view.seats),
                "" if view.max_running is None else str(view.max_running),
                distance(view.waiting_since, now),
                ", ".join(view.projects) or "all",
                _state(view),
            ]
            for view in views
        ],
        empty="no pools; jobs name one, `tickwork worker --pool NAME` serves one",
    )


@pool_command.command("show")
@click.argument("name")
@json_option
@over_either
async def show_command(verbs: Verbs, *, name: str, as_json: bool) -> None:
    """Show one pool."""
    view = await verbs.pools.show(name)
    if as_json:
        print_json(view)
        return
    now = SystemClock().now()
    print_facts(
        [
            ("pool", view.name),
            ("description", view.description),
            ("state", _state(view)),
            ("off", view.paused or ""),
            ("workers", ", ".join(view.workers) or "none"),
            ("seats", f"{view.busy} of {view.seats} busy"),
            ("lease", "" if view.lease is None else f"{view.lease:g}s"),
            ("at a time", "" if view.max_running is None else str(view.max_running)),
            ("time-out", "" if view.job_timeout is None else f"{view.job_timeout:g}s"),
            ("projects", ", ".join(view.projects) or "all"),
            ("waiting since", distance(view.waiting_since, now)),
        ]
    )


@pool_command.command("rm")
@click.argument("name")
@over_either
async def rm_command(verbs: Verbs, *, name: str) -> None:
    """Forget a pool that no job names, no worker serves and no run waits in."""
    await verbs.pools.delete(name)
    print(f"deleted pool {name}")


def _number(text: str) -> int:
    if not text.isdigit():
        raise click.UsageError(f"--max-running: {text!r} is no whole number; write 4, or none")
    return int(text)


def _state(view: PoolView) -> str:
    if view.paused:
        return "paused"
    if view.unresponsive_since:
        return "no worker"
    return "" if view.workers else "unserved"


def _told(view: PoolView) -> str:
    parts = [
        several(len(view.workers), "worker"),
        "no limit" if view.max_running is None else f"at most {several(view.max_running, 'run')} at a time",
        "" if view.lease is None else f"lease {view.lease:g}s",
        "" if view.job_timeout is None else f"time-out {view.job_timeout:g}s",
        f"for {', '.join(view.projects) or 'all projects'}",
    ]
    return ", ".join(part for part in parts if part)
