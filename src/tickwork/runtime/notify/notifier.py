"""The service that watches for what is to be told, and has it sent beside its own ticks: a dead mail server holds up
neither the watch nor the other channels."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from tickwork.core.channels import Channel, mail_channel
from tickwork.core.clock import SECOND, Clock, Instant, iso, later
from tickwork.core.model import Scope
from tickwork.core.notices import Notice, delivery
from tickwork.core.rules import Occasion, channels_for
from tickwork.errors import StoreUnavailable
from tickwork.operations.notify.levels import Rules, read_rules
from tickwork.operations.notify.outgoing import Outgoing
from tickwork.operations.notify.secrecy import read_channels
from tickwork.runtime.notify.failing import NeverDelivered, NotDelivered
from tickwork.runtime.notify.sender import Sender, Sends
from tickwork.runtime.notify.watch import Watch
from tickwork.runtime.notify.wording import Evidence, single
from tickwork.service import NAP, Part, Service
from tickwork.store.protocol import Store
from tickwork.telemetry import Notice as Told, Telemetry

LOOK_EVERY: Final = 10.0
"""Seconds between two looks of the watch."""
GONE_FOR: Final = 60.0
"""Seconds after which a store that is away is told of."""
SENT_WITHIN: Final = 300.0
"""Seconds that one message may take: every way gives up long before."""
FROZEN_FOR: Final = 15.0
"""Seconds without a tick after which this process stood still."""


class Notifier(Service):
    """One tick looks, when it is time, and starts sending, unless that is still going on."""

    name: ClassVar[str] = "notifier"

    def __init__(
        self, *, store: Store, clock: Clock, telemetry: Telemetry, ways: Sends, who: str, host: str, public_url: str
    ) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._ways = ways
        self._host = host
        self._url = public_url
        self._watch = Watch(store=store, clock=clock)
        self._outgoing = Outgoing(store=store, clock=clock)
        self._sender = Sender(store=store, clock=clock, telemetry=telemetry, ways=ways, who=who, public_url=public_url)
        self._sending: asyncio.Task[None] | None = None
        self._next_look = 0.0
        self._ended: float | None = None
        self._gone_since: float | None = None
        self._told_of_store = False
        self._known: list[Channel] = []
        """Who is told when the store is away, which is when nobody can be looked up."""

    def parts(self) -> Sequence[Part]:
        """A sending that is under way must get on from message to message."""
        sends = self._sending is not None and not self._sending.done()
        return (Part(name="notifier sends", last=self._sender.last, patience=SENT_WITHIN if sends else None),)

    async def tick(self) -> float:
        try:
            await self._tick()
        except StoreUnavailable as error:
            await self._missed_store(str(error))
            raise
        finally:
            self._ended = self.clock.monotonic()
        return NAP

    async def closed(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    async def _tick(self) -> None:
        begun = self.clock.monotonic()
        stood = 0.0 if self._ended is None else begun - self._ended
        if stood > FROZEN_FOR:
            self._ended = begun  # whatever comes of telling, it is told once
            await self._tell(
                Occasion.FREEZE,
                f"{self._host} stood still",
                f"the server on {self._host} stood still for {stood:.0f} s: what came due meanwhile is late, or missed",
            )
        if self._told_of_store:
            away = f"the store was away for {begun - (self._gone_since or begun):.0f} s"
            await self._tell(Occasion.STORE, "the store is back", away)
            self._told_of_store, self._gone_since = False, None
        if begun >= self._next_look:
            await self._watch.look()
            self._known = await self._instance_channels(Occasion.STORE)
            self._next_look, self._gone_since = begun + LOOK_EVERY, None
        await self._keep_sending()

    async def _keep_sending(self) -> None:
        """Errors of the last sending come up here, as if the tick had made them."""
        if self._sending is not None:
            if not self._sending.done():
                return
            done, self._sending = self._sending, None
            await done
            self._gone_since = None
        self._sending = asyncio.create_task(self._sender.send(), name="notifier sends")

    async def _tell(self, occasion: Occasion, title: str, sentence: str) -> None:
        notice = self._notice(occasion, title, sentence)
        names = channels_for((await read_rules(self._store)).at(Scope.INSTANCE, ""), occasion)
        await self._outgoing.add(delivery(name, notice) for name in names)

    async def _instance_channels(self, occasion: Occasion) -> list[Channel]:
        rules: Rules = await read_rules(self._store)
        channels = await read_channels(self._store)
        names = channels_for(rules.at(Scope.INSTANCE, ""), occasion)
        return [one for name in names if (one := channels.get(name) or mail_channel(name)) is not None]

    async def _missed_store(self, error: str) -> None:
        """There is nowhere to keep a delivery now: it is sent at once, and once."""
        now = self.clock.monotonic()
        self._gone_since = now if self._gone_since is None else self._gone_since
        if now - self._gone_since < GONE_FOR or self._told_of_store:
            return
        self._told_of_store = True
        since = later(self.clock.now(), -round((now - self._gone_since) * SECOND))
        notice = self._notice(
            Occasion.STORE, "the store is away", f"the store has been away since {iso(since)}: {error}"
        )
        await asyncio.gather(*(self._send_past_store(channel, notice) for channel in self._known))

    async def _send_past_store(self, channel: Channel, notice: Notice) -> None:
        try:
            await self._ways.send(channel, single(channel, delivery(channel.name, notice), Evidence(), url=self._url))
        except (NotDelivered, NeverDelivered) as error:
            self.telemetry.emit(Told(text=f"channel {channel.name} cannot be told that the store is away: {error}"))

    def _notice(self, occasion: Occasion, title: str, sentence: str) -> Notice:
        now: Instant = self.clock.now()
        return Notice(occasion=occasion, about=f"{self._host} {now}", at=now, title=title, sentence=sentence)
