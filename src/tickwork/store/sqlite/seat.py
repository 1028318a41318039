"""The one seat of a server on a file: a lock that a crash releases."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def take_seat(path: Path) -> Callable[[], None] | None:
    """Lock `<file>-lock`; returns the release, or None if another server sits there."""
    fd = os.open(path.with_name(path.name + "-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    released = False

    def release() -> None:
        nonlocal released
        if not released:
            released = True
            os.close(fd)

    return release
