"""Secrets of projects, which jobs are given and nobody reads back."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json, print_table
from tickwork.cli.people_inputs import read_hidden
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import distance, several
from tickwork.core.clock import SystemClock
from tickwork.core.ids import DEFAULT_PROJECT

_project = click.option("--project", default=DEFAULT_PROJECT, metavar="PROJECT", help="Whose it is (default: default).")


@click.group("secret", invoke_without_command=True)
@click.pass_context
def secret_command(context: click.Context) -> None:
    """Secrets of projects: sealed in the store, given to the jobs that name them, masked in all that these write."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@secret_command.command("set")
@click.argument("name")
@_project
@over_either
async def set_command(verbs: Verbs, *, name: str, project: str) -> None:
    """Set a secret, to what is typed at the terminal or comes from standard input.

    A job names it in `secrets: [NAME]` and finds it in its environment. Runs that begin from now on get this value.
    """
    await verbs.secrets.set(project, name, read_hidden(f"Secret {name}"))
    print(f"set secret {name} of project {project}")


@secret_command.command("ls")
@click.option("--project", metavar="PROJECT", help="Only those of this project.")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, project: str | None, as_json: bool) -> None:
    """List the secrets: everything but their values."""
    views = await verbs.secrets.list(project=project)
    if as_json:
        print_json(views)
        return
    now = SystemClock().now()
    rows = [
        [view.project, view.name, f"{distance(view.changed, now)} by {view.by}", ", ".join(view.jobs)] for view in views
    ]
    print_table(("project", "secret", "changed", "jobs"), rows, empty="no secrets; `tickwork secret set NAME` sets one")


@secret_command.command("rm")
@click.argument("name")
@_project
@over_either
async def rm_command(verbs: Verbs, *, name: str, project: str) -> None:
    """Delete a secret that no job is given."""
    await verbs.secrets.delete(project, name)
    print(f"deleted secret {name} of project {project}")


@secret_command.command("rotate")
@click.option("--forget", is_flag=True, help="Take the older keys out of the file: earlier values are lost for good.")
@over_either
async def rotate_command(verbs: Verbs, *, forget: bool) -> None:
    """Encrypt all secrets again: with a new key in the key file, or with the first one of $TICKWORK_SECRET_KEYS."""
    count = await verbs.secrets.rotate(forget=forget)
    print(f"sealed {several(count, 'secret')} by the current key" + ("; older keys are gone" if forget else ""))
