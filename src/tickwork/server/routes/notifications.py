"""Who is told of what: channels, the rules of levels, and what became of deliveries."""

from datetime import time
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from tickwork.core.channels import AT_ONCE, Apprise, Channel, Mail, Program, Quiet, Template, Way, Webhook
from tickwork.core.clock import Duration, seconds
from tickwork.core.model import Scope
from tickwork.core.rules import Occasion, Rule
from tickwork.errors import InvalidDefinition
from tickwork.operations.notify.views import ChannelView, DeliveryView, MadeChannel, RuleView, Tested
from tickwork.runtime.notify.trying import cannot_send, try_channel
from tickwork.server.bodies import LONGEST, Body, Whole
from tickwork.server.call import Caller
from tickwork.server.routing import Routes
from tickwork.server.times import Moment

routes = Routes("notifications")
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class QuietSaid(Body):
    begin: str = Field(pattern=_CLOCK, examples=["22:00"])
    end: str = Field(pattern=_CLOCK, examples=["07:00"])
    zone: str = "UTC"


class TemplateSaid(Body):
    subject: str = ""
    text: str = ""


class ChannelSaid(Body):
    way: Literal["mail", "webhook", "command", "apprise"]
    target: list[str] = Field(min_length=1, description="Addresses; one URL; a program and its arguments.")
    secret: str = Field(default="", description="Signs a webhook; empty: a new one.")
    quiet: QuietSaid | None = None
    at_once: Whole = Field(default=AT_ONCE, ge=1, le=1000)
    window: float = Field(default=60.0, gt=0, le=LONGEST, description="Seconds.")
    templates: dict[str, TemplateSaid] = Field(default={}, description="Jinja, by occasion or digest.")


class RuleSaid(Body):
    channels: list[str] = Field(min_length=1)
    on: list[str] = Field(default=[], description="Occasions; none: all trouble.")

    def rule(self) -> Rule:
        return Rule(channels=tuple(self.channels), on=tuple(_occasion(word) for word in self.on))


class Level(Body):
    scope: Literal["instance", "project", "pool", "task", "job"]
    target: str = Field(default="", description="The name of the project, pool or task; the job's id.")


class LevelSaid(Level):
    rules: list[RuleSaid]


class OneMoreRule(Level, RuleSaid):
    """A rule that is added to those of a level."""


@routes.get("/notify/channels", returns=list[ChannelView])
async def list_channels(call: Caller) -> list[ChannelView]:
    """The channels, and what waits for them."""
    return await call.ops.notify.channels()


@routes.put("/notify/channels/{name}", returns=MadeChannel)
async def put_channel(call: Caller, name: str, body: ChannelSaid) -> MadeChannel:
    """Make a channel, or another one of its name."""
    quiet = body.quiet
    channel = Channel(
        name=name,
        way=_way(body),
        quiet=None
        if quiet is None
        else Quiet(begin=time.fromisoformat(quiet.begin), end=time.fromisoformat(quiet.end), zone=quiet.zone),
        at_once=body.at_once,
        window=Duration(seconds(body.window)),
        templates={key: Template(subject=said.subject, text=said.text) for key, said in body.templates.items()},
    )
    secret = body.target[0] if body.way == "apprise" else body.secret
    signing = await call.ops.notify.put_channel(channel, secret=secret)
    warning = cannot_send(channel.way, call.backend.settings)
    return MadeChannel(name=name, signing_secret=signing, warning=warning)


@routes.delete("/notify/channels/{name}")
async def delete_channel(call: Caller, name: str) -> None:
    """What waits for it is dropped. 409 while a rule of a level names it."""
    await call.ops.notify.delete_channel(name)


@routes.post("/notify/channels/{name}/test", returns=Tested)
async def test_channel(call: Caller, name: str) -> Tested:
    """Send a test through it, from the server."""
    backend = call.backend
    fault = await try_channel(call.ops, name, settings=backend.settings, keyring=backend.keyring, clock=backend.clock)
    return Tested(told=fault is None, fault=fault)


@routes.get("/notify/rules", returns=list[RuleView])
async def list_rules(call: Caller) -> list[RuleView]:
    """The rules of all levels; jobs have theirs in their definitions."""
    return await call.ops.notify.rules()


@routes.put("/notify/rules", returns=list[RuleView])
async def put_rules(call: Caller, body: LevelSaid) -> list[RuleView]:
    """The rules of a level from now on; none: it has none."""
    await call.ops.notify.set_rules(Scope(body.scope), body.target, tuple(said.rule() for said in body.rules))
    return await call.ops.notify.rules()


@routes.post("/notify/rules", returns=None)
async def add_rule(call: Caller, body: OneMoreRule) -> None:
    """One more rule at a level."""
    await call.ops.notify.add_rule(Scope(body.scope), body.target, body.rule())


@routes.get("/notify/deliveries", returns=list[DeliveryView])
async def list_deliveries(
    call: Caller,
    channel: Annotated[str | None, Query(max_length=200, description="Only by this one.")] = None,
    since: Moment = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="So many.")] = 200,
) -> list[DeliveryView]:
    """What waits to be sent and why, then what was sent, digested or dropped (default: in the last day)."""
    return await call.ops.notify.deliveries(channel=channel, since=since, limit=limit)


@routes.get("/runs/{run}/notices", returns=list[DeliveryView])
async def list_run_notices(call: Caller) -> list[DeliveryView]:
    """Who is told, or was in the last two weeks, of what befell a run."""
    return await call.ops.notify.about(call.run)


def _way(body: ChannelSaid) -> Way:
    match body.way:
        case "mail":
            return Mail(to=tuple(body.target))
        case "webhook":
            return Webhook(url=body.target[0], sealed="")
        case "command":
            return Program(argv=tuple(body.target))
        case "apprise":
            return Apprise(sealed="")


def _occasion(word: str) -> Occasion:
    try:
        return Occasion(word)
    except ValueError:
        raise InvalidDefinition(f"on: {word!r} is not one of {', '.join(Occasion)}") from None
