"""How a decorator says how long the history of a job is kept."""

from collections.abc import Mapping
from typing import Any

from tickwork.app.words import is_whole
from tickwork.core.retention import NO_LIMIT, Retention
from tickwork.core.states import TERMINAL
from tickwork.core.timing.text import parse_duration

_STATES = tuple(sorted(TERMINAL))
_WORDS = ("for", *_STATES, "at_least", "at_most")


def keep(value: Any, what: str) -> Retention:
    """`"90d"`, `{"for": "90d", "failed": "1y", "at_least": 20, "at_most": 1000}`, or a `Retention`."""
    if isinstance(value, Retention):
        return value
    said = value if isinstance(value, Mapping) else {"for": value}
    for word in said:
        if word not in _WORDS:
            raise TypeError(f"there is no {word!r}; there are {', '.join(_WORDS)}")
    least, most = (_runs(said[word]) if word in said else None for word in ("at_least", "at_most"))
    if least is not None and most not in {None, NO_LIMIT} and most < least:
        raise ValueError(f"it keeps at least {least} and at most {most} runs; raise at_most")
    return Retention(
        age=parse_duration(said["for"], what=what) if "for" in said else None,
        states={state: parse_duration(said[state], what=f"{what}.{state}") for state in _STATES if state in said},
        least=least,
        most=most,
    )


def _runs(value: Any) -> int:
    if not is_whole(value) or value < 0:
        raise TypeError("at_least and at_most are whole numbers of runs")
    return value
