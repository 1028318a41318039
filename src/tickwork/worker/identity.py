"""Who a worker is."""

import os
from dataclasses import dataclass
from importlib.metadata import version

from tickwork.core.clock import Instant
from tickwork.core.ids import SessionId
from tickwork.store.protocol import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is the same in all sessions of a worker's process."""

    name: str
    pools: tuple[str, ...]
    seats: int
    lease: float
    """Seconds; its pools may say another."""
    labels: tuple[str, ...] = ()

    def session(self, id: SessionId, *, containment: str, now: Instant) -> Session:
        """A new one, not yet opened."""
        return Session(
            id=id,
            worker=self.name,
            pools=self.pools,
            concurrency=self.seats,
            lease=self.lease,
            version=version("tickwork"),
            containment=containment,
            labels=self.labels,
            host=os.uname().nodename,
            pid=os.getpid(),
            opened=now,
            seen=now,
        )
