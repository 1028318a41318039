"""Projects: what jobs, secrets and roles belong to."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_facts, print_json, print_table
from tickwork.cli.verbs import Verbs


@click.group("project", invoke_without_command=True)
@click.pass_context
def project_command(context: click.Context) -> None:
    """Projects: what jobs, secrets and people's roles belong to."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@project_command.command("put")
@click.argument("name")
@click.option("--description", default="", help="What it is about.")
@json_option
@over_either
async def put_command(verbs: Verbs, *, name: str, description: str, as_json: bool) -> None:
    """Create a project or describe it anew. One that a board or a job names is there without this."""
    view = await verbs.projects.put(name, description=description)
    if as_json:
        print_json(view)
    else:
        print(f"project {view.name}" + (f": {view.description}" if view.description else ""))


@project_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the projects."""
    views = await verbs.projects.list()
    if as_json:
        print_json(views)
    else:
        print_table(("project", "description"), [[view.name, view.description] for view in views], empty="")


@project_command.command("show")
@click.argument("name")
@json_option
@over_either
async def show_command(verbs: Verbs, *, name: str, as_json: bool) -> None:
    """Show a project: who is what in it, and the names of its secrets."""
    view = await verbs.projects.show(name)
    if as_json:
        print_json(view)
        return
    print_facts([("project", view.name), ("description", view.description), ("secrets", ", ".join(view.secrets))])
    rows = [[member.user, member.role, ", ".join(member.groups)] for member in view.members]
    empty = f"nobody but superusers; `tickwork group add NAME USER --role {name}=viewer`"
    print_table(("user", "role", "through"), rows, empty=empty)


@project_command.command("rm")
@click.argument("name")
@over_either
async def rm_command(verbs: Verbs, *, name: str) -> None:
    """Delete a project that has no jobs, with its secrets, the roles in it, and the keys for it."""
    await verbs.projects.delete(name)
    print(f"deleted project {name}")


@project_command.command("keep")
@click.argument("name")
@click.argument("keep")
@over_either
async def keep_command(verbs: Verbs, *, name: str, keep: str) -> None:
    """Say how long the history of its jobs is kept, where they say nothing themselves.

    KEEP is what a board says: `90d`, or `{for: 90d, failed: 1y, at_least: 20, at_most: 1000}`; `{}`: as the instance.
    """
    await verbs.projects.keep(name, keep)
    print(f"the history of project {name} is kept: {keep}")
