"""Channels and rules over a store. What sends is imported where something is sent: it is much."""

from collections.abc import Sequence

from tickwork.config import environment, load
from tickwork.core.channels import Channel
from tickwork.core.clock import Instant
from tickwork.core.model import Scope
from tickwork.core.rules import Rule
from tickwork.node import make_keyring
from tickwork.operations import Operations
from tickwork.operations.notify.views import ChannelView, DeliveryView, MadeChannel, RuleView, Tested


class LocalNotify:
    """A test goes out from here, with the settings that hold here."""

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self._notify = ops.notify

    async def channels(self) -> Sequence[ChannelView]:
        return await self._notify.channels()

    async def put_channel(self, channel: Channel, *, secret: str = "") -> MadeChannel:
        from tickwork.runtime.notify.trying import cannot_send

        signing = await self._notify.put_channel(channel, secret=secret)
        warning = cannot_send(channel.way, load(environment(), store=self._ops.store.url))
        return MadeChannel(name=channel.name, signing_secret=signing, warning=warning)

    async def delete_channel(self, name: str) -> None:
        await self._notify.delete_channel(name)

    async def test(self, channel: str) -> Tested:
        from tickwork.runtime.notify.trying import try_channel

        settings = load(environment(), store=self._ops.store.url)
        fault = await try_channel(
            self._ops, channel, settings=settings, keyring=make_keyring(settings), clock=self._ops.clock
        )
        return Tested(told=fault is None, fault=fault)

    async def rules(self) -> Sequence[RuleView]:
        return await self._notify.rules()

    async def add_rule(self, scope: Scope, target: str, rule: Rule) -> None:
        await self._notify.add_rule(scope, target, rule)

    async def set_rules(self, scope: Scope, target: str, rules: Sequence[Rule]) -> None:
        await self._notify.set_rules(scope, target, tuple(rules))

    async def deliveries(
        self, *, channel: str | None = None, since: Instant | None = None, limit: int = 200
    ) -> Sequence[DeliveryView]:
        return await self._notify.deliveries(channel=channel, since=since, limit=limit)
