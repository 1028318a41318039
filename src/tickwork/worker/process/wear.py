"""When a child has made enough calls, or grown too much, and is to be replaced."""

import os
from pathlib import Path

from tickwork.worker.processes import ChildSpec

WEIGH_EVERY = 32
"""Calls between two looks at the memory."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Wear:
    """Counts calls that ended."""

    def __init__(self, *, spec: ChildSpec) -> None:
        self._spec = spec
        self._made = 0
        self._weigh_at = 1
        self._weight = 0

    def count(self) -> None:
        self._made += 1

    def out(self) -> bool:
        """Asked before each call."""
        if self._made >= self._spec.max_calls:
            return True
        if self._made < self._weigh_at:
            return False
        self._weigh_at = self._made + WEIGH_EVERY
        weight = _resident()
        self._weight = self._weight or weight
        return weight - self._weight > self._spec.max_growth_mb << 20


def _resident() -> int:
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * _PAGE
