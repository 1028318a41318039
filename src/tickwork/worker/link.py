"""How a worker talks to whoever has the ledger: four verbs.

`StoreLink` (store_link.py) speaks to a store directly; a later one speaks HTTP. The agent knows only this.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Fence, Outcome
from tickwork.store.protocol import Claim, ClaimLost, LogWrite, Orders, ProgressWrite, Session, Start


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that ended, as the worker saw it. What follows from it (a retry?) is decided behind the link."""

    run: RunId
    fence: Fence
    attempt: int
    """Its number, from 1; 0 if the job never began (launch failure)."""
    started: Instant | None
    finished: Instant
    outcome: Outcome


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A batch, carried out in this order: starts, logs, progress, ends, releases. An empty one renews the lease."""

    starts: tuple[Start, ...] = ()
    logs: tuple[LogWrite, ...] = ()
    progress: tuple[ProgressWrite, ...] = ()
    ends: tuple[Ended, ...] = ()
    releases: tuple[tuple[RunId, Fence], ...] = ()
    load: float | None = None
    """Of the worker's host, where the lease is renewed."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The report is durable. `lost`: the items whose claim was gone (nothing was changed by them)."""

    lost: tuple[ClaimLost, ...]
    orders: Orders | None
    """None unless the lease was renewed with this report."""


class Link(Protocol):
    """Errors: `StoreUnavailable` for passing faults (the agent keeps its reports and tries again)."""

    async def hello(self, session: Session) -> float:
        """Open the session, or say anew which labels and tasks its worker has (all else of it stays). Returns the
        lease in force, in seconds: what its pools say, else what it says itself."""
        ...

    async def claim(self, free: int, wait: float) -> list[Claim]:
        """Up to `free` runs; waits up to `wait` seconds for the first. May return none."""
        ...

    async def report(self, batch: Report, *, renew: bool) -> Receipt:
        """Deliver a batch; with `renew` also renew the lease and fetch orders."""
        ...

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` (on the loop) when orders may be waiting: a hint, they also come with every renewal.
        Returns the function that ends it."""
        ...

    async def bye(self) -> None:
        """End the session; claims still held go back to the queue."""
        ...
