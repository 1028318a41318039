"""Calls that say, or use up, what they were given."""

import os
import time


def burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def manners() -> list[int]:
    umask = os.umask(0)
    os.umask(umask)
    return [umask, os.nice(0)]
