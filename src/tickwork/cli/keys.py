"""Keys of programs and of workers."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.enrolling import enrol_command
from tickwork.cli.output import print_json, print_table, say
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import distance
from tickwork.core.clock import SECOND, SystemClock
from tickwork.core.people import KeyKind
from tickwork.core.roles import SCOPES, Permission
from tickwork.core.timing.text import parse_duration
from tickwork.operations.people.views import KeyView, MadeKey

_SCOPES = click.Choice([scope.value for scope in SCOPES])


@click.group("key", invoke_without_command=True)
@click.pass_context
def key_command(context: click.Context) -> None:
    """Keys: `Authorization: Bearer …` for programs, and what workers show to a server."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


key_command.add_command(enrol_command)


@key_command.command("add")
@click.argument("name")
@click.option("--owner", metavar="USER", default="", help="Whose rights it has, at most (not for a worker's).")
@click.option("--scope", "scopes", type=_SCOPES, multiple=True, help="What it is good for. May be repeated.")
@click.option("--project", metavar="PROJECT", help="Good in this project only.")
@click.option("--worker", is_flag=True, help="A worker's key: it runs what is queued in its pools.")
@click.option("--pool", "pools", multiple=True, metavar="POOL", help="A pool of the worker. May be repeated.")
@click.option("--lasts", metavar="LENGTH", help="Good for nothing after this time: 90d.")
@json_option
@over_either
async def add_command(
    verbs: Verbs,
    *,
    name: str,
    owner: str,
    scopes: tuple[str, ...],
    project: str | None,
    worker: bool,
    pools: tuple[str, ...],
    lasts: str | None,
    as_json: bool,
) -> None:
    """Create a key. NAME says what it is for. Its secret is shown now and never again.

    `tickwork key add deploy --owner ann --scope read --scope operate --project etl`,
    `tickwork key add box7 --worker --pool gpu`.
    """
    made = await verbs.keys.create(
        name,
        kind=KeyKind.WORKER if worker else KeyKind.API,
        owner=owner,
        project=project,
        scopes=[Permission(scope) for scope in scopes],
        pools=pools or (("default",) if worker else ()),
        lasts=None if lasts is None else parse_duration(lasts, what="--lasts") / SECOND,
    )
    _tell(made, as_json=as_json)


@key_command.command("ls")
@click.option("--owner", metavar="USER", help="Only those of this user.")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, owner: str | None, as_json: bool) -> None:
    """List the keys, revoked and expired ones too."""
    views = await verbs.keys.list(owner=owner)
    if as_json:
        print_json(views)
        return
    now = SystemClock().now()
    rows = [
        [view.id, view.name, view.owner or view.kind, _reach(view), _state(view), distance(view.used, now) or "never"]
        for view in views
    ]
    headers = ("key", "name", "owner", "good for", "until", "used")
    print_table(headers, rows, empty="no keys; `tickwork key add NAME --owner USER --scope read` makes one")


@key_command.command("revoke")
@click.argument("key")
@over_either
async def revoke_command(verbs: Verbs, *, key: str) -> None:
    """Make a key (by its id) good for nothing, at once and for ever."""
    view = await verbs.keys.revoke(key)
    print(f"revoked key {view.id} ({view.name})")


@key_command.command("rotate")
@click.argument("key")
@json_option
@over_either
async def rotate_command(verbs: Verbs, *, key: str, as_json: bool) -> None:
    """Give a key (by its id) another secret; the old one is good for nothing at once."""
    made = await verbs.keys.rotate(key)
    _tell(made, as_json=as_json)


def _tell(made: MadeKey, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    print(made.secret)
    say(f"key {made.key.id} ({made.key.name}), good for {_reach(made.key)}; its secret is not shown again")


def _reach(view: KeyView) -> str:
    if view.pools:
        return f"pools {', '.join(view.pools)}"
    return ", ".join(view.scopes) + (f" in {view.project}" if view.project is not None else "")


def _state(view: KeyView) -> str:
    if view.revoked is not None:
        return "revoked"
    return view.expires[:10] if view.expires is not None else ""
