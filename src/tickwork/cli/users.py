"""Users: who can sign in to a server."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_facts, print_json, print_table, say
from tickwork.cli.people_inputs import read_hidden
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import several
from tickwork.core.clock import SECOND, Duration
from tickwork.core.timing.text import format_duration, parse_duration
from tickwork.operations.people.links import TTL
from tickwork.operations.people.views import UserView


@click.group("user", invoke_without_command=True)
@click.pass_context
def user_command(context: click.Context) -> None:
    """Users: who can sign in to the pages and to REST."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@user_command.command("add")
@click.argument("name")
@click.option("--display", default="", help="The name as people write it.")
@click.option("--email", default="", help="Where to reach them.")
@click.option("--superuser", is_flag=True, help="May do everything, in every project.")
@click.option("--password", is_flag=True, help="Ask for a password (or take it from standard input).")
@json_option
@over_either
async def add_command(
    verbs: Verbs, *, name: str, display: str, email: str, superuser: bool, password: bool, as_json: bool
) -> None:
    """Create a user. Without a password they sign in by a link: `tickwork user link NAME`.

    What they may do in projects follows from their groups: `tickwork group`.
    """
    said = read_hidden(f"Password of {name}", twice=True) if password else None
    view = await verbs.users.create(name, display=display, email=email, password=said, superuser=superuser)
    if as_json:
        print_json(view)
    else:
        print(
            f"created user {view.name}" + ("" if view.password else f"; `tickwork user link {view.name}` lets them in")
        )


@user_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the users."""
    views = await verbs.users.list()
    if as_json:
        print_json(views)
        return
    rows = [[view.name, view.display, _standing(view), ", ".join(view.groups), _roles(view)] for view in views]
    print_table(("user", "name", "may", "groups", "roles"), rows, empty="no users; `tickwork user add NAME` makes one")


@user_command.command("show")
@click.argument("name")
@json_option
@over_either
async def show_command(verbs: Verbs, *, name: str, as_json: bool) -> None:
    """Show a user."""
    view = await verbs.users.show(name)
    if as_json:
        print_json(view)
        return
    signs_in = "by password" if view.password else "by a link only"
    print_facts(
        [
            ("user", view.name),
            ("name", view.display),
            ("email", view.email),
            ("may", _standing(view)),
            ("signs in", signs_in if view.active else ""),
            ("groups", ", ".join(view.groups)),
            ("roles", _roles(view)),
        ]
    )


@user_command.command("passwd")
@click.argument("name")
@click.option("--remove", is_flag=True, help="No password any more: they sign in by a link.")
@over_either
async def passwd_command(verbs: Verbs, *, name: str, remove: bool) -> None:
    """Set a user's password, from the terminal or from standard input. Ends all of their sessions."""
    password = None if remove else read_hidden(f"Password of {name}", twice=True)
    await verbs.users.set_password(name, password)
    print(f"{name} has {'no password any more' if remove else 'a new password'}; they are signed out everywhere")


@user_command.command("set")
@click.argument("name")
@click.option("--display", help="The name as people write it.")
@click.option("--email", help="Where to reach them.")
@click.option("--active/--inactive", default=None, help="Inactive: signed out at once, and nothing of theirs works.")
@click.option("--superuser/--no-superuser", default=None, help="May do everything, in every project.")
@json_option
@over_either
async def set_command(
    verbs: Verbs,
    *,
    name: str,
    display: str | None,
    email: str | None,
    active: bool | None,
    superuser: bool | None,
    as_json: bool,
) -> None:
    """Change what is known of a user."""
    view = await verbs.users.set(name, display=display, email=email, active=active, superuser=superuser)
    if as_json:
        print_json(view)
    else:
        print(f"changed user {view.name}")


@user_command.command("link")
@click.argument("name")
@click.option("--lasts", metavar="LENGTH", help=f"For so long (default: {format_duration(TTL)}).")
@over_either
async def link_command(verbs: Verbs, *, name: str, lasts: str | None) -> None:
    """Print a link that signs a user in, once."""
    ttl = TTL if lasts is None else Duration(parse_duration(lasts, what="--lasts"))
    print(await verbs.sign_in_link(name, lasts=ttl / SECOND))
    say(f"it signs {name} in, once, within {format_duration(ttl)}; what begins with /ui/ is the same at any address")


@user_command.command("signout")
@click.argument("name")
@over_either
async def signout_command(verbs: Verbs, *, name: str) -> None:
    """End all sessions of a user."""
    await verbs.users.sign_out(name)
    print(f"{name} is signed out everywhere")


@user_command.command("rm")
@click.argument("name")
@over_either
async def rm_command(verbs: Verbs, *, name: str) -> None:
    """Delete a user, with their keys."""
    keys = [key for key in await verbs.keys.list(owner=name) if key.revoked is None]
    await verbs.users.delete(name)
    print(f"deleted user {name}" + (f"; {several(len(keys), 'key')} revoked" if keys else ""))


def _standing(view: UserView) -> str:
    if not view.active:
        return "nothing: inactive"
    return "everything" if view.superuser else "what the roles say"


def _roles(view: UserView) -> str:
    return ", ".join(f"{project}={role}" for project, role in sorted(view.roles.items()))
