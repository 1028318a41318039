"""The verbs on who is told of what, by a server."""

from collections.abc import Sequence
from typing import Any

from tickwork.client.asynchronous.http import AsyncConnection, path
from tickwork.client.moments import Moment, text_of
from tickwork.core.channels import Apprise, Channel, Mail, Program, Quiet, Webhook
from tickwork.core.clock import SECOND
from tickwork.core.model import Scope
from tickwork.core.rules import Rule
from tickwork.operations.notify.views import ChannelView, DeliveryView, MadeChannel, RuleView, Tested


class AsyncNotify:
    """Channels, the rules that name them, and what became of deliveries."""

    def __init__(self, http: AsyncConnection) -> None:
        self._http = http

    # -- channels --

    async def channels(self) -> Sequence[ChannelView]:
        """By name, with what waits for them."""
        return await self._http.ask("GET", path("notify", "channels"), list[ChannelView])

    async def put_channel(self, channel: Channel, *, secret: str = "") -> MadeChannel:
        """Make a channel, or another one of its name. `secret`: of apprise its URL; of a webhook what signs (empty: a
        new one). Raises `InvalidDefinition`."""
        way, target = _way(channel, secret)
        body = {
            "way": way,
            "target": target,
            "secret": secret if way == "webhook" else "",
            "quiet": _quiet(channel.quiet),
            "at_once": channel.at_once,
            "window": channel.window / SECOND,
            "templates": {name: {"subject": one.subject, "text": one.text} for name, one in channel.templates.items()},
        }
        return await self._http.ask("PUT", path("notify", "channels", channel.name), MadeChannel, body=body)

    async def delete_channel(self, name: str) -> None:
        """What waits for it is dropped. Raises `Conflict` while a rule of a level names it."""
        await self._http.ask("DELETE", path("notify", "channels", name), type(None))

    async def test(self, channel: str) -> Tested:
        """Send a test through it, from the server."""
        return await self._http.ask("POST", path("notify", "channels", channel, "test"), Tested)

    # -- rules --

    async def rules(self) -> Sequence[RuleView]:
        """Those of the levels; jobs and boards have theirs in their definitions."""
        return await self._http.ask("GET", path("notify", "rules"), list[RuleView])

    async def add_rule(self, scope: Scope, target: str, rule: Rule) -> None:
        """One more rule at a level."""
        body = {"scope": scope, "target": target, "channels": rule.channels, "on": rule.on}
        await self._http.ask("POST", path("notify", "rules"), type(None), body=body, repeatable=True)

    async def set_rules(self, scope: Scope, target: str, rules: Sequence[Rule]) -> None:
        """The rules of a level from now on; none: it has none."""
        said = [{"channels": rule.channels, "on": rule.on} for rule in rules]
        body = {"scope": scope, "target": target, "rules": said}
        await self._http.ask("PUT", path("notify", "rules"), list[RuleView], body=body)

    # -- deliveries --

    async def deliveries(
        self, *, channel: str | None = None, since: Moment | None = None, limit: int = 200
    ) -> Sequence[DeliveryView]:
        """What waits to be sent and why, then what was sent, digested or dropped (in the last day)."""
        query = {"channel": channel, "since": text_of(since), "limit": limit}
        return await self._http.ask("GET", path("notify", "deliveries"), list[DeliveryView], query=query)


def _way(channel: Channel, secret: str) -> tuple[str, Sequence[str]]:
    match channel.way:
        case Mail(to=to):
            return "mail", to
        case Webhook(url=url):
            return "webhook", [url]
        case Program(argv=argv):
            return "command", argv
        case Apprise():
            return "apprise", [secret]


def _quiet(quiet: Quiet | None) -> dict[str, Any] | None:
    if quiet is None:
        return None
    return {"begin": f"{quiet.begin:%H:%M}", "end": f"{quiet.end:%H:%M}", "zone": quiet.zone}
