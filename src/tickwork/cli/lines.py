"""One line per event: what `up` prints where nobody watches."""

import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from tickwork.cli.words import clean, clock_time, span
from tickwork.core.clock import Clock
from tickwork.telemetry import RunEnded, RunStarted, TelemetryEvent

LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
"""By the words of the setting `log_level`."""


class Voice(Protocol):
    """How a running node speaks to the person who started it."""

    def ready(self, greeting: Sequence[str]) -> None: ...

    def say(self, text: str) -> None: ...

    def event(self, event: TelemetryEvent) -> None: ...


class EventLines:
    """Gives `line` lines with the time of day, of what is at least as grave as `level`."""

    def __init__(self, *, clock: Clock, line: Callable[[str], None], level: int = logging.INFO) -> None:
        self._clock = clock
        self._line = line
        self._level = level

    def ready(self, greeting: Sequence[str]) -> None:
        for line in greeting:
            self._line(line)

    def say(self, text: str) -> None:
        self._line(f"{clock_time(self._clock.now())} {text}")

    def event(self, event: TelemetryEvent) -> None:
        if gravity(event) >= self._level:
            self.say(event_line(event))


def gravity(event: TelemetryEvent) -> int:
    """How grave it is to who reads what happens: there beginnings and ends of runs are news."""
    return logging.INFO if isinstance(event, RunStarted | RunEnded) else event.level


def event_line(event: TelemetryEvent) -> str:
    """The event as a line for people."""
    match event:
        case RunStarted():
            retry = f", attempt {event.attempt}" if event.attempt > 1 else ""
            return f"{clean(event.job)} started (run {event.run}{retry})"
        case RunEnded():
            return f"{clean(event.job)} {ended(event)} (run {event.run})"
        case _:
            return str(event)


def ended(event: RunEnded) -> str:
    """`failed (timeout) in 1.0s`."""
    if event.state == "queued":
        why = f" ({event.reason})" if event.reason else ""
        return f"failed{why} after {span(event.seconds)}, will be tried again"
    why = f" ({event.reason})" if event.reason else ""
    return f"{event.state}{why} in {span(event.seconds)}"
