"""Channels: where notices go."""

from collections.abc import Sequence
from datetime import time
from pathlib import Path

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import local_zone
from tickwork.cli.output import print_json, print_table, say
from tickwork.cli.verbs import Verbs
from tickwork.core.channels import AT_ONCE, WINDOW, Apprise, Channel, Mail, Program, Quiet, Template, Way, Webhook
from tickwork.core.clock import Duration
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidDefinition

WAYS = ("mail", "webhook", "command", "apprise")


@click.group("channel", invoke_without_command=True)
@click.pass_context
def channel_command(context: click.Context) -> None:
    """Channels, where notices go: mail, webhooks, programs, and the services of apprise.

    `mail:ops@example.com` is a channel that need not be created. `tickwork notify` says who hears about what.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@channel_command.command("add")
@click.argument("name")
@click.argument("way", type=click.Choice(WAYS))
@click.argument("target", nargs=-1, required=True)
@click.option("--secret", metavar="TEXT", help="Signs a webhook (default: a new one, which is shown once).")
@click.option("--quiet", metavar="22:00-07:00", help="Hours of each day in which nothing is sent; it waits.")
@click.option("--zone", metavar="ZONE", help="The time zone of --quiet (default: this machine's).")
@click.option("--at-once", type=click.IntRange(1, 1000), default=AT_ONCE, help="So many go out one by one in a window.")
@click.option("--window", metavar="LENGTH", help="When it ends, the others go out as one digest (default: 1m).")
@click.option(
    "--template", "templates", multiple=True, metavar="OCCASION=FILE", help="Its own words (Jinja); again for more."
)
@over_either
async def add_command(
    verbs: Verbs,
    *,
    name: str,
    way: str,
    target: tuple[str, ...],
    secret: str | None,
    quiet: str | None,
    zone: str | None,
    at_once: int,
    window: str | None,
    templates: tuple[str, ...],
) -> None:
    """Create a channel, or replace the one of its name.

    `channel add ops mail ann@example.com bob@example.com`, `channel add chat webhook https://example.com/hook`,
    `channel add pager command -- /usr/local/bin/page --urgent`, `channel add phone apprise ntfy://topic`.
    """
    channel = Channel(
        name=name,
        way=_way(way, target),
        quiet=None if quiet is None else _quiet(quiet, zone or local_zone()),
        at_once=at_once,
        window=WINDOW if window is None else Duration(parse_duration(window, what="--window")),
        templates=dict(_template(text) for text in templates),
    )
    sealed = target[0] if way == "apprise" else secret or ""
    made = await verbs.notify.put_channel(channel, secret=sealed)
    print(f"made channel {name}; try it with `tickwork channel test {name}`")
    if made.signing_secret is not None and secret is None:
        print(f"signing secret, shown this once: {made.signing_secret}")
    if made.warning is not None:
        say(made.warning)


@channel_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the channels, and what waits for them."""
    views = await verbs.notify.channels()
    if as_json:
        print_json(views)
        return
    rows = [[view.name, view.way, view.target, view.quiet or "", str(view.waiting), view.error or ""] for view in views]
    empty = "no channels; `tickwork channel add ops mail ops@example.com` makes one"
    print_table(("channel", "way", "target", "quiet", "waiting", "last error"), rows, empty=empty)


@channel_command.command("rm")
@click.argument("name")
@over_either
async def rm_command(verbs: Verbs, *, name: str) -> None:
    """Delete a channel that no rule of a level names. What waits for it is dropped."""
    await verbs.notify.delete_channel(name)
    print(f"deleted channel {name}")


@channel_command.command("test")
@click.argument("name")
@over_either
async def test_command(verbs: Verbs, *, name: str) -> int:
    """Send a test through a channel: from the server, where one is named, else from here with its settings."""
    return await send_test(verbs, name)


async def send_test(verbs: Verbs, name: str) -> int:
    tested = await verbs.notify.test(name)
    if not tested.told:
        say(f"the test did not reach channel {name}: {tested.fault}")
        return 1
    print(f"sent a test to channel {name}")
    return 0


def _way(word: str, target: Sequence[str]) -> Way:
    if word in {"webhook", "apprise"} and len(target) > 1:
        raise InvalidDefinition(f"{word} takes one URL, not {len(target)}")
    match word:
        case "mail":
            return Mail(to=tuple(target))
        case "webhook":
            return Webhook(url=target[0], sealed="")
        case "command":
            return Program(argv=tuple(target))
        case _:
            return Apprise(sealed="")


def _quiet(text: str, zone: str) -> Quiet:
    begin, _, end = text.partition("-")
    try:
        return Quiet(begin=time.fromisoformat(begin.strip()), end=time.fromisoformat(end.strip()), zone=zone)
    except ValueError:
        raise InvalidDefinition(f"--quiet: {text!r} is not like 22:00-07:00") from None


def _template(text: str) -> tuple[str, Template]:
    name, equals, file = text.partition("=")
    if not equals:
        raise InvalidDefinition(f"--template: {text!r} is not like failed=words.txt")
    try:
        return name, Template(text=Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDefinition(f"--template: {file}: {error}") from None
