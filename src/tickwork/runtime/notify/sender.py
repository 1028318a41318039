"""Sends what waits: channel by channel, each by one server at a time, as its pace allows."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, assert_never

from tickwork.core.channels import Channel, mail_channel
from tickwork.core.clock import SECOND, Clock, later
from tickwork.core.notices import Delivery, Fate
from tickwork.core.pacing import Digest, Hold, Pace, Send, after_failure, after_sending, blocked_until, next_step
from tickwork.core.rules import Occasion
from tickwork.operations.notify.outgoing import Outgoing
from tickwork.operations.notify.secrecy import read_channels
from tickwork.runtime.notify.evidence import evidence_of, has_output
from tickwork.runtime.notify.failing import NeverDelivered, NotDelivered
from tickwork.runtime.notify.wording import Evidence, Message, digest, single
from tickwork.store.protocol import Store
from tickwork.telemetry import Notice, Telemetry

_AT_A_TIME: Final = 8
"""Channels that are told at once."""
_MOST: Final = 10_000
"""Notices in a digest; and the ones that a tick looks at."""
_LOOKED_INTO: Final = 200
_LAST_LINES: Final = 3 * SECOND
"""The last lines of a log may come after the end of the run."""


class Sends(Protocol):
    """What brings a message to a channel (`ways.Ways`)."""

    async def send(self, channel: Channel, message: Message) -> None: ...


class Sender:
    """One `send` goes over all channels that something waits for."""

    def __init__(
        self, *, store: Store, clock: Clock, telemetry: Telemetry, ways: Sends, who: str, public_url: str
    ) -> None:
        """`who`: this server, unlike any other."""
        self._store = store
        self._clock = clock
        self._telemetry = telemetry
        self._ways = ways
        self._who = who
        self._url = public_url.rstrip("/")
        self._outgoing = Outgoing(store=store, clock=clock)
        self._printed: set[str] = set()
        """Deliveries about output that there is."""
        self._doors = asyncio.Semaphore(_AT_A_TIME)
        self.last = clock.monotonic()
        """When it last began, or was done with a message, on the monotonic clock."""

    async def send(self) -> None:
        """Returns when nothing can be sent at this moment."""
        self.last = self._clock.monotonic()
        names = await self._outgoing.channels()
        if not names:
            self._printed.clear()
            return
        channels = await read_channels(self._store)
        await asyncio.gather(*(self._serve(name, channels) for name in names))

    async def _serve(self, name: str, channels: Mapping[str, Channel]) -> None:
        channel = channels.get(name) or mail_channel(name)
        if channel is None:
            gone = await self._outgoing.waiting(name, limit=_MOST)
            await self._outgoing.settle(gone, Fate.DROPPED, note="there is no such channel")
            return
        async with self._doors:
            pace = (await self._outgoing.paces([name]))[name]
            if blocked_until(channel, pace, self._clock.now()) is not None:
                return
            if not await self._outgoing.sit(name, self._who):
                return
            try:
                await self._work_off(channel)
            finally:
                await self._outgoing.leave(name)

    async def _work_off(self, channel: Channel) -> None:
        while True:
            waiting = await self._worth_telling(await self._outgoing.waiting(channel.name, limit=_MOST))
            if not waiting:
                return
            pace = (await self._outgoing.paces([channel.name]))[channel.name]
            now = self._clock.now()
            step = next_step(channel, pace, waiting=len(waiting), oldest=waiting[0].notice.at, now=now)
            match step:
                case Hold():
                    return
                case Digest():
                    message = digest(channel, waiting, url=self._url, now=now)
                    if not await self._carry_out(channel, pace, step, message, waiting):
                        return
                case Send(count=count):
                    if not await self._one_by_one(channel, pace, step, waiting[:count]):
                        return
                case _:
                    assert_never(step)

    async def _one_by_one(self, channel: Channel, pace: Pace, step: Send, deliveries: Sequence[Delivery]) -> bool:
        for one in deliveries:
            if not await self._outgoing.sit(channel.name, self._who):
                return False
            message = single(channel, one, await self._evidence(one), url=self._url)
            if not await self._carry_out(channel, pace, step, message, [one]):
                return False
            pace = (await self._outgoing.paces([channel.name]))[channel.name]
        return True

    async def _carry_out(
        self, channel: Channel, pace: Pace, step: Send | Digest, message: Message, deliveries: Sequence[Delivery]
    ) -> bool:
        """Whether it went out, or cannot at all; what becomes of it is kept before anything else is done."""
        self.last = self._clock.monotonic()
        try:
            await self._ways.send(channel, message)
        except NeverDelivered as error:
            await self._outgoing.settle(deliveries, Fate.DROPPED, note=str(error))
            return True
        except NotDelivered as error:
            await self._outgoing.tried(deliveries, str(error))
            after = after_failure(pace, str(error), self._clock.now())
            await self._outgoing.keep_pace(channel.name, after)
            if after.failures.bit_count() == 1:  # the 1st, 2nd, 4th, 8th …
                self._telemetry.emit(Notice(text=f"channel {channel.name} cannot be told: {error}; it is tried again"))
            return False
        await self._outgoing.sent(deliveries, together=message.id if isinstance(step, Digest) else "")
        await self._outgoing.keep_pace(channel.name, after_sending(channel, pace, step, self._clock.now()))
        return True

    async def _evidence(self, one: Delivery) -> Evidence:
        run = one.notice.run
        return Evidence() if run is None else await evidence_of(self._store, run, one.notice.occasion)

    async def _worth_telling(self, waiting: Sequence[Delivery]) -> list[Delivery]:
        """Without those about the output of runs that printed nothing, and of runs that ended just now."""
        told, empty, looks = [], [], 0
        ripe = later(self._clock.now(), -_LAST_LINES)
        for one in waiting:
            if one.notice.occasion is not Occasion.OUTPUT or one.id in self._printed or one.notice.run is None:
                told.append(one)
            elif one.notice.at <= ripe and looks < _LOOKED_INTO:
                looks += 1
                if await has_output(self._store, one.notice.run):
                    self._printed.add(one.id)
                    told.append(one)
                else:
                    empty.append(one)
        await self._outgoing.settle(empty, Fate.DROPPED, note="it printed nothing")
        return told
