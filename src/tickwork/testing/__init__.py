"""For tests, ours and yours: jobs that run inline, a clock that you move, a store that fails when told, and a driver
on virtual time."""

from tickwork.testing.clock import FakeClock
from tickwork.testing.faults import FaultStore
from tickwork.testing.inline import Inline, assert_enqueued, inline
from tickwork.testing.simulation import Outage, simulate

__all__ = ["FakeClock", "FaultStore", "Inline", "Outage", "assert_enqueued", "inline", "simulate"]
