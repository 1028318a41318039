"""Who is told of what, and whether they were."""

from collections.abc import Iterator
from contextlib import suppress

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.channels import send_test
from tickwork.cli.output import print_json, print_table
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import distance
from tickwork.core.clock import Instant, SystemClock, later
from tickwork.core.model import Scope
from tickwork.core.notices import Fate
from tickwork.core.rules import Occasion, Rule
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidDefinition, NotFound
from tickwork.operations.notify.views import DeliveryView, RuleView

NOTICE_HEADERS = ("fate", "channel", "notice", "noticed", "note")
_OCCASIONS = ", ".join(Occasion)


def _level_options(function: click.decorators.FC) -> click.decorators.FC:
    for scope in ("job", "task", "pool", "project"):
        function = click.option(f"--{scope}", metavar="NAME", help=f"At this {scope} (default: the instance).")(
            function
        )
    return function


@click.group("notify", invoke_without_command=True)
@click.pass_context
def notify_command(context: click.Context) -> None:
    """Who is notified of what: rules of the instance, projects, pools, tasks and jobs add up.

    Jobs and boards have rules of their own, in `notify` and `mailto`.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@notify_command.command("ls")
@json_option
@over_either
async def ls_command(verbs: Verbs, *, as_json: bool) -> None:
    """List the rules of all levels."""
    views = await verbs.notify.rules()
    if as_json:
        print_json(views)
        return
    rows = [[_where(view), ", ".join(view.channels), ", ".join(view.on) or "all trouble"] for view in views]
    empty = "no rules; `tickwork notify add mail:ops@example.com` tells somebody of all trouble"
    print_table(("level", "channels", "occasions"), rows, empty=empty)


@notify_command.command("add")
@click.argument("channels", nargs=-1, required=True)
@click.option("--on", metavar="OCCASIONS", help=f"With commas: {_OCCASIONS}. Default: all trouble.")
@_level_options
@over_either
async def add_command(
    verbs: Verbs,
    *,
    channels: tuple[str, ...],
    on: str | None,
    project: str | None,
    pool: str | None,
    task: str | None,
    job: str | None,
) -> None:
    """Notify channels (by name, or mail:ops@example.com) of what happens at a level."""
    scope, target = _level(project, pool, task, job)
    if scope is Scope.JOB:
        target = await verbs.jobs.find(target)
    rule = Rule(channels=channels, on=() if on is None else tuple(_occasion(word.strip()) for word in on.split(",")))
    await verbs.notify.add_rule(scope, target, rule)
    told = ", ".join(rule.on) or "all trouble"
    print(f"{', '.join(channels)} will be notified of {told} ({_name(scope, target)})")


@notify_command.command("rm")
@_level_options
@over_either
async def rm_command(verbs: Verbs, *, project: str | None, pool: str | None, task: str | None, job: str | None) -> None:
    """Take away the rules of a level."""
    scope, target = _level(project, pool, task, job)
    if scope is Scope.JOB:
        with suppress(NotFound):  # the rules of a job that is deleted stand under its id
            target = await verbs.jobs.find(target)
    found = [rule for rule in await verbs.notify.rules() if (rule.scope, rule.target) == (scope, target)]
    if not found:
        raise NotFound(f"{_name(scope, target)} has no rules; `tickwork notify ls` lists those that there are")
    await verbs.notify.set_rules(scope, target, ())
    print(f"{_name(scope, target)} has no rules any more")


@notify_command.command("test")
@click.argument("channel")
@over_either
async def test_command(verbs: Verbs, *, channel: str) -> int:
    """Send a test through a channel: from the server, where one is named, else from here with its settings."""
    return await send_test(verbs, channel)


@notify_command.command("log")
@click.option("--channel", metavar="NAME", help="Only those for this channel.")
@click.option("--run", metavar="RUN", help="Only those about this run, of two weeks.")
@click.option("--since", metavar="LENGTH", default="1d", help="What is over for longer is left out (default: 1d).")
@click.option("-n", "limit", type=click.IntRange(1, 10_000), default=50, help="At most so many (default: 50).")
@json_option
@over_either
async def log_command(
    verbs: Verbs, *, channel: str | None, run: str | None, since: str, limit: int, as_json: bool
) -> None:
    """List what waits to be sent and why, then what was sent, digested or dropped."""
    now = SystemClock().now()
    if run is not None:
        about = await verbs.runs.notices(run)
        views = [view for view in about if channel in {None, view.channel}][:limit]
    else:
        start = later(now, -parse_duration(since, what="--since"))
        views = list(await verbs.notify.deliveries(channel=channel, since=start, limit=limit))
    if as_json:
        print_json(views)
    else:
        print_table(NOTICE_HEADERS, [notice_row(view, now) for view in views], empty="no notices yet")


def notice_row(view: DeliveryView, now: Instant) -> list[str]:
    """The columns of `NOTICE_HEADERS`."""
    return [
        view.fate,
        view.channel,
        view.title,
        distance(view.noticed, now),
        "; ".join(filter(None, _words(view, now))),
    ]


def _words(view: DeliveryView, now: Instant) -> Iterator[str]:
    """Why it waits or was dropped, how often it was tried, and when it is next."""
    yield view.note
    if view.tries > 1 or (view.tries and view.fate is Fate.WAITING):
        yield f"tried {view.tries} ×" + (f", again {distance(view.next_try, now)}" if view.next_try else "")


def _level(project: str | None, pool: str | None, task: str | None, job: str | None) -> tuple[Scope, str]:
    given = {Scope.PROJECT: project, Scope.POOL: pool, Scope.TASK: task, Scope.JOB: job}
    named = [(scope, name) for scope, name in given.items() if name is not None]
    if len(named) > 1:
        raise InvalidDefinition(f"a rule stands at one level, not at {' and '.join(scope for scope, _ in named)}")
    return named[0] if named else (Scope.INSTANCE, "")


def _occasion(word: str) -> Occasion:
    try:
        return Occasion(word)
    except ValueError:
        raise InvalidDefinition(f"--on: {word!r} is not one of {_OCCASIONS}") from None


def _where(view: RuleView) -> str:
    return _name(view.scope, view.target)


def _name(scope: Scope, target: str) -> str:
    return "the instance" if scope is Scope.INSTANCE else f"{scope} {target}"
