"""How a server or worker speaks, by its settings."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tickwork.cli.lines import LEVELS, EventLines, Voice
from tickwork.config import Settings
from tickwork.core.clock import Clock


def voice_of(settings: Settings, *, clock: Clock, line: Callable[[str], None]) -> Voice:
    """`line` is called with each line, from whichever thread."""
    level = LEVELS[settings.log_level]
    if settings.log_format == "text":
        return EventLines(clock=clock, line=line, level=level)
    from tickwork.cli.json_lines import JsonLines

    return JsonLines(clock=clock, line=line, level=level)


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
