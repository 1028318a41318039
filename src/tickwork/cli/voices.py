"""How a server or worker speaks, by its settings."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tickwork.cli.lines import LEVELS, EventLines, Voice
from tickwork.config import Settings
from tickwork.core.clock import Clock


def voice_of(settings: Settings, *, clock: Clock, broken: Callable[[], None]) -> Voice:
    """`broken` is called when nobody reads it any more."""
    level = LEVELS[settings.log_level]
    if settings.log_format == "text":
        return EventLines(clock=clock, broken=broken, level=level)
    from tickwork.cli.json_lines import JsonLines

    return JsonLines(clock=clock, broken=broken, level=level)


@contextmanager
def logging_too(voice: Voice, settings: Settings) -> Iterator[None]:
    """What libraries and the server's faults log comes in the same form; as text it stays what it is."""
    if settings.log_format == "text":
        yield
        return
    from tickwork.cli.json_lines import JsonLines, LogHandler

    assert isinstance(voice, JsonLines)
    root, handler = logging.getLogger(), LogHandler(voice)
    handler.setLevel(max(LEVELS[settings.log_level], logging.INFO))  # what libraries say for themselves is too much
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
