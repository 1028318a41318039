"""Named places where a test may kill the process.

`crash_point("store.commit.before")` does nothing unless the process was started with
`TICKWORK_CRASH_AT=<name>[:<n>]`; then the n-th arrival (default first) at that name is a SIGKILL of
this process, so that nothing (no `finally`, no `atexit`) can tidy up.
"""

import os
import signal
from collections.abc import Callable
from itertools import count


def _armed(spec: str) -> Callable[[str], None]:
    name, _, nth = spec.partition(":")
    arrivals, fatal = count(1), int(nth or 1)

    def crash_point(here: str) -> None:
        if here == name and next(arrivals) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    return crash_point


def _inert(_here: str) -> None:
    """Outside test builds a crash point is a call of this."""


crash_point: Callable[[str], None] = _armed(spec) if (spec := os.environ.get("TICKWORK_CRASH_AT")) else _inert
