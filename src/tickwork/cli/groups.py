"""Groups: what users are in projects."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json, print_table
from tickwork.cli.people_inputs import parse_roles
from tickwork.cli.verbs import Verbs
from tickwork.core.roles import Role
from tickwork.operations.people.views import UserGroupView

_ROLE = f"`project=role`, of {', '.join(Role)}; `*` is every project. May be repeated."


@click.group("group", invoke_without_command=True)
@click.pass_context
def group_command(context: click.Context) -> None:
    """Groups of users, and what they are in projects by belonging to one."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@group_command.command("add")
@click.argument("name")
@click.argument("users", metavar="[USER]...", nargs=-1)
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=_ROLE)
@json_option
@over_either
async def add_command(
    verbs: Verbs, *, name: str, users: tuple[str, ...], roles: tuple[str, ...], as_json: bool
) -> None:
    """Create a group: `tickwork group add nightshift ann bob --role etl=operator`."""
    given = {project: role for project, role in parse_roles(roles).items() if role is not None}
    _tell(await verbs.groups.create(name, members=users, roles=given), as_json=as_json)


@group_command.command("set")
@click.argument("name")
@click.option("--add", "add", multiple=True, metavar="USER", help="Belongs to it from now on. May be repeated.")
@click.option("--remove", multiple=True, metavar="USER", help="Does not any more. May be repeated.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=_ROLE + " `project=` takes it away.")
@json_option
@over_either
async def set_command(
    verbs: Verbs,
    *,
    name: str,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    roles: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change who belongs to a group, and its roles. It counts at once."""
    changed = await verbs.groups.set(name, add=add, remove=remove, roles=parse_roles(roles))
    _tell(changed, as_json=as_json)


@group_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the groups."""
    views = await verbs.groups.list()
    if as_json:
        print_json(views)
        return
    rows = [[view.name, ", ".join(view.members), _roles(view)] for view in views]
    print_table(
        ("group", "members", "roles"), rows, empty="no groups; `tickwork group add NAME USER… --role etl=viewer`"
    )


@group_command.command("rm")
@click.argument("name")
@over_either
async def rm_command(verbs: Verbs, *, name: str) -> None:
    """Delete a group; its users stay."""
    await verbs.groups.delete(name)
    print(f"deleted group {name}")


def _tell(view: UserGroupView, *, as_json: bool) -> None:
    if as_json:
        print_json(view)
    else:
        print(f"group {view.name}: {', '.join(view.members) or 'nobody'}; {_roles(view) or 'no roles'}")


def _roles(view: UserGroupView) -> str:
    return ", ".join(f"{project}={role}" for project, role in sorted(view.roles.items()))
