"""One line per event: what `up` prints where nobody watches."""

from collections.abc import Callable, Sequence
from typing import Protocol

from tickwork.cli.output import let_go_of_stdout
from tickwork.cli.words import clean, clock_time, span
from tickwork.core.clock import Clock
from tickwork.telemetry import RunEnded, RunStarted, TelemetryEvent

_SHOWN = 20
"""`logging.INFO`: events of lower levels are for programs."""


class Voice(Protocol):
    """How a running node speaks to the person who started it."""

    def ready(self, greeting: Sequence[str]) -> None: ...

    def say(self, text: str) -> None: ...

    def event(self, event: TelemetryEvent) -> None: ...


class EventLines:
    """Prints lines with the time of day. `broken` is called when nobody reads them any more."""

    def __init__(self, *, clock: Clock, broken: Callable[[], None]) -> None:
        self._clock = clock
        self._broken = broken

    def ready(self, greeting: Sequence[str]) -> None:
        for line in greeting:
            self._print(line)

    def say(self, text: str) -> None:
        self._print(f"{clock_time(self._clock.now())} {text}")

    def event(self, event: TelemetryEvent) -> None:
        if (line := event_line(event)) is not None:
            self.say(line)

    def _print(self, line: str) -> None:
        try:
            print(line, flush=True)
        except OSError:  # the pipe is broken, the terminal was closed
            let_go_of_stdout()
            self._broken()


def event_line(event: TelemetryEvent) -> str | None:
    """The event as a line; None: not for people."""
    match event:
        case RunStarted():
            retry = f", attempt {event.attempt}" if event.attempt > 1 else ""
            return f"{clean(event.job)} started (run {event.run}{retry})"
        case RunEnded():
            return f"{clean(event.job)} {ended(event)} (run {event.run})"
        case _:
            return str(event) if event.level >= _SHOWN else None


def ended(event: RunEnded) -> str:
    """`failed (timeout) in 1.0s`."""
    if event.state == "queued":
        why = f" ({event.reason})" if event.reason else ""
        return f"failed{why} after {span(event.seconds)}, will be tried again"
    why = f" ({event.reason})" if event.reason else ""
    return f"{event.state}{why} in {span(event.seconds)}"
