"""Tickwork inside a user's own process: scheduler and worker on a thread of their own, submitting from everywhere."""

from tickwork.embedded.handle import RunHandle
from tickwork.embedded.tickwork import Tickwork

__all__ = ["RunHandle", "Tickwork"]
