"""What a server or worker says as one JSON object a line, for what collects logs."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from tickwork.cli.lines import LEVELS, event_line, gravity
from tickwork.core.clock import SECOND, Clock, Instant, iso
from tickwork.telemetry import TelemetryEvent

_WORDS: Final = {level: word for word, level in LEVELS.items()} | {logging.CRITICAL: "error"}


class JsonLines:
    """A `Voice`. Every object has `at` (UTC), `level`, `event` and `message`, then the event's own fields."""

    def __init__(self, *, clock: Clock, line: Callable[[str], None], level: int = logging.INFO) -> None:
        self._clock = clock
        self._line = line
        self._level = level

    def ready(self, greeting: Sequence[str]) -> None:
        for line in greeting:
            self._write(logging.INFO, "ready", line.strip())

    def say(self, text: str) -> None:
        self._write(logging.INFO, "said", text)

    def event(self, event: TelemetryEvent) -> None:
        if (level := gravity(event)) >= self._level:
            facts = {one.name: getattr(event, one.name) for one in fields(event) if one.repr}
            self._write(level, type(event).__name__, event_line(event), facts)

    def record(self, record: logging.LogRecord) -> None:
        """A record of Python's logging, from whichever thread."""
        facts: dict[str, Any] = {"logger": record.name}
        if record.exc_info:
            facts["traceback"] = logging.Formatter().formatException(record.exc_info)
        if (request := getattr(record, "request", None)) is not None:
            facts["request"] = request
        at = Instant(round(record.created * SECOND))
        self._write(record.levelno, "log", record.getMessage(), facts, at=at)

    def _write(
        self, level: int, event: str, message: str, facts: Mapping[str, Any] | None = None, *, at: Instant | None = None
    ) -> None:
        said = {
            "at": iso(self._clock.now() if at is None else at),
            "level": _WORDS.get(level, logging.getLevelName(level).lower()),
            "event": event,
            "message": message,
            **(facts or {}),
        }
        self._line(json.dumps(said, ensure_ascii=False, default=str))


class LogHandler(logging.Handler):
    """Gives what libraries log to the same lines."""

    def __init__(self, lines: JsonLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.record(record)
