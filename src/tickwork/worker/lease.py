"""The worker's own lease: kept alive by a heartbeat that no slow report can hold up."""

from collections.abc import Callable
from typing import ClassVar

from tickwork.core.clock import Clock
from tickwork.core.lease import RENEW_EVERY, deadlines
from tickwork.errors import NotAllowed, StoreUnavailable
from tickwork.service import NAP, Service
from tickwork.store.protocol import Orders
from tickwork.telemetry import Notice, Telemetry
from tickwork.worker.environment import load_of_host
from tickwork.worker.link import Link, Report
from tickwork.worker.processes import Processes

_AGAIN = 0.1
"""Of the renewal interval: the pause after a renewal that nobody answered."""


class Lease:
    """Until when this worker may keep jobs running. Every renewal counts from before it was sent."""

    def __init__(self, *, processes: Processes, clock: Clock, seconds: float) -> None:
        self._processes = processes
        self._clock = clock
        self.seconds = seconds
        self.held = False
        """There is a session to renew."""
        self._term_at = 0.0
        self._over_at = 0.0

    def begin(self, sent: float, seconds: float) -> None:
        """A session with a lease of so many seconds was opened by what left at `sent`."""
        self.held, self.seconds = True, seconds
        self.renewed(sent)

    def renewed(self, sent: float) -> None:
        found = deadlines(sent=sent, lease=self.seconds)
        self._term_at = found.term_at
        self._over_at = sent + self.seconds
        self._processes.renew(found)

    def lose(self) -> None:
        self.held = False

    def may_begin(self) -> bool:
        """Whether a job may begin: later than this it would be stopped at once."""
        return self.held and self._clock.monotonic() < self._term_at

    @property
    def over(self) -> bool:
        """Nothing that ran under it runs any more."""
        return self._clock.monotonic() >= self._over_at


class Heartbeat(Service):
    """One tick renews the lease and hands the orders on. Raises `NotAllowed` when the worker was refused until its
    lease was over: before that its key may be mended, and its jobs end by the lease in any case."""

    name: ClassVar[str] = "worker heartbeat"

    def __init__(
        self, *, link: Link, lease: Lease, clock: Clock, telemetry: Telemetry, obey: Callable[[Orders], None]
    ) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._link = link
        self._lease = lease
        self._obey = obey
        self._cut_off = False

    async def tick(self) -> float:
        if not self._lease.held:
            return NAP  # woken with the next session
        every = self._lease.seconds * RENEW_EVERY
        sent = self.clock.monotonic()
        try:
            receipt = await self._link.report(Report(load=load_of_host()), renew=True)
        except (StoreUnavailable, NotAllowed) as error:
            self._tell(error)
            if isinstance(error, NotAllowed) and self._lease.over:
                raise
            return every * _AGAIN
        self._tell(None)
        assert receipt.orders is not None, "a renewal is answered with orders"
        if not receipt.orders.lost:
            self._lease.renewed(sent)
        self._obey(receipt.orders)
        return max(sent + every - self.clock.monotonic(), 0)

    def _tell(self, error: StoreUnavailable | NotAllowed | None) -> None:
        """Once per outage, and once when it is over."""
        if error is not None and not self._cut_off:
            what = "the worker is refused" if isinstance(error, NotAllowed) else "the store does not answer"
            self.telemetry.emit(Notice(text=f"{what} ({error}); jobs end if this lasts"))
        elif error is None and self._cut_off:
            self.telemetry.emit(Notice(text="the store answers again"))
        self._cut_off = error is not None
