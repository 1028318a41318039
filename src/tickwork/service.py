"""The base of everything that runs in the background of a node.

A service's `tick` does one unit of work and returns how long to sleep. This class owns the sleeping, the
waking, the errors and the stopping, so that all services start, fail and stop alike.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from tickwork.core.clock import Clock
from tickwork.core.spent import Spent
from tickwork.errors import NotAllowed, ServiceDied, StoreTooNew, StoreUnavailable, unreadable
from tickwork.telemetry import ServiceFailed, Telemetry

NAP = 1.0
"""Longest sleep in seconds: a clock that jumps can delay nothing by more."""
MAX_FAILURES = 10
"""In a row, before the service gives up and ends the process. A store that is away counts for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a service does beside its ticks, or now and then in them."""

    name: str
    last: float | None
    """On the monotonic clock: when it last got on; None: it has not begun."""
    patience: float | None = None
    """Seconds after which it is stuck if it does not get on; None: it may rest for as long as it likes."""


class Service:
    """Subclasses write `tick`. `run` returns after `stop`; it raises `ServiceDied` when it gives up, `NotAllowed` as
    soon as a tick does, and `StoreTooNew` as soon as one finds what it cannot read."""

    name: ClassVar[str]

    def __init__(self, *, clock: Clock, telemetry: Telemetry) -> None:
        self.clock = clock
        self.telemetry = telemetry
        self.ticks = 0
        self.failures = 0
        self.begun: float | None = None
        """When it began to run, on the monotonic clock, as the next two."""
        self.last_tick: float | None = None
        """When it last got on."""
        self.busy_since: float | None = None
        """When the tick under way began; None: it rests."""
        self.spent = Spent()
        """How long its ticks took."""
        self._wake = asyncio.Event()
        self._waking: asyncio.TimerHandle | None = None
        self._stopping = False

    async def tick(self) -> float:
        """One unit of work; returns the seconds to sleep (capped at `NAP`)."""
        raise NotImplementedError  # pragma: no cover

    async def opened(self) -> None:
        """Once, before the first tick."""

    async def closed(self) -> None:
        """Once, after the last tick."""

    @property
    def got_on(self) -> float | None:
        """Since when it has not got on: its last tick, or its beginning."""
        return self.begun if self.last_tick is None else self.last_tick

    def parts(self) -> Sequence[Part]:
        """How far it is with what its ticks do not tell."""
        return ()

    def wake(self) -> None:
        """Cut the sleep short."""
        self._wake.set()

    def wake_in(self, seconds: float) -> None:
        """Cut the sleep short in a moment. Whoever asks for it meanwhile asks for the same."""
        if self._waking is None:
            self._waking = asyncio.get_running_loop().call_later(seconds, self._wake_now)

    def stop(self) -> None:
        """End after the tick that is under way. Only sets a flag: safe from a signal handler."""
        self._stopping = True
        self._wake.set()

    @property
    def stopping(self) -> bool:
        return self._stopping

    async def run(self) -> None:
        self.begun = self.clock.monotonic()
        await self.opened()
        try:
            while not self._stopping:
                delay = await self._tick_once()
                await self._sleep(delay)
        finally:
            if self._waking is not None:
                self._waking.cancel()
            await self.closed()

    def _wake_now(self) -> None:
        self._waking = None
        self.wake()

    async def _tick_once(self) -> float:
        self._wake.clear()
        begun = self.busy_since = self.clock.monotonic()
        try:
            delay = await self.tick()
        except NotAllowed:
            raise  # only a person can mend that
        except msgspec.ValidationError as error:
            raise StoreTooNew(f"{self.name}: {unreadable(error)}") from error
        except Exception as error:  # noqa: BLE001 (counted, reported, bounded)
            return self._failed(error)
        finally:
            self.busy_since = None
            self.spent.add(self.clock.monotonic() - begun)
        self.ticks += 1
        self.failures = 0
        self.last_tick = self.clock.monotonic()
        return delay

    def _failed(self, error: Exception) -> float:
        """The pause before the next try. A store that is away is waited for; any other fault that stays is the end."""
        self.failures += 1
        told = f"{type(error).__name__}: {error}"
        if self.failures.bit_count() == 1:  # the 1st, 2nd, 4th, 8th …: an outage of hours does not fill the log
            self.telemetry.emit(ServiceFailed(service=self.name, error=told, failures=self.failures))
        if self.failures >= MAX_FAILURES and not isinstance(error, StoreUnavailable):
            raise ServiceDied(f"{self.name} failed {self.failures} times in a row, last with {told}") from error
        return min(0.05 * float(1 << min(self.failures, 10)), NAP)

    async def _sleep(self, delay: float) -> None:
        if delay <= 0:
            await asyncio.sleep(0)
            return
        await came(self._wake, within=min(delay, NAP))


async def came(event: asyncio.Event, *, within: float) -> bool:
    """Wait for the event, at most so many seconds; whether it came."""
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
