"""Times, lengths and states as a person reads them. `--json` has the exact values."""

from dataclasses import dataclass
from datetime import datetime

from tickwork.core.clock import SECOND, Instant, from_datetime, to_datetime

MINUTE, HOUR, DAY = 60, 3_600, 86_400
_SHORT = 0.1
_FAR = 30 * DAY
"""From here on a date says more than a distance."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state looks: one icon and one colour beside its word."""

    icon: str
    style: str


MARKS = {
    "succeeded": Mark("✓", "green"),
    "failed": Mark("✗", "red"),
    "running": Mark("▶", "cyan"),
    "claimed": Mark("▷", "cyan"),
    "queued": Mark("◦", "blue"),
    "waiting": Mark("◷", "yellow"),
    "skipped": Mark("↷", "bright_black"),
    "missed": Mark("○", "magenta"),
    "cancelled": Mark("⊘", "bright_black"),
    "paused": Mark("‖", "yellow"),
    "disabled": Mark("–", "bright_black"),
    "planned": Mark("·", "bright_black"),
    "pending": Mark("◌", "yellow"),
    "idle": Mark("·", "bright_black"),
    "ok": Mark("✓", "green"),
    "warn": Mark("!", "yellow"),
    "bad": Mark("✗", "red"),
}


def span(seconds: float | None) -> str:
    """A length: `4ms`, `0.31s`, `42s`, `3m 12s`, `2h 05m`, `3d 4h`."""
    if seconds is None:
        return ""
    if seconds < 10:  # noqa: PLR2004 (two digits that matter)
        short = f"{round(seconds * 1000)}ms" if seconds < _SHORT else f"{seconds:.2f}s"
        return short if seconds < 1 else f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m {whole % MINUTE:02}s"
    if whole < DAY:
        return f"{whole // HOUR}h {whole % HOUR // MINUTE:02}m"
    return f"{whole // DAY}d {whole % DAY // HOUR}h"


def distance(moment: str | None, now: Instant) -> str:
    """An ISO time as seen from `now`: `12s ago`, `in 3h`, or a date where it is far."""
    if not moment:
        return ""
    seconds = (from_datetime(datetime.fromisoformat(moment)) - now) / SECOND
    size = abs(seconds)
    if size < 1:
        return "now"
    if size >= _FAR:
        return moment[:10]
    amount = next(f"{int(size // unit)}{letter}" for unit, letter in _UNITS if size >= unit)
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1, "s"))


def clock_time(instant: Instant) -> str:
    """The time of day where this machine is: `12:00:01`."""
    return to_datetime(instant).astimezone().strftime("%H:%M:%S")


def local_time(moment: str | None) -> str:
    """An ISO time where this machine is: `2026-11-25 12:00:01 +0100`."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S %z") if moment else ""


def schedule_time(moment: str) -> str:
    """An ISO time with an offset as that clock shows it: `2026-11-25 12:00:01 +01:00`."""
    text = datetime.fromisoformat(moment).isoformat(sep=" ", timespec="seconds")
    return f"{text[:19]} {text[19:]}"


def why(state: str, reason: str | None, exit_code: int | None) -> str:
    """What stands behind a state: `exit 3`, `timeout`, nothing."""
    if reason == "exit" and exit_code is not None:
        return f"exit {exit_code}"
    return reason or ("" if state != "failed" else "failed")


def several(n: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def clean(text: str) -> str:
    """One line without control characters: what a job says must not steer the terminal."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)
